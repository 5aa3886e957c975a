"""The digest of a graph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from depgraph.graph.columns import strings
from depgraph.graph.texts import Texts, at_rest
from depgraph.testing import graph

WRITTEN = "a>2(x,y,z) a>x:0.5 b>x|y f1@a x<g a^h"


def test_it_is_the_same_on_every_machine_and_from_run_to_run() -> None:
    made = graph(WRITTEN, {"a": {"name": "Ünï", "people": 5, "region": "Drenthe"}})
    assert made.digest == "dd8a01d7c3ec76ab2cfa02f7790a35608715183f5ae9ec812d070deca1769619"


def test_a_copy_has_the_same_digest() -> None:
    made = graph(WRITTEN)
    needs = replace(made.needs, share=made.needs.share.astype(">f8"), dependent=made.needs.dependent.astype(">i4"))
    assert replace(made, needs=needs).digest == made.digest == graph(WRITTEN).digest


def test_bounds_and_aliases_count() -> None:
    made = graph(WRITTEN)
    other = replace(made, requirements=replace(made.requirements, k_lower=made.requirements.k_lower * np.int32(0)))
    assert other.digest != made.digest
    assert replace(made, aliases={"name:q": "name:a"}).digest != made.digest


def test_texts_do_not_run_into_each_other() -> None:
    assert (
        graph("", {"a": {"sector": "xy", "hub": "z"}}).digest != graph("", {"a": {"sector": "x", "hub": "yz"}}).digest
    )
    assert graph("ab>c").digest != graph("a>bc").digest


def test_texts_at_rest_are_the_same_texts() -> None:
    texts = ["é", "", "a\0b", "b" * 12] * 9
    made = graph(WRITTEN)
    columns = at_rest(texts), Texts(*at_rest(sorted({*texts})).parts[:2]), at_rest([""] * 36)
    assert [column.parts[2] is None for column in columns] == [False, True, False]
    every = strings(texts), *columns
    found = [replace(made, needs=replace(made.needs, service_types=column)).digest for column in every]
    assert found[0] == found[1]
    assert len({*found}) == 3
    assert found[2] == replace(made, needs=replace(made.needs, service_types=strings(sorted({*texts})))).digest
    assert found[3] == replace(made, needs=replace(made.needs, service_types=strings([""] * 36))).digest
