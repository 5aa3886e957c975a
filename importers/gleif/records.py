"""The records of GLEIF that matter here: entities, who consolidates whom, and why no parent is reported."""

from __future__ import annotations

from typing import NamedTuple


class Entity(NamedTuple):
    """One LEI (level 1); all but itself is empty where it is not stated.

    `names` are all that it is or was called, its legal name first, and none of a sole proprietor. `number` is its id
    in a national register. `updated` orders two records of one LEI.
    """

    lei: str
    names: tuple[str, ...]
    country: str
    category: str
    status: str
    registration: str
    successors: tuple[str, ...]
    number: str
    updated: str
    record: str


class Span(NamedTuple):
    """Days, ISO 8601, both inclusive; None is open."""

    begin: str | None
    end: str | None


class Relation(NamedTuple):
    """A child and a parent (level 2), in the periods in which the relationship holds."""

    child: str
    parent: str
    type: str
    spans: tuple[Span, ...]
    share: float | None
    updated: str
    record: str


class Exemption(NamedTuple):
    """Why an entity reports no parent, direct or ultimate, by the words of the source."""

    lei: str
    category: str
    reasons: tuple[str, ...]
    record: str
