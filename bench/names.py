"""Names against names: candidates among 30,000 parties, neighbours among 400,000 names, 10,000 names matched.

Names are made of common words of `depgraph/resolution/word_counts.csv` and rare ones, seeded. Names that are spelled
otherwise are looked up in a list by the peers too, which tell how many of them they found: rapidfuzz's `extractOne` by
`token_sort_ratio`, of a thousand, since it compares all with all, and scikit-learn's `NearestNeighbors` by the
cosine of the same n-grams.
"""

from __future__ import annotations

import csv
import json
import random
import resource
from importlib import resources
from time import process_time
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

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


def looked_up(names: list[str], among: list[str]) -> dict[str, float]:
    """Return what it takes to look names up by `match` and by its peers, and how many of them each finds."""
    meant = {written: name for name, written in zip(among, names, strict=False)}
    some = names[:1_000]
    parties = [Party(f"name:{at}", name) for at, name in enumerate(among)]
    names_by: dict[str, list[str]] = {}

    def ours() -> None:
        told = match([Party("", name) for name in names], parties)
        names_by["match"] = [each.hits[0].party.name if each.hits else "" for each in told]

    def rapid() -> None:
        lowered = [name.lower() for name in among]
        best = (process.extractOne(name.lower(), lowered, scorer=fuzz.token_sort_ratio) for name in some)
        names_by["rapidfuzz"] = [among[at] for _, _, at in best]

    def nearest() -> None:
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
        index = NearestNeighbors(n_neighbors=1, metric="cosine").fit(vectors.fit_transform(among))
        rows = index.kneighbors(vectors.transform(names), return_distance=False)[:, 0]
        names_by["scikit_learn"] = [among[one] for one in rows.tolist()]

    seconds = {
        "match_10000_against_30000_seconds": timed(ours),
        "scikit_learn_10000_against_30000_seconds": timed(nearest),
        "rapidfuzz_1000_against_30000_seconds": timed(rapid),
    }
    right = {
        f"{how}_found": sum(meant[name] == one for name, one in zip(names, hits, strict=False)) / len(hits)
        for how, hits in names_by.items()
    }
    return seconds | right


def spelled_otherwise(name: str, chance: random.Random) -> str:
    """Return a name without its legal form, in capitals, and with two letters changed about."""
    bare = (name.rpartition(" ")[0] or name).upper()
    at = chance.randrange(1, max(len(bare) - 2, 2))
    return bare[:at] + bare[at : at + 2][::-1] + bare[at + 2 :]


def main() -> None:
    """Measure, and print one JSON object."""
    names = made(30_000, 1)
    parties = [Party(f"name:{at}", name) for at, name in enumerate(names)]
    chance = random.Random(2)  # noqa: S311 - reproducible
    written = [spelled_otherwise(name, chance) for name in names[:10_000]]
    many = sorted(set(made(400_000, 3)))
    candidates(parties[:100])
    told = {
        "candidates_of_30000_seconds": timed(lambda: candidates(parties)),
        **looked_up(written, names),
        "neighbours_of_400000_seconds": timed(lambda: neighbours(many, many, most=MOST, least=LEAST)),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
