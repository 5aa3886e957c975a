"""When a use is in force, by the dates of its rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.dora_roi.meaning.register import Register
    from importers.dora_roi.meaning.services import Service

FOREVER = "9999-12-31"


def periods(
    said: Iterable[tuple[str, str]], service: Service, register: Register
) -> list[tuple[str | None, str | None]]:
    """Return the periods that rows make together: those that meet or overlap are one, an empty date is open.

    A row that ends before it begins says neither: it is taken as in force, with a remark.
    """
    spans = []
    for begun, ended in sorted(said):
        if begun and ended and ended < begun:
            message = f"ends on {ended}, before it begins on {begun}: neither date is used"
            register.remark("ends-before-begin", service.record, "c0080", message)
            spans.append(("", FOREVER))
        else:
            spans.append((begun, ended or FOREVER))
    joined: list[tuple[str, str]] = []
    for begun, ended in sorted(spans):
        if joined and begun <= _next(joined[-1][1]):
            joined[-1] = (joined[-1][0], max(joined[-1][1], ended))
        else:
            joined.append((begun, ended))
    return [(begun or None, None if ended == FOREVER else ended) for begun, ended in joined]


def _next(day: str) -> str:
    return day if day == FOREVER else (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
