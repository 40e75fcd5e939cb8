"""The plan of the house, held: imports point one way, and what computes knows no tables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

from microtasks.jobs import kinds

ROOT = Path(__file__).resolve().parents[1]
WEB = {
    "app",
    "blueprints",
    "flask",
    "flask_compress",
    "flask_limiter",
    "flask_login",
    "flask_migrate",
    "flask_sqlalchemy",
    "flask_wtf",
    "htmx_flask",
    "werkzeug",
    "wtforms",
}
PURE = ("consensus", "slicing", "reassembly", "questions", "intake", "layout")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "misc", "common"}
PRODUCT = ("app.py", "config.py", "microtasks", "blueprints")

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_VIEW = 20
LONGEST_ASSEMBLY = 80


def files(*parts: str) -> list[Path]:
    """The Python files under the named files and folders, relative to the project."""
    found: set[Path] = set()
    for part in parts:
        path = ROOT / part
        found |= {path} if path.is_file() else set(path.rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def imported(path: Path) -> set[str]:
    """The dotted names that a file imports, `from a import b` as `a.b`."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def offenders(paths: list[Path], barred: Callable[[str], bool]) -> list[str]:
    """Each import that is barred, with the file that makes it."""
    assert paths
    return [
        f"{path} imports {name}"
        for path in paths
        for name in sorted(imported(path))
        if barred(name)
    ]


def is_view(function: ast.FunctionDef) -> bool:
    """Whether a function answers requests: one of its decorators is a route."""
    verbs = {"get", "post", "put", "patch", "delete", "route"}
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in verbs
        for decorator in function.decorator_list
    )


def test_the_domain_never_imports_the_web() -> None:
    assert not offenders(
        files("microtasks"), lambda name: name.partition(".")[0] in WEB
    )


def test_what_computes_knows_no_tables() -> None:
    barred = ("microtasks.models", "microtasks.database", "sqlalchemy")
    rooms = files(*(f"microtasks/{room}" for room in PURE))
    assert not offenders(rooms, lambda name: name.startswith(barred))


def test_tables_import_nothing_of_the_house_but_tables_and_errors() -> None:
    allowed = ("microtasks.models", "microtasks.errors")
    assert not offenders(
        files("microtasks/models"),
        lambda name: name.startswith("microtasks") and not name.startswith(allowed),
    )


def test_nobody_does_a_job_but_the_runner_of_jobs() -> None:
    doing = tuple(f"microtasks.jobs.{kind}" for kind in kinds.MODULES)
    others = [path for path in files(*PRODUCT) if "jobs" not in path.parts]
    assert not offenders(others, lambda name: name.startswith(doing))


def test_blueprints_share_only_what_begins_with_an_underscore() -> None:
    for path in files("blueprints"):
        own = path.parts[1].removesuffix(".py")
        if own.startswith("_") or own == "commands":
            continue
        assert not offenders(
            [path],
            lambda name, own=own: (
                name.startswith("blueprints.")
                and name.split(".")[1] not in {own, "commands"}
                and not name.split(".")[1].startswith("_")
            ),
        )


def test_every_file_is_named_for_what_it_is() -> None:
    named = {
        path: {part.removesuffix(".py") for part in path.parts}
        for path in files(*PRODUCT, "tests", "benchmarks")
    }
    assert not [path for path, parts in named.items() if parts & VAGUE]


def test_every_module_says_why_it_exists() -> None:
    assert not [
        path
        for path in files(*PRODUCT)
        if text(path).strip() and not ast.get_docstring(tree(path))
    ]


def test_no_file_is_longer_than_a_few_screens() -> None:
    lengths = {
        str(path): len(text(path).splitlines())
        for path in files(*PRODUCT, "tests", "benchmarks")
    }
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}


def test_functions_are_short_and_views_are_shorter() -> None:
    too_long = [
        f"{path}: {node.name} has {lines} lines"
        for path in files(*PRODUCT, "benchmarks")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and node.name != "create_app"  # a list of parts; see the last test
        and (lines := (node.end_lineno or 0) - node.lineno + 1)
        > (LONGEST_VIEW if is_view(node) else LONGEST_FUNCTION)
    ]
    assert not too_long


def test_the_whole_assembly_fits_on_one_screen() -> None:
    assert len(text(Path("app.py")).splitlines()) <= LONGEST_ASSEMBLY
