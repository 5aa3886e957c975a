"""The nearest texts are those of the largest cosine, counted by hand, and of equally near ones the first."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from depgraph.resolution.neighbours import neighbours

WORDS = "acme cloud data de groep host ict it mail nederland net soft systems van zorg".split()  # noqa: SIM905


def names(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return sorted({" ".join(chance.choices(WORDS, k=chance.randint(1, 4))) for _ in range(count)})


def ngrams(text: str) -> Counter[str]:
    return Counter(f" {word} "[at : at + 3] for word in text.split() for at in range(len(word)))


def vectors(texts: list[str], among: list[str]) -> list[dict[str, float]]:
    """By the definition that scikit-learn states: (1 + ln tf) * (1 + ln((1 + n) / (1 + df))), each of length 1."""
    df = Counter(gram for text in among for gram in {*ngrams(text)})
    found = []
    for text in texts:
        plain = {
            gram: (1 + math.log(tf)) * (1 + math.log((1 + len(among)) / (1 + df[gram])))
            for gram, tf in ngrams(text).items()
            if gram in df
        }
        length = math.sqrt(sum(value**2 for value in plain.values())) or 1
        found.append({gram: value / length for gram, value in plain.items()})
    return found


def by_definition(asked: list[str], among: list[str], most: int, least: float) -> list[tuple[int, int]]:
    others = vectors(among, among)
    found = []
    for at, one in enumerate(vectors(asked, among)):
        cosines = [(-round(sum(one[g] * other.get(g, 0) for g in one), 5), to) for to, other in enumerate(others)]
        found += [(at, to) for cosine, to in sorted(cosines)[:most] if -cosine >= least]
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("most", "least"), [(1, 0.5), (6, 0.333), (70, 0.05)])
def test_the_nearest_are_those_of_the_largest_cosine(seed: int, most: int, least: float) -> None:
    asked, among = names(40, seed), names(150, seed + 10)
    found = neighbours(asked, among, most=most, least=least)
    assert [*zip(found.asked.tolist(), found.near.tolist(), strict=True)] == by_definition(asked, among, most, least)


def test_of_more_equally_near_ones_than_are_asked_for_the_first_are_told() -> None:
    among = [f"acme {chr(0x4E00 + number) * 3}" for number in range(900)]
    for most in (6, 100):
        found = neighbours(["acme", "acme 一一一"], among, most=most, least=0.05)
        expected = by_definition(["acme", "acme 一一一"], among, most, 0.05)
        assert [*zip(found.asked.tolist(), found.near.tolist(), strict=True)] == expected
        assert found.near.tolist()[:most] == [*range(most)]
        assert len({*found.cosine.tolist()[:most]}) == 1


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    among = [f"name{number}" for number in range(4_100)]
    neighbours(among, among, progress=lambda done, of: told.append((done, of)))
    assert told == [(2048, 4100), (4096, 4100), (4100, 4100)]


@pytest.mark.parametrize(("asked", "among"), [([], ["a"]), (["a"], [])])
def test_nothing_has_no_neighbours(asked: list[str], among: list[str]) -> None:
    assert [len(column) for column in neighbours(asked, among)] == [0, 0, 0]
