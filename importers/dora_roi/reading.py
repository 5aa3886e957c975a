"""From a package to a filing: every file of it is read, and what breaks a rule while it is read is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importers.dora_roi.declared import INDICATORS, PARAMETERS, REPORT, read_extends, read_pairs
from importers.dora_roi.filing import Breach, Filing
from importers.dora_roi.grid import read_table
from importers.dora_roi.names import read_name
from importers.dora_roi.packages import REPORTS
from importers.dora_roi.taxonomy import templates
from importers.dora_roi.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Table
    from importers.dora_roi.packages import Package


def read_outline(package: Package) -> Filing:
    """Return what a package says of itself, without its tables.

    Raises
    ------
    InputError
        If it is a workbook that cannot be read.

    """
    if package.workbook:
        return read_workbook(package, only=frozenset({"B_01.01", "B_01.02"}))
    breaches: list[Breach] = []
    with package.opened():
        return Filing(
            label=package.label,
            stem=package.stem,
            name=read_name(package.stem),
            archive=package.archive,
            folder=package.folder,
            size=package.path.stat().st_size if package.archive else 0,
            parameters=read_pairs(package, PARAMETERS, "name,value", breaches),
            indicators=read_pairs(package, INDICATORS, "templateID,reported", breaches),
            extends=read_extends(package, breaches),
            breaches=tuple(breaches),
        )


def read_filing(package: Package, outline: Filing) -> Filing:
    """Return all that a package says."""
    if package.workbook:
        return read_workbook(package)
    breaches = list(outline.breaches)
    with package.opened():
        tables = dict(_tables(package, breaches))
    return replace(outline, tables=tables, breaches=tuple(breaches))


def _tables(package: Package, breaches: list[Breach]) -> Iterator[tuple[str, Table]]:
    """Yield the tables that are there; a file that is no table breaks rule 720."""
    by_file = {template.file: template for template in templates().values()}
    own = {name.lower() for name in (PARAMETERS, INDICATORS, REPORT)}
    seen: set[str] = set()
    for name, file in package.files.items():
        folder, _, base = name.partition("/")
        if folder != REPORTS or base.lower() in own:
            continue
        template = by_file.get(base.lower())
        if template is None:
            message = f"is no table of the register: call it one of {', '.join(by_file)}, or take it out"
            breaches.append(Breach("720", file.label, "", message))
            continue
        if base != template.file:
            breaches.append(Breach("720", file.label, "", f"is not named as the rules want: call it {template.file}"))
        if template.code in seen:
            breaches.append(Breach("720", file.label, "", f"is there twice: this one is not read, {template.file} is"))
            continue
        seen.add(template.code)
        yield template.code, read_table(file, template, breaches)
