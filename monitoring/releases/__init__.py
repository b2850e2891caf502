"""Releases: frozen tables for everybody, from which no child can be recognised. The bureau's own tables are not one."""
