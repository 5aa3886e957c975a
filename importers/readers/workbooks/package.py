"""The parts of a workbook: which sheets it has, under which names, and where each is in the archive."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from importers.readers.archives import Limits, member_names, open_member
from importers.readers.faults import fault
from importers.readers.workbooks.streaming import damaged

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from xml.etree.ElementTree import Element

LIMITS: Final = Limits(total=2**30)
_MAX_INDEX: Final = 1 << 23
"""Bytes of a part that says where others are."""

_OLD_OR_ENCRYPTED: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_RELATED: Final = "_rels/.rels"
TRUE: Final = ("1", "true")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as the workbook lists it; `part` is empty if the archive lacks it or it has no cells."""

    title: str
    part: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook, not yet read.

    Attributes
    ----------
    strings, styles : str
        The parts with the shared texts and the formats of cells; empty if there is none.
    from_1904 : bool
        Whether days are counted from 1904.

    """

    path: Path
    sheets: tuple[Sheet, ...]
    strings: str
    styles: str
    from_1904: bool


def open_package(path: Path) -> Package:
    """Return what a workbook consists of.

    Raises
    ------
    InputError
        If it is no XLSX workbook, or unpacks to more than `LIMITS` by its own account.

    """
    with path.open("rb") as stream:
        if stream.read(8) == _OLD_OR_ENCRYPTED:
            raise fault(path.name, "", "is encrypted or of the old .xls format: save it as plain .xlsx", "bad-workbook")
    members = frozenset(member_names(path, LIMITS))
    main = _only(_related(path, members, ""), "officeDocument")
    if not main:
        raise damaged(path.name, "it has no part that lists the sheets")
    workbook = _tree(path, main)
    related = _related(path, members, main)
    sheets = []
    for sheet in _children(workbook, "sheets", "sheet"):
        type_, part = related.get(_id_of(sheet), ("", ""))
        hidden = sheet.get("state", "visible") != "visible"
        sheets.append(Sheet(sheet.get("name", ""), part if type_ == "worksheet" else "", hidden))
    from_1904 = any(properties.get("date1904") in TRUE for properties in _children(workbook, "workbookPr"))
    return Package(path, tuple(sheets), _only(related, "sharedStrings"), _only(related, "styles"), from_1904)


def _related(path: Path, members: Collection[str], part: str) -> dict[str, tuple[str, str]]:
    """Return id -> (last word of the type, part) of what a part refers to within the archive."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, f"_rels/{name}.rels")
    if listed not in members:
        if not part:
            raise damaged(path.name, f"it has no part {_RELATED}")
        return {}
    parts = {}
    for relation in _tree(path, listed):
        target = unquote(relation.get("Target", ""))
        place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if relation.get("TargetMode") != "External":
            type_ = relation.get("Type", "").rpartition("/")[2]
            parts[relation.get("Id", "")] = type_, place if place in members else ""
    return parts


def _only(related: dict[str, tuple[str, str]], wanted: str) -> str:
    return next((part for type_, part in related.values() if type_ == wanted), "")


def _tree(path: Path, part: str) -> Element:
    with open_member(path, part, LIMITS) as stream:
        content = stream.read(_MAX_INDEX + 1)
    if len(content) > _MAX_INDEX:
        raise fault(f"{path.name}/{part}", "", f"has more than {_MAX_INDEX:,} bytes", "too-large")
    try:
        tree: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise damaged(path.name, "its XML declares entities, which no spreadsheet program writes") from None
    except (ParseError, ValueError, LookupError) as error:
        raise damaged(path.name, f"{part}: {error}") from None
    return tree


def _children(tree: Element, *names: str) -> list[Element]:
    """Return the elements at the end of a path of local names: the two dialects differ in namespaces only."""
    found = [tree]
    for name in names:
        found = [child for element in found for child in element if child.tag.rpartition("}")[2] == name]
    return found


def _id_of(sheet: Element) -> str:
    """Return the id of the relation of a sheet: an attribute of a namespace, unlike its other one with this end."""
    return next((value for name, value in sheet.items() if name.startswith("{") and name.endswith("}id")), "")
