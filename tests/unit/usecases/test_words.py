"""The words that questions take are those of the measures."""

from __future__ import annotations

from typing import get_args

import pytest

from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.centrality import Measure
from depgraph.analytics.measures.markets import MarketBy
from depgraph.model import EVIDENCE
from depgraph.usecases import words


@pytest.mark.parametrize(
    ("asked", "measured"),
    [(words.By, By), (words.Market, MarketBy), (words.Weight, Weight), (words.Measure, Measure)],
)
def test_words_are_those_of_the_measures(asked: object, measured: type[By | MarketBy | Weight | Measure]) -> None:
    assert set(get_args(asked)) == {word.value for word in measured}


def test_shares_are_of_units() -> None:
    assert set(get_args(words.Reference)) == {*get_args(words.By)} - {"service"}


def test_evidence_is_that_of_the_model() -> None:
    assert get_args(words.Evidence) == EVIDENCE
