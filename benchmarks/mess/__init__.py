"""Exports with planted faults, made from the input contract alone.

The rows and files here are written without looking at the readers, so that a misunderstanding of the contract shows as
a difference: a fault that is not found, or a good row that is set aside. Every row is entered in `truth.csv` and every
spoilt file in `deliveries.csv` with the level that the contract gives it: refused, set_aside, warning or clean.

In `truth.csv`, `place` is the number of the row among the data rows of its file, from one: titles, blank lines and the
totals line do not count. `row_key` is the register's own key as delivered; it is empty at MOB, which has none, and
where the key is the fault. A row of a case with a partial or approximate date is clean; the contract also allows a
warning there, but never that it is set aside.

All names, numbers and keys are invented.
"""
