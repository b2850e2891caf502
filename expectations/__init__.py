"""Expectations: is every delivered row usable, and is every record what the common record says?

Great Expectations checks; the rules in `rules.toml` decide what follows.
"""

import os

# Before Great Expectations is imported anywhere: nothing about these registers is sent to its makers.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
