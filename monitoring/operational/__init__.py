"""Seeing the pipeline: alerts for whoever keeps it running, and gauges of a night.

Apart from the table `monitoring.alert`, which is for the bureau and about children: nothing here is about a person.
"""
