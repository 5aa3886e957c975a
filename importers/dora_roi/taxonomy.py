"""What a register of information consists of: templates, columns, code lists and relations, as the EBA has them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TAXONOMIES: Final = {"DORA010100": "4.0", "DORA010200": "4.2"}
"""The modules that are read, and the taxonomy that each belongs to."""

KEYLESS: Final = "B_99.01"
"""The template of which there is one row, which has no key."""


class Column(NamedTuple):
    """One column of a template.

    Attributes
    ----------
    code : str
        ``c0010`` and so on.
    type : str
        ``s`` text, ``e`` member of a code list, ``d`` date, ``i`` whole number, ``m`` amount, ``t`` the word true.
    enumeration : str
        The code list; empty where it has none.
    dimension : str
        What a key is called in the data point model; empty where it is no key.

    """

    code: str
    label: str
    key: bool
    type: str
    enumeration: str
    dimension: str
    variable: str


@dataclass(frozen=True, slots=True)
class Template:
    """One template: its columns in the order of their codes."""

    code: str
    columns: tuple[Column, ...]
    at: Mapping[str, int]
    keys: tuple[int, ...]

    @property
    def file(self) -> str:
        """The name of its file in a package."""
        return f"{self.code.lower()}.csv"


class Related(NamedTuple):
    """A foreign key: what these columns hold must be in those of another template."""

    name: str
    child: str
    child_columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


class Expression(NamedTuple):
    """One validation rule as published."""

    code: str
    active: bool
    text: str


@cache
def templates() -> Mapping[str, Template]:
    """Return the 15 templates by code, in order."""
    columns: dict[str, list[Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["template"], []).append(
            Column(
                row["column"],
                row["label"],
                row["key"] == "1",
                row["type"],
                row["enumeration"],
                row["dimension"],
                row["variable"],
            )
        )
    return {
        code: Template(
            code,
            tuple(found),
            {column.code: at for at, column in enumerate(found)},
            tuple(at for at, column in enumerate(found) if column.key),
        )
        for code, found in columns.items()
    }


@cache
def members(taxonomy: str) -> Mapping[str, Mapping[str, str]]:
    """Return the code lists of a taxonomy: the label of each member, by list and member (``eba_TA:S01``)."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("members.csv"):
        if row["only"] in ("", taxonomy):
            found.setdefault(row["enumeration"], {})[row["member"]] = row["label"]
    return found


@cache
def relations(taxonomy: str) -> tuple[Related, ...]:
    """Return the foreign keys of a taxonomy."""
    return tuple(
        Related(
            row["relation"],
            row["child_table"],
            tuple(row["child_columns"].split("+")),
            row["parent_table"],
            tuple(row["parent_columns"].split("+")),
        )
        for row in _rows("relations.csv")
        if row["taxonomy"] == taxonomy
    )


@cache
def expressions(taxonomy: str) -> tuple[Expression, ...]:
    """Return the validation rules of a taxonomy."""
    return tuple(
        Expression(row["code"], row["active"] == "1", row["expression"])
        for row in _rows("expressions.csv")
        if row["taxonomy"] == taxonomy
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("importers.dora_roi").joinpath("reference").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
