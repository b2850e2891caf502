"""Names alone: how well spellings of one name are told from other names, beside the usual measures."""
