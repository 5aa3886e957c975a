"""Answers as JSON can hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import pytest

from depgraph.model import Kind, Marking
from depgraph.usecases.answer import SOMETIMES, Answer, Counts, Meta, captions, flat, plain


@dataclass(frozen=True)
class Ends:
    lower: int
    upper: int


@dataclass(frozen=True, kw_only=True)
class Adds:
    weight: str
    near: str | None = field(default=None, metadata=SOMETIMES)
    ends: Ends | None = field(default=None, metadata=flat())
    at_most: Ends | None = field(default=None, metadata=flat("_at_most"))


@dataclass(frozen=True)
class Row:
    id: Annotated[str, "its id"]
    value: Annotated[float, "its value"]
    chain: Annotated[tuple[str, ...], "how"] = ()


def test_an_answer_becomes_one_object_with_meta_and_rows() -> None:
    meta = Meta(
        command="x",
        parameters={"by": Kind.PARTY, "limit": 2},
        as_of="2026-01-01",
        revision=3,
        graph_digest="abc",
        counts=Counts(1, 2, 3, 4, 5),
        marking=Marking(),
        adds=Adds(weight="people"),
        version="1",
    )
    flat = Answer(meta=meta, rows=(Row("a", float("nan"), ("x", "y")),)).plain()
    assert flat == {
        "meta": {
            "format": "1",
            "version": "1",
            "command": "x",
            "parameters": {"by": "party", "limit": 2},
            "as_of": "2026-01-01",
            "revision": 3,
            "graph_digest": "abc",
            "counts": {
                "nodes": 1,
                "needs": 2,
                "requirements": 3,
                "undeclared_requirements": 4,
                "unknown_providers": 5,
                "not_in_force": 0,
                "left_out": 0,
            },
            "not_in_force": {"ended": 0, "not_begun": 0},
            "marking": {"label": "tlp:clear"},
            "notes": [],
            "weight": "people",
        },
        "rows": [{"id": "a", "value": None, "chain": ["x", "y"]}],
    }


def test_what_it_adds_stands_flat_and_only_where_it_says_something() -> None:
    assert plain(Adds(weight="a", near="", ends=Ends(1, 2), at_most=Ends(3, 4))) == {
        "weight": "a",
        "near": "",
        "lower": 1,
        "upper": 2,
        "lower_at_most": 3,
        "upper_at_most": 4,
    }
    assert plain(Adds(weight="a")) == {"weight": "a"}


def test_every_field_has_its_caption() -> None:
    assert captions(Row) == {"id": "its id", "value": "its value", "chain": "how"}


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())
