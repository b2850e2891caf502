"""A linked table that is held, so that what is added to it costs what is added and not what is there.

A folder of arrays: what each record holds as codes, which records have which blocking key, and the pairs that were
kept. The numbers of the comparison (m, u, how common values are, which blocks are too large) stay those of the night on
which the table was linked whole. All of it is derived: the folder can be thrown away and made anew from the records.
"""
