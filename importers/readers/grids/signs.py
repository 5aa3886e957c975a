"""Which sign the format of a cell shows beside its number: a percent sign or a currency."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importers.readers.archives import open_member
from importers.readers.grids.grid import currency_of
from importers.readers.workbooks.package import LIMITS
from importers.readers.workbooks.streaming import named, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.readers.workbooks.package import Package

_NAMES: Final = named({name: name for name in ("numFmt", "cellXfs", "xf")})
_PERCENTAGES: Final = frozenset({"9", "10"})
_BRACKETED: Final = re.compile(r"\[\$([^\]\-]+)[^\]]*\]")
_SHOWN: Final = re.compile(r"[€£]|US\$|\$|\bEUR\b|\bUSD\b|\bGBP\b|\bCHF\b")
_WITHOUT_TEXT: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def sign_of(code: str) -> str:
    """Return the sign that a format shows: ``%``, a currency, or an empty text.

    Examples
    --------
    >>> sign_of("0.0%"), sign_of("[$€-413] #,##0.00"), sign_of('#,##0 "EUR"'), sign_of("#,##0")
    ('%', 'EUR', 'EUR', '')

    """
    first = code.partition(";")[0]
    if "%" in _WITHOUT_TEXT.sub("", first):
        return "%"
    bracketed = _BRACKETED.search(first)
    shown = bracketed[1] if bracketed else next(iter(_SHOWN.findall(first)), "")
    return currency_of(shown)


class _Signs:
    """Hears the part of formats."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._own: dict[str, str] = {}
        self._of_cells = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = _NAMES.get(name)
        number = attributes.get("numFmtId", "0")
        if tag == "numFmt":
            self._own[number] = sign_of(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._of_cells = True
        elif tag == "xf" and self._of_cells:
            self.found.append(self._own.get(number, "%" if number in _PERCENTAGES else ""))

    def end(self, name: str) -> None:
        if _NAMES.get(name) == "cellXfs":
            self._of_cells = False

    def text(self, _: str) -> None:
        """Leave out the text: there is none."""


def read_signs(package: Package) -> list[str]:
    """Return the sign that each style of cells shows, in their order; one that a reader's settings choose is none."""
    if not package.styles:
        return []
    signs = _Signs()
    with open_member(package.path, package.styles, LIMITS) as stream:
        for _ in parse(stream, package.path.name, signs):
            pass
    return signs.found
