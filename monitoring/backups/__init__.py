"""Everything that an installation cannot make again, in one archive, and an installation made from it."""
