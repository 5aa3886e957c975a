"""Releases of one contracting process become one, by the rules of the standard.

References
----------
Open Contracting Data Standard 1.1, *Merging releases*: later values replace earlier ones, null takes a value away,
objects in a list are one where their ids are, and a list of anything else is replaced whole.

"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importers.readers.record import Json


def merged(releases: Iterable[dict[str, Json]]) -> dict[str, Json]:
    """Return what releases say together; they are in the order of their dates.

    Examples
    --------
    >>> merged([{"awards": [{"id": "1", "x": 5, "y": 1}]}, {"awards": [{"id": "1", "x": 7, "y": None}, {"id": "2"}]}])
    {'awards': [{'id': '1', 'x': 7}, {'id': '2'}]}

    """
    whole: dict[str, Json] = {}
    for release in releases:
        _merge(whole, release)
    return whole


def _merge(whole: dict[str, Json], part: dict[str, Json]) -> None:
    for key, value in part.items():
        known = whole.get(key)
        if value is None:
            whole.pop(key, None)
        elif isinstance(value, dict):
            below = known if isinstance(known, dict) else {}
            whole[key] = below
            _merge(below, value)
        elif isinstance(value, list) and value and all(_id(one) is not None for one in value):
            whole[key] = _joined(known if isinstance(known, list) else [], value)
        else:
            whole[key] = value


def _joined(known: list[Json], later: list[Json]) -> list[Json]:
    """Return a list of objects with ids, each there once; without null values."""
    joined = list(known)
    position_of = {_id(one): position for position, one in enumerate(joined)}
    for one in later:
        key = _id(one)
        if key not in position_of:
            position_of[key] = len(joined)
            joined.append({})
        target = joined[position_of[key]]
        if isinstance(target, dict) and isinstance(one, dict):
            _merge(target, one)
    return joined


def _id(value: Json) -> str | int | None:
    """Return the id of an object, or None."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str | int) else None
