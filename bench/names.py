"""Names against names: candidates among 30,000 parties, neighbours among 400,000 names, 10,000 names matched.

Names are made of common words of `depgraph/resolution/word_counts.csv` and rare ones, seeded.
"""

from __future__ import annotations

import csv
import json
import random
import resource
from importlib import resources
from time import process_time
from typing import TYPE_CHECKING, Final

from depgraph.resolution.candidates import candidates
from depgraph.resolution.matching import match
from depgraph.resolution.neighbours import neighbours
from depgraph.resolution.pairing import LEAST, MOST
from depgraph.resolution.parties import Party

if TYPE_CHECKING:
    from collections.abc import Callable

_SYLLABLES: Final = "ba cen do fi gra ho ix jo kle lu mo nex or pri qua ro sta tri ul ver wo xy zan".split()  # noqa: SIM905 - shorter
_FORMS: Final = ("", " B.V.", " NV", " GmbH", " Inc.", " S.à r.l.")


def made(count: int, seed: int) -> list[str]:
    """Return names, a tenth of which are others written in capitals without their legal form."""
    chance = random.Random(seed)  # noqa: S311 - reproducible
    text = resources.files("depgraph.resolution").joinpath("word_counts.csv").read_text(encoding="utf-8")
    rows = [(row["word"], int(row["names"])) for row in csv.DictReader(text.splitlines()) if row["word"]]
    words, counts = zip(*rows, strict=True)
    found = []
    for _ in range(count * 9 // 10):
        rare = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(chance.randint(1, 2))]
        common = chance.choices(words, counts, k=chance.randint(0, 2))
        found.append(" ".join((*rare, *common)).title() + chance.choice(_FORMS))
    return found + [name.rpartition(" ")[0].upper() or name for name in chance.sample(found, count - len(found))]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of a processor that work takes."""
    begin = process_time()
    work()
    return round(process_time() - begin, 1)


def main() -> None:
    """Measure, and print one JSON object."""
    parties = [Party(f"name:{at}", name) for at, name in enumerate(made(30_000, 1))]
    asked = [Party("", name) for name in made(10_000, 2)]
    many = sorted(set(made(400_000, 3)))
    candidates(parties[:100])
    told = {
        "candidates_of_30000_seconds": timed(lambda: candidates(parties)),
        "match_10000_against_30000_seconds": timed(lambda: match(asked, parties)),
        "neighbours_of_400000_seconds": timed(lambda: neighbours(many, many, most=MOST, least=LEAST)),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
