"""One filing as it is read: what its name and parameters say, and its tables row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from importers.dora_roi.taxonomy import TAXONOMIES, templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.dora_roi.taxonomy import Template


class Breach(NamedTuple):
    """A rule that a place of a filing breaks.

    `record` is ``file:line``, `field` the column, empty where none applies.
    """

    rule: str
    record: str
    field: str
    message: str


class FileName(NamedTuple):
    """What the name of a package says, each part as it is written; empty where it does not say it."""

    entity: str = ""
    scope: str = ""
    country: str = ""
    module: str = ""
    date: str = ""
    timestamp: str = ""


class Line(NamedTuple):
    """One row of a table: the line where it begins, and its cells in the order of the template's columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a filing.

    Attributes
    ----------
    label : str
        What records call its file.
    present : frozenset of str
        The codes of the columns that its header has.
    parsed : bool
        Whether all of it could be read: else what it lacks may be there.

    """

    template: Template
    label: str
    present: frozenset[str] = frozenset()
    lines: tuple[Line, ...] = ()
    parsed: bool = True

    def record(self, line: Line) -> str:
        """Return ``file:line`` of a row."""
        return f"{self.label}:{line.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filing.

    Attributes
    ----------
    label : str
        The package relative to what was given; empty where it is what was given.
    archive : str
        The name of the zip; empty where it is a folder.
    folder : str
        The folder that holds all of it.
    size : int
        Bytes of the zip.
    workbook : bool
        Whether it is a filled Excel template and no package.
    tables : mapping of str to Table
        By template, for each file that is there.
    parameters, indicators : mapping of str to str
        As written; empty where the file is not there.
    extends : tuple of str
        The module files that ``report.json`` names.
    breaches : tuple of Breach
        What was found while it was read.

    """

    label: str
    stem: str
    name: FileName
    archive: str
    folder: str
    size: int = 0
    workbook: bool = False
    tables: Mapping[str, Table] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()

    def place(self, file: str) -> str:
        """Return what records call a file of the package."""
        return f"{self.label}/{file}" if self.label else file

    def table(self, code: str) -> Table:
        """Return a table; one that is not there has no rows, and lacks nothing that might be in it."""
        template = templates()[code]
        return self.tables.get(code) or Table(template, self.place(f"reports/{template.file}"), parsed=True)

    @property
    def entity(self) -> str:
        """The LEI of the entity that reports, by its name, else by its parameters."""
        return self.name.entity or self._stated()[0]

    @property
    def scope(self) -> str:
        """``CON`` or ``IND``, by its name, else by its parameters."""
        return self.name.scope or self._stated()[1]

    @property
    def date(self) -> str:
        """The reference date, by its parameters, else by its name."""
        return self.parameters.get("refPeriod", "").strip()[:10] or self.name.date

    @property
    def taxonomy(self) -> str:
        """``4.0`` or ``4.2``, by its module, else by the module file that it names."""
        if self.name.module in TAXONOMIES:
            return TAXONOMIES[self.name.module]
        return "4.2" if any("/4.2/" in url for url in self.extends) else "4.0"

    @property
    def key(self) -> str:
        """What is one register: the entity and the scope."""
        return f"{self.entity}.{self.scope}"

    def _stated(self) -> tuple[str, str]:
        match = re.fullmatch(r"(?:rs:)?([0-9A-Za-z]{20})(?:\.(CON|IND))?", self.parameters.get("entityID", "").strip())
        return (match[1], match[2] or "") if match else ("", "")
