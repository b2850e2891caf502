"""Persons found in synthetic registers whose truth is known, by this repository and by other linkers."""
