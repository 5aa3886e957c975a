"""The labelled pairs of names: which two are of one party, and which part of them the score is judged on.

`name_pairs.csv` beside this module is made by `.ci/name_pairs.py` from legal names of GLEIF's LEI data (CC0-1.0), the
FedRAMP marketplace (a work of the US Government) and award notices of Tenders Electronic Daily (© European Union, reuse
under Commission Decision 2011/833/EU); `word_counts.csv` from the first two. `mail_pairs.csv` is adapted from the
measurement of mail by mxmap.it (https://github.com/mxmap-it/mxmap.it), and is under its licence, CC BY-SA 4.0.
"""

from __future__ import annotations

import csv
import io
from importlib import resources
from typing import Final, NamedTuple

from depgraph.resolution.comparison import Comparison, nearest
from depgraph.resolution.wording import wordings

FILES: Final = ("name_pairs.csv", "mail_pairs.csv")

TRAIN: Final = "train"
UNSEEN: Final = "unseen"


class LabelledPair(NamedTuple):
    """Two names, and whether they are of one party.

    Attributes
    ----------
    part : str
        ``train`` or ``unseen``; all pairs of one entity are in one part.
    source : str
        Where they are from, and for legal names that were rewritten by rule, which rule it was.
    entity : str
        The id of the first one.

    """

    part: str
    source: str
    entity: str
    first: str
    second: str
    first_country: str
    second_country: str
    same: bool

    def compared(self) -> Comparison:
        """Return the comparison of the two names."""
        found = nearest(wordings(self.first), wordings(self.second), (self.first_country, self.second_country))
        if found is None:
            raise ValueError(f"a name without letters or digits: {self.first!r}, {self.second!r}")
        return found


def labelled_pairs(part: str) -> tuple[LabelledPair, ...]:
    """Return the pairs of one part."""
    written = (resources.files(__package__).joinpath(file).read_text(encoding="utf-8") for file in FILES)
    return tuple(
        LabelledPair(**{**row, "same": row["same"] == "1"})  # type: ignore[arg-type]  # texts but for `same`
        for each in written
        for row in csv.DictReader(io.StringIO(each), strict=True)
        if row["part"] == part
    )
