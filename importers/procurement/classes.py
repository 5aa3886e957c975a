"""Classes of the Common Procurement Vocabulary (CPV), and which of them are ICT.

`cpv_ict.csv` beside this module lists divisions, groups, classes and categories of the vocabulary (Regulation (EC) No
213/2008, annex I): all codes that begin with one of them, without the zeros at its end, are ICT. Codes and names are
the vocabulary's; that these are ICT is a choice of ours: equipment, networks, software, services, installation, repair.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError
from depgraph.model import Finding
from importers.readers.separated import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = "cpv_ict.csv"

_CODE: Final = re.compile(r"([0-9]{8})(?:-[0-9])?", re.ASCII)


def code_of(written: str) -> str:
    """Return the eight digits of a CPV code, its check digit dropped; empty if it is none.

    Examples
    --------
    >>> code_of("48814000-8"), code_of(" 72000000"), code_of("None")
    ('48814000', '72000000', '')

    """
    found = _CODE.fullmatch(written.strip())
    return found[1] if found else ""


def class_of(code: str) -> str:
    """Return the service type that a code stands for: its class, the first four digits.

    Examples
    --------
    >>> class_of("48814000")
    'CPV 48810000'

    """
    return f"CPV {code[:4]}0000"


def is_ict(code: str) -> bool:
    """Say whether a code is ICT."""
    return code.startswith(_prefixes())


def bought(written: Iterable[str], *, every: bool) -> str:
    """Return the code that says what is bought: the first that is ICT, else the first if `every` class is asked for.

    Examples
    --------
    >>> bought(("33124110-9", "48814000-8"), every=False), bought(("33124110-9",), every=False)
    ('48814000', '')
    >>> bought(("33124110-9",), every=True)
    '33124110'

    """
    codes = [code for code in map(code_of, written) if code]
    ict = next((code for code in codes if is_ict(code)), "")
    return ict or (codes[0] if every and codes else "")


@lru_cache(maxsize=1)
def _prefixes() -> tuple[str, ...]:
    content = resources.files("importers.procurement").joinpath(FILE).read_bytes()
    prefixes = []
    for row in read_table(BytesIO(content), FILE).rows():
        if isinstance(row, Finding):
            raise InputError(str(row), (row,))
        prefixes.append(row.text("code").rstrip("0"))
        row.close({"name"})
    return tuple(prefixes)
