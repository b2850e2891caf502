"""Figures written out: one page, one workbook, one PDF and CSV, in Dutch or English, always with base and unit."""
