"""Linking any flat table of persons: a model file names the columns and how each is compared, the data give the rest.

No training data and no thresholds chosen on truth: u from random pairs and value counts, m and the prior by
expectation maximisation over all pairs of the table, dependence between columns measured and not counted twice.
"""
