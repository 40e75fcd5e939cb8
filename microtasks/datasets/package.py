"""datapackage.json: the data set described for machines, as a Frictionless Tabular Data Package (version 1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from microtasks.datasets import cells, layout, outputs
from microtasks.datasets.about import About

_FORMAT = 1
#: What a package may call a licence.
_LICENCE_NAME = re.compile(r"[-a-zA-Z0-9._]+")
_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "caseSensitiveHeader": True,
}


def descriptor(about: About, tables: Sequence[layout.Table], own: Sequence[str]) -> str:
    """Write datapackage.json for these tables and the sources' own columns."""
    package = {
        "profile": "tabular-data-package",
        "name": about.slug,
        "title": about.title,
        "description": about.description or about.title,
        "version": str(about.version) if about.version else "draft",
        "created": about.frozen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [_licence(about.licence)],
        "contributors": [{"title": about.organisation, "role": "publisher"}],
        "manyhands": {
            "format": _FORMAT,
            "digits": cells.DIGITS,
            "audience": "public" if about.is_public else "private",
        },
        "resources": [_resource(table, own) for table in tables],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(table: layout.Table, own: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": _fields(table, own), "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "profile": "tabular-data-resource",
        "name": table.file.removesuffix(".csv"),
        "path": table.file,
        "description": table.meaning,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": _DIALECT,
        "schema": schema,
    }


def _fields(table: layout.Table, own: Sequence[str]) -> list[dict[str, Any]]:
    known = {column.name: column for column in table.columns}
    fields = []
    for name in outputs.header(table, own):
        column = known.get(name) or layout.Column(
            name, "string", "the source's own column"
        )
        field: dict[str, Any] = {
            "name": cells.guard(name),
            "type": column.type,
            "description": column.meaning,
        }
        if column.required:
            field["constraints"] = {"required": True}
        fields.append(field)
    return fields


def _licence(licence: str) -> dict[str, str]:
    if _LICENCE_NAME.fullmatch(licence):
        return {"name": licence}
    return {"name": "other", "title": licence or "not stated"}
