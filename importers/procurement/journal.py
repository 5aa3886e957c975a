"""Numbers of notices in the Official Journal of the European Union."""

from __future__ import annotations

import re
from typing import Final

_OJ: Final = re.compile(r"(?:([0-9]{4})/S\s*[0-9]{1,3}-0*([0-9]{1,8})|0*([0-9]{1,8})-([0-9]{4}))", re.ASCII)


def number_of(written: str) -> str:
    """Return the number of a notice in the Official Journal; empty if it is none.

    Examples
    --------
    >>> number_of("2021/S 008-013921"), number_of("013921-2021"), number_of("WD-2020-001")
    ('13921-2021', '13921-2021', '')

    """
    found = _OJ.fullmatch(written.strip())
    return f"{found[2] or found[3]}-{found[1] or found[4]}" if found else ""
