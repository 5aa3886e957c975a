"""Countries: both ends hold wherever parties without country are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.analytics.basis.countries import country_of, needed_by_others
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.analytics.measures.concentration import concentration
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.outage import Strikes, outage
from depgraph.analytics.measures.reach import reached_shares
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.analytics.measures.concentration import Concentration
    from depgraph.graph import Graph

MEASURES = ("fails", "functions", "organisations", "score", "people")
COUNTRIES = ("BE", "NL", "US", "XX")
"""Those of the random graphs, and one where nobody is known to be."""

MOST = 4


def placed(parties: list[str]) -> Iterator[dict[str, str]]:
    """Return all ways to place some parties."""
    for countries in product(COUNTRIES, repeat=len(parties)):
        yield dict(zip(parties, countries, strict=True))


def test_by_hand() -> None:
    """A needs X, which may be anywhere, B needs Y in US, C in NL needs Z in NL; C is a victim like all others."""
    small = graph("A>X B>Y C>Z", {"Y": {"country": "US"}, "Z": {"country": "NL"}, "C": {"country": "NL"}})
    country = units(small, By.COUNTRY)
    measured = impacts(small, country, scope_of(small))
    assert country.id.tolist() == ["place:NL", "place:US"]
    assert country.homeless == 1
    assert (measured.organisations_lower.tolist(), measured.organisations_upper.tolist()) == ([1, 1], [2, 2])
    assert (measured.fails_lower.tolist(), measured.fails_upper.tolist()) == ([1, 1], [3, 3])
    assert measured.reach.tolist() == [3, 3]
    shares = concentration(small, By.COUNTRY)
    assert shares.share_lower.round(3).tolist() == [0.333, 0.333]
    assert shares.share_upper.round(3).tolist() == [0.667, 0.667]


def test_needed_by_others_and_where_they_are() -> None:
    small = graph("f1@a f1>a f2@a f2>b c<p", {"p": {"country": "US"}, "c": {"country": "NL"}, "b": {"country": "BE"}})
    names = small.nodes.name
    assert names[needed_by_others(small)].tolist() == ["b"]
    assert dict(zip(names.tolist(), country_of(small).tolist(), strict=True))["c"] == "US"


@pytest.mark.parametrize("chunk", range(6))
def test_ends_hold_wherever_parties_without_country_are(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any], chunk: int
) -> None:
    """Of random graphs with circles, k of n and ownership, with one to four parties without country: all ways."""
    ways = 0
    for seed in range(chunk * 60, (chunk + 1) * 60):
        source = random_text(seed).graph()
        slow = plain(source)
        anywhere = sorted(slow.homeless())
        if not 0 < len(anywhere) <= MOST:
            continue
        country = units(source, By.COUNTRY)
        measured = impacts(source, country, scope_of(source))
        known = slow.seeds("country")
        assert country.id.tolist() == sorted(known)
        for at, unit in enumerate(sorted(known)):
            for here in {frozenset(p for p, c in way.items() if f"place:{c}" == unit) for way in placed(anywhere)}:
                seeds = known[unit] | here
                truth = slow.impact(seeds, slow.members(seeds))
                ways += 1
                for name in MEASURES:
                    ends = getattr(measured, f"{name}_lower")[at], getattr(measured, f"{name}_upper")[at]
                    # With k at its own ends: whatever k is in between, what fails lies between these two.
                    assert ends[0] <= truth[f"{name}_lower"] + 1e-12, (seed, unit, here, name)
                    assert truth[f"{name}_upper"] <= ends[1] + 1e-12, (seed, unit, here, name)
                assert truth["reach"] <= measured.reach[at]
    assert ways > 100


@pytest.mark.parametrize("chunk", range(2))
def test_shares_hold_wherever_parties_without_country_are(random_text: Callable[[int], Any], chunk: int) -> None:
    """Direct and all tiers; without ownership and units, so that placing a party moves no other."""
    checked = 0
    for seed in range(chunk * 25, (chunk + 1) * 25):
        text = random_text(seed)
        text = replace(text, words=[word for word in text.words if not {"<", "^"} & set(word)])
        source = text.graph()
        known = source.of_kind(By.PARTY) & ~source.nodes.unknown
        anywhere = [
            str(name)
            for name in source.nodes.name[known & needed_by_others(source) & (country_of(source) == "")].tolist()
        ]
        if not 0 < len(anywhere) <= 3:
            continue
        market = (MarketBy.NONE, MarketBy.SECTOR)[seed % 2]
        asked = [concentration(source, By.COUNTRY, market=market), reached_shares(source, By.COUNTRY, market=market)]
        for way in placed(anywhere):
            attributes = {**text.attributes}
            for name, country in way.items():
                attributes[name] = {**attributes.get(name, {}), "country": country}
            there = replace(text, attributes=attributes).graph()
            truth = [concentration(there, By.COUNTRY, market=market), reached_shares(there, By.COUNTRY, market=market)]
            for wide, narrow in zip(asked, truth, strict=True):
                checked += _hold(wide, narrow)
    assert checked > 200


def _hold(wide: Concentration, narrow: Concentration) -> int:
    ends = _shares(wide)
    for key, (low, high) in _shares(narrow).items():
        if key in ends:
            assert ends[key][0] <= low + 1e-12, key
            assert high <= ends[key][1] + 1e-12, key
    for one, other in zip(wide.markets, narrow.markets, strict=True):
        if one.indices and other.indices:
            for low, high in zip(one.indices, other.indices, strict=True):
                assert low.lower <= high.lower + 1e-9
                assert high.upper <= low.upper + 1e-9
    return len(ends)


def _shares(found: Concentration) -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (found.markets[market].name, str(found.units.id[unit])): (float(low), float(high))
        for market, unit, low, high in zip(
            found.market.tolist(), found.unit.tolist(), found.share_lower, found.share_upper, strict=True
        )
    }


def test_outages_hold_wherever_parties_without_country_are(
    plain: Callable[[Graph], Any], random_text: Callable[[int], Any]
) -> None:
    """Each node is down at least in the lower periods and at most in the upper ones."""
    checked = 0
    for seed in range(24):
        source = random_text(seed).graph()
        anywhere, country = sorted(plain(source).homeless()), units(source, By.COUNTRY)
        if not 0 < len(anywhere) <= MOST:
            continue
        for at in range(len(country)):
            low, high = country.take([at]).at(upper=False).seed, country.take([at]).at(upper=True).seed
            both = outage(source, _struck(high, ~np.isin(high, low)))
            for here in {frozenset(p for p, code in way.items() if code == "US") for way in placed(anywhere)}:
                there = [source.position(party) for party in here]
                truth = outage(source, _struck(np.union1d(low, there).astype(np.int32)))
                assert set(both.lower.node.tolist()) <= set(truth.lower.node.tolist())
                assert set(truth.upper.node.tolist()) <= set(both.upper.node.tolist())
                checked += 1
    assert checked > 100


def _struck(node: np.ndarray[Any, Any], perhaps: np.ndarray[Any, Any] | None = None) -> Strikes:
    return Strikes(node=node, since=np.zeros(len(node)), until=np.full(len(node), 5.0), perhaps=perhaps)
