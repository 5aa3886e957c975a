"""The countries: the codes that ISO 3166-1 assigns, and no others.

The list is `countries.csv` beside this module: the 249 alpha-2 codes of ISO 3166-1 (ISO/TC 46 N1108, 2023-04-05) with
a usual English name, as the time zone database of IANA publishes them in the public domain (file ``iso3166.tab``), and
their alpha-3 codes, as in iso-codes 4.20 (``iso_3166-1.json``).
Codes that users may assign (XX, ZZ, XK) and exceptional reservations (EU, UK) name no country of the list.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources
from typing import Final

FILE: Final = "countries.csv"

_NOT_ISO: Final = {"UK": "GB", "EL": "GR"}
"""Codes in common use that ISO 3166-1 does not assign -> the one it does."""


@cache
def countries() -> dict[str, str]:
    """Return the alpha-2 code of each country with its name, by code."""
    written = resources.files("depgraph").joinpath(FILE).read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(io.StringIO(written))}


def country(value: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in upper case.

    Raises
    ------
    ValueError
        If it is none; the text says what to write.

    Examples
    --------
    >>> country("nl")
    'NL'
    >>> country("UK")
    Traceback (most recent call last):
    ValueError: 'UK' is not an ISO 3166-1 alpha-2 code: write GB
    >>> country("EU")
    Traceback (most recent call last):
    ValueError: 'EU' is not an ISO 3166-1 alpha-2 code of a country: write two letters, such as NL, or leave it empty

    """
    code = value.strip()
    code = code.upper() if code.isascii() else ""  # the upper case of some letters is two others
    if code in countries():
        return code
    shown = repr(value if len(value) <= 60 else value[:57] + "...")
    if code in _NOT_ISO:
        raise ValueError(f"{shown} is not an ISO 3166-1 alpha-2 code: write {_NOT_ISO[code]}")
    cure = "write two letters, such as NL, or leave it empty"
    raise ValueError(f"{shown} is not an ISO 3166-1 alpha-2 code of a country: {cure}")


@cache
def _alpha2() -> dict[str, str]:
    """Return the alpha-2 code of each alpha-3 code."""
    written = resources.files("depgraph").joinpath(FILE).read_text(encoding="utf-8")
    return {row["alpha3"]: row["code"] for row in csv.DictReader(io.StringIO(written))}


def country_of_alpha3(value: str) -> str:
    """Return the alpha-2 code of a country that is written with three letters.

    Raises
    ------
    ValueError
        If it is no alpha-3 code of ISO 3166-1.

    Examples
    --------
    >>> country_of_alpha3("NOR")
    'NO'

    """
    try:
        return _alpha2()[value.strip().upper()]
    except KeyError:
        raise ValueError(f"'{value}' is not an ISO 3166-1 alpha-3 code of a country") from None
