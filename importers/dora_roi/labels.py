"""What people put into cells of the workbook: codes or labels of the drop-downs, dates or the numbers behind them."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from depgraph.spelling import key
from importers.dora_roi.taxonomy import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.dora_roi.taxonomy import Column

_TYPES: Final = {"lei": "2000", "nin": "2001", "euid": "2002", "crn": "2003", "vat": "2004", "pnr": "2005"}
"""Types of codes by the words that the annex has for them; some stand behind a country, as FR_VAT."""

_SERIAL: Final = re.compile(r"[1-9][0-9]{3,6}", re.ASCII)
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_LAST: Final = 2_958_465
"""The number of 9999-12-31."""


def coded(column: Column, cell: str, taxonomy: str, *, from_1904: bool) -> str:
    """Return a cell of a workbook as a package has it; what is neither code nor label stays as it is."""
    said = cell.strip()
    match column.type:
        case "e":
            return _member(column.enumeration, said, taxonomy)
        case "d" if _SERIAL.fullmatch(said) and int(said) <= _LAST:
            return ((_EPOCH_1904 if from_1904 else _EPOCH) + dt.timedelta(days=int(said))).isoformat()
        case "t" if said.casefold() == "true":
            return "true"
    return said


def _member(enumeration: str, said: str, taxonomy: str) -> str:
    found = _by_label(enumeration, taxonomy).get(key(said))
    if found:
        return found
    word = said.rpartition("_")[2].casefold()
    if enumeration.startswith("qCO:") and word in _TYPES:
        return f"eba_qCO:qx{_TYPES[word]}"
    return said


@cache
def _by_label(enumeration: str, taxonomy: str) -> Mapping[str, str]:
    """Return the members of a list by their labels, and by their codes with and without prefix."""
    found: dict[str, str] = {}
    for member, label in members(taxonomy)[enumeration].items():
        for written in (member, member.partition(":")[2], label):
            found.setdefault(key(written), member)
    return found
