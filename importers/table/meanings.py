"""What the columns of a table may be, by their headers and by what stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importers.table import amounts, dates
from importers.table.words import means

if TYPE_CHECKING:
    from importers.table.layout import Layout

_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


def meanings(layout: Layout) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return field -> names of the columns that may be it, and which columns are of no use and why."""
    uses: dict[str, list[str]] = {}
    dropped: dict[str, str] = {}
    for at, name in enumerate(layout.names):
        cells = [row.cell(at) for row in layout.rows if row.cell(at).strip()]
        use = means(name)
        if not name or (not cells and use not in {"provider", "dependent"}):
            if name:
                dropped[name] = "is empty"
            continue
        if cells and _YEAR.fullmatch(name.strip()) and all(amounts.amount_of(cell).number for cell in cells):
            use = "cost"
        if use in {"valid_from", "valid_to", "period"}:
            both = any(dates.two_dates(cell) for cell in cells)
            if use == "period" and not both:
                dropped[name] = "holds no two dates"
                continue
            use = "period" if both else use
        if use == "person":
            dropped[name] = "names and addresses of people are not imported"
        elif use == "other":
            dropped[name] = "says nothing of who needs whom"
        elif use:
            uses.setdefault(use, []).append(name)
    return uses, dropped
