"""What statements say, whatever version they are of: entities, and who has an interest in whom."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Entity(NamedTuple):
    """An entity; all but its key is empty where it is not stated.

    `key` is what others refer to it by, `numbers` are (scheme, number) as stated, `kind` is its type.
    """

    key: str
    name: str
    others: tuple[str, ...]
    country: str
    kind: str
    numbers: tuple[tuple[str, str], ...]
    record: str


class Held(NamedTuple):
    """One interest: its type in camel case, the part that is held, and since and until when.

    `low` and `high` bound the part, in [0, 1]; `above` and `below` say that a bound itself is not meant.
    """

    type: str
    direct: str
    low: float | None
    high: float | None
    above: bool
    below: bool
    begin: str | None
    end: str | None


class Side(StrEnum):
    """Who has the interest."""

    ENTITY = "entity"
    PERSON = "person"
    UNSTATED = "unstated"


class Link(NamedTuple):
    """Who has interests in a subject; `ended` is the day on which the record was closed."""

    key: str
    subject: str
    party: str
    side: Side
    interests: tuple[Held, ...]
    components: tuple[str, ...]
    ended: str | None
    record: str


class Told(NamedTuple):
    """All that files say in the end: what was replaced or repeated is gone. `persons` are keys of persons."""

    entities: dict[str, Entity]
    links: dict[str, Link]
    persons: frozenset[str]
