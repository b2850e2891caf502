"""Who is who: which registrations concern the same child, how sure that is, and who resurfaced.

In: accepted records of the five registers (columns of `connectors/records.toml`).
Out: pairs with a probability and the weight of each field, persons with a number, resurfacings.
"""
