"""The score that comes with the package is the one that its training pairs make, and keeps its word."""

from __future__ import annotations

from importlib import resources

import pytest

from depgraph.resolution.labelled import TRAIN, UNSEEN, labelled_pairs
from depgraph.resolution.model import FILE, model


def test_training_again_gives_the_same_bytes() -> None:
    from depgraph.resolution.training import trained

    assert trained() == resources.files("depgraph.resolution").joinpath(FILE).read_text(encoding="utf-8")


def test_no_entity_is_in_both_parts() -> None:
    train, unseen = ({pair.entity for pair in labelled_pairs(part)} for part in (TRAIN, UNSEEN))
    assert train
    assert unseen
    assert train.isdisjoint(unseen)


def test_the_threshold_keeps_its_precision_on_what_it_has_not_seen() -> None:
    pairs = labelled_pairs(UNSEEN)
    taken = [pair.same for pair in pairs if model().score(pair.compared()) >= model().threshold]
    assert sum(taken) / len(taken) >= 0.99
    assert sum(taken) / sum(pair.same for pair in pairs) == pytest.approx(0.885, abs=0.005)
