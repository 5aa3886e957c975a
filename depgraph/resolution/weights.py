"""How much a word tells of who bears it: words that many bear weigh little.

The common words are in `word_counts.csv` beside this module: how many of some 45,000 names of legal entities have each
(see `docs/names.md`). A word that is not in it is rare.
"""

from __future__ import annotations

import csv
import io
import math
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "word_counts.csv"

NAMES: Final = ""
"""The row of the table that says of how many names it is."""


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    written = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    counts = {row["word"]: int(row["names"]) for row in csv.DictReader(io.StringIO(written), strict=True)}
    whole = counts.pop(NAMES)
    rarest = math.log((whole + 1) / 2)
    return {word: math.log((whole + 1) / (count + 1)) / rarest for word, count in counts.items()}


def weight(word: str) -> float:
    """Return what a word tells, in (0, 1]: 1 is a word that at most one name in the table has.

    Digits and single letters tell little by themselves.

    Examples
    --------
    >>> weight("centric") > weight("software") > weight("nederlandse") / 2
    True

    """
    known = _weights().get(word, 1.0)
    return known / 2 if len(word) == 1 else known
