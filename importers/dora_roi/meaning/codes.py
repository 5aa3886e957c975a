"""What cells say: codes without their prefixes, days that stand for none, amounts as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import Final

from depgraph.errors import InvalidIdError
from depgraph.ids import mint, text
from importers.dora_roi.names import is_date
from importers.dora_roi.rules.values import NUMBER, WHOLE
from importers.dora_roi.taxonomy import members

_PREFIX: Final = re.compile(r"eba_[A-Za-z]+:")
_NOT_APPLICABLE: Final = {"", "qx2007", "x28", "x0", "not applicable", "n/a", "na", "-"}
"""What stands in a key of a country where none applies; older filings wrote x28."""
OTHER_COUNTRIES: Final = "qx2000"


@lru_cache(maxsize=1 << 14)
def member(cell: str) -> str:
    """Return a member of a code list without its prefix.

    Examples
    --------
    >>> member("eba_TA:S01"), member(" S01 ")
    ('S01', 'S01')

    """
    return _PREFIX.sub("", text(cell), count=1)


def applies(cell: str) -> str:
    """Return a text; empty where it says that none applies.

    Examples
    --------
    >>> applies("Not Applicable"), applies("BR-1")
    ('', 'BR-1')

    """
    said = member(cell)
    return "" if said.casefold() in _NOT_APPLICABLE else said


@lru_cache(maxsize=1 << 12)
def country(cell: str) -> str:
    """Return the ISO 3166-1 code of a country; empty where none applies, or it is none of them."""
    said = applies(cell)
    return said if re.fullmatch(r"[A-Z]{2}", said) and _is_place(said) else ""


@lru_cache(maxsize=1 << 12)
def place(cell: str) -> str:
    """Return the id of a country as a place; empty where none is said. Kosovo has a name there, and no code."""
    said = applies(cell)
    if not said or said == OTHER_COUNTRIES:
        return ""
    if country(cell):
        return mint("place", said)
    label = members("4.0")["GA:GA5_4"].get(f"eba_GA:{said}", "")
    return mint("place", label.title()) if label else ""


@lru_cache(maxsize=1 << 14)
def day(cell: str) -> str:
    """Return a date; empty where it is open, is not known, or is none.

    Examples
    --------
    >>> day("2025-03-31"), day("9999-12-31"), day("31-12-9999")
    ('2025-03-31', '', '')

    """
    said = text(cell)
    return said if is_date(said) and not said.startswith("9999") else ""


def number(cell: str) -> float | None:
    """Return a number as it is written, in full units; None where there is none."""
    said = text(cell)
    value = float(said) if NUMBER.fullmatch(said) else None
    return value if value is not None and isfinite(value) else None


def hours(cell: str) -> float | None:
    """Return an objective in hours: 0 says that none is defined, 1 up to one hour.

    Examples
    --------
    >>> hours("0"), hours("1"), hours("48")
    (None, 1.0, 48.0)

    """
    said = text(cell)
    value = float(said) if WHOLE.fullmatch(said) else 0.0
    return value if 0 < value < 1e9 else None


@lru_cache(maxsize=1 << 12)
def label(enumeration: str, cell: str) -> str:
    """Return what a member is called in words; as it is written where it is none."""
    said = member(cell)
    prefix = f"eba_{enumeration.partition(':')[0]}"
    return members("4.0")[enumeration].get(f"{prefix}:{said}", said) if said else ""


def minted(scheme: str, value: str) -> str:
    """Return an id, or an empty text where the value breaks the rules of its scheme."""
    try:
        return mint(scheme, value)
    except InvalidIdError:
        return ""


def _is_place(code: str) -> bool:
    return bool(minted("place", code))
