"""Measurements that print again every figure the documents name; never run as tests."""
