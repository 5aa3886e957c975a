"""The words that queries take are those of the measures and of the commands."""

from __future__ import annotations

from typing import get_args

import pytest

from api import words
from cli import options
from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.concentration import Weight
from depgraph.analytics.measures.markets import MarketBy


@pytest.mark.parametrize("name", ["By", "Reference", "Market", "Weight", "Tier", "Measure"])
def test_words_are_those_of_the_commands(name: str) -> None:
    assert get_args(getattr(words, name)) == get_args(getattr(options, name))


@pytest.mark.parametrize(("asked", "measured"), [(words.By, By), (words.Market, MarketBy), (words.Weight, Weight)])
def test_words_are_those_of_the_measures(asked: object, measured: type[By | MarketBy | Weight]) -> None:
    assert set(get_args(asked)) == {word.value for word in measured}
