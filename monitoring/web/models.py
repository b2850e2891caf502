"""The published tables as Django sees them: read, never written. Made from the dictionary, so that there is one list.

Also the rights of the page, which hang on a model that has no table.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from monitoring.dictionary import TABLES, Column, Table
from monitoring.web.roles import APP, PERMISSIONS


def _field(column: Column, is_key: bool) -> models.Field:
    null = not column.required
    if column.type.endswith("[]"):
        return ArrayField(models.BigIntegerField() if column.type.startswith("bigint") else models.TextField())
    kinds: dict[str, type[models.Field]] = {
        "text": models.TextField,
        "integer": models.IntegerField,
        "bigint": models.BigIntegerField,
        "double precision": models.FloatField,
        "boolean": models.BooleanField,
        "date": models.DateField,
        "jsonb": models.JSONField,
    }
    return kinds[column.type](null=null, primary_key=is_key)


def _model(table: Table) -> type[models.Model]:
    single = table.key[0] if len(table.key) == 1 else None
    attributes: dict[str, Any] = {name: _field(column, name == single) for name, column in table.columns.items()}
    if single is None:
        attributes["pk"] = models.CompositePrimaryKey(*table.key)
    attributes["__module__"] = __name__
    attributes["__doc__"] = table.en
    attributes["Meta"] = type("Meta", (), {"managed": False, "db_table": table.name, "app_label": APP})
    return type(f"{table.name.title().replace('_', '')}", (models.Model,), attributes)


MODELS: dict[str, type[models.Model]] = {name: _model(TABLES[name]) for name in ("person", "registration")}
Person, Registration = MODELS["person"], MODELS["registration"]


class Portal(models.Model):
    """Carries the permissions of `roles.toml`; it has no table."""

    class Meta:
        """No table, and no rights but those that are declared."""

        managed = False
        default_permissions = ()
        permissions = tuple(PERMISSIONS.items())


class SavedView(models.Model):
    """A reader's own selection of the table: a name and the query of its address."""

    pk = models.CompositePrimaryKey("account", "name")
    account = models.TextField()
    name = models.TextField()
    query = models.TextField()

    class Meta:
        """Made by the migrations of the schema, not by Django."""

        managed = False
        db_table = "saved_view"
