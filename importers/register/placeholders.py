"""What is said of texts that name nobody and were read as not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.model import Finding, Level
from importers.readers import values

if TYPE_CHECKING:
    from collections import Counter

_SHOWN: Final = 10


def told(replaced: Counter[str], label: str, column: str, became: str) -> Finding:
    """Return the finding that counts them, the most frequent first.

    Examples
    --------
    >>> from collections import Counter
    >>> print(told(Counter({"N/A": 2, "?": 1}), "needs.csv", "provider", "read as unknown:"))
    needs.csv: provider: 3 cells that name nobody are read as unknown: 'N/A' (2), '?' (1)

    """
    ranked = sorted(replaced.items(), key=lambda item: (-item[1], item[0]))
    words = ", ".join(f"{values.shown(text)} ({count:,})" for text, count in ranked[:_SHOWN])
    more = f" and {len(ranked) - _SHOWN:,} more" if len(ranked) > _SHOWN else ""
    total = sum(replaced.values())
    cells = "1 cell that names nobody is" if total == 1 else f"{total:,} cells that name nobody are"
    return Finding(Level.NOTE, "placeholders", label, column, f"{cells} {became} {words}{more}")
