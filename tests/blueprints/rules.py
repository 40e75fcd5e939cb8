"""The site's routes as tests walk them: every rule, with an address that can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask

#: Take requests that no page of ours made, and look at no cookie.
WITHOUT_TOKEN = {"csp_report"}


@dataclass(frozen=True)
class Route:
    """One rule and the methods under which it does something."""

    rule: str
    endpoint: str
    methods: frozenset[str]

    @property
    def methods_tried(self) -> list[str]:
        """The methods in an order that reads first."""
        return sorted(self.methods, key=lambda method: (method != "GET", method))


def all_rules(app: Flask) -> list[Route]:
    """Return every rule of the site but Flask's own folder of files."""
    found = [
        Route(
            rule.rule,
            rule.endpoint,
            frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"},
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]
    return sorted(found, key=lambda route: (route.rule, route.endpoint))


def address(route: Route, values: dict[str, str]) -> str:
    """Return an address of the rule, its parts filled from `values` or with something that does not exist."""

    def part(found: re.Match[str]) -> str:
        kind, name = found[1] or "", found[2]
        return values.get(name, "1" if kind.startswith(("int", "float")) else "nothing")

    return re.sub(r"<(?:([^:<>]+):)?([^<>]+)>", part, route.rule)
