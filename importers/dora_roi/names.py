"""The names of packages: `<LEI>.<CON|IND>_<CC>_<module>_DORA_<reference date>_<timestamp>`, and what occurs beside it.

CISO Assistant writes ``LEI_<lei>.CON_<authority>_DOR_DORA_ROI``, and others a time with T and z. What such a name
says is read; that it breaks rule 105 is a finding.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from importers.dora_roi.filing import FileName

STRICT: Final = re.compile(
    r"(?P<entity>[A-Z0-9]{20})(?:\.(?P<scope>CON|IND))?_(?P<country>[A-Z]{2})_(?P<module>[A-Z]+[0-9]{6})_(?P<framework>[A-Z]+)"
    r"_(?P<date>[^_]{10})_(?P<timestamp>[0-9]{17})"
)
"""The name by the filing rules; whether the date is one is a rule of its own."""

_ENTITY: Final = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{18}[0-9]{2})(?:[._-](CON|IND))?(?![A-Za-z0-9])")
_COUNTRY: Final = re.compile(r"_([A-Z]{2})_")
_MODULE: Final = re.compile(r"(DORA[0-9]{6})")
_DATE: Final = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
_STAMP: Final = re.compile(r"(?<![0-9])([0-9]{8}T?[0-9]{6,9})(?:[Zz])?(?![0-9])")


def read_name(stem: str) -> FileName:
    """Return what the name of a package, without its ending, says.

    Examples
    --------
    >>> read_name("529900T8BM49AURSDO55.IND_NL_DORA010100_DORA_2025-03-31_20250401120000000").scope
    'IND'
    >>> read_name("LEI_529900T8BM49AURSDO55.CON_AFM_DOR_DORA_ROI").entity
    '529900T8BM49AURSDO55'

    """
    strict = STRICT.fullmatch(stem)
    if strict:
        return FileName(*(strict[part] or "" for part in FileName._fields))
    entity, country, module, date, stamp = (
        pattern.search(stem) for pattern in (_ENTITY, _COUNTRY, _MODULE, _DATE, _STAMP)
    )
    return FileName(
        entity[1].upper() if entity else "",
        (entity[2] or "") if entity else "",
        country[1] if country else "",
        module[1] if module else "",
        date[1] if date else "",
        re.sub(r"\D", "", stamp[1]) if stamp else "",
    )


def is_date(text: str) -> bool:
    """Say whether a text is a day of the calendar, as year-month-day."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
