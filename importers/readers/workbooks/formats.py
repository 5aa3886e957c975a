"""How a cell is shown: a number may be a date, a time, or have zeros before it."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from importers.readers.archives import open_member
from importers.readers.workbooks.package import LIMITS
from importers.readers.workbooks.streaming import damaged, named, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.readers.workbooks.package import Package


class Shown(Enum):
    """As what a number is shown, if not as a number."""

    DATE = "date"
    TIME = "time"


Format: TypeAlias = "Shown | int | None"
"""A number of digits means that zeros are put before the number; None is an ordinary number."""

_BUILT_IN: Final[dict[int, Format]] = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)), Shown.DATE),
    **dict.fromkeys((*range(18, 22), 32, 33, *range(45, 48)), Shown.TIME),
}
_NAMES: Final = named({name: name for name in ("numFmt", "cellXfs", "xf")})
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ZEROS: Final = re.compile("0{2,20}")


def format_of(code: str) -> Format:
    """Return as what a format shows a number.

    Examples
    --------
    >>> format_of("dd-mm-yyyy"), format_of("[h]:mm"), format_of('#,##0 "days"'), format_of("00000000")
    (<Shown.DATE: 'date'>, <Shown.TIME: 'time'>, None, 8)

    """
    if _ZEROS.fullmatch(code):
        return len(code)
    letters = set(_QUOTED.sub("", code.partition(";")[0]).lower())
    if letters & set("dy"):
        return Shown.DATE
    if letters & set("hs"):
        return Shown.TIME
    return Shown.DATE if "m" in letters else None


class _Styles:
    """Hears the part of formats."""

    def __init__(self, label: str) -> None:
        self.found: list[Format] = []
        self._label = label
        self._own: dict[int, Format] = {}
        self._of_cells = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = _NAMES.get(name)
        if tag == "numFmt":
            self._own[self._number(attributes)] = format_of(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._of_cells = True
        elif tag == "xf" and self._of_cells:
            number = self._number(attributes)
            self.found.append(self._own.get(number, _BUILT_IN.get(number)))

    def end(self, name: str) -> None:
        if _NAMES.get(name) == "cellXfs":
            self._of_cells = False

    def text(self, _: str) -> None:
        """Leave out the text: there is none."""

    def _number(self, attributes: Mapping[str, str]) -> int:
        written = attributes.get("numFmtId", "0")
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise damaged(self._label, f"a format has the number '{written[:20]}'")
        return int(written)


def read_formats(package: Package) -> list[Format]:
    """Return the format of each style of cells, in their order."""
    if not package.styles:
        return []
    styles = _Styles(package.path.name)
    with open_member(package.path, package.styles, LIMITS) as stream:
        for _ in parse(stream, package.path.name, styles):
            pass
    return styles.found
