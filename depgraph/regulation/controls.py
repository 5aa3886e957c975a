"""Controls that a part of a report is evidence for: ids, each with the text that has it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Control(NamedTuple):
    """Some controls of one text."""

    source: str
    title: str
    ids: tuple[str, ...]


class Evidence(NamedTuple):
    """A part of a report, and the controls that it is evidence for."""

    part: str
    controls: tuple[Control, ...]


def evidence_for(*parts: str) -> tuple[Evidence, ...]:
    """Return parts of a report with the controls that each is evidence for.

    Examples
    --------
    >>> [(each.part, each.controls[0].ids) for each in evidence_for("outage", "chain")]
    [('outage', ('Art. 11(5)',)), ('chain', ('Art. 29(2)',))]

    """
    return tuple(Evidence(part, controls_for(part)) for part in parts)


def controls_for(part: str) -> tuple[Control, ...]:
    """Return the controls that a part of a report is evidence for.

    Examples
    --------
    >>> controls_for("unknown_provider")[0]
    Control(source='DORA', title='Regulation (EU) 2022/2554', ids=('Art. 28(3)',))

    """
    table = _table()
    return tuple(
        Control(source, table["sources"][source], tuple(ids)) for source, ids in table["evidence"][part].items()
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("depgraph.regulation") / "controls.toml").read_text(encoding="utf-8"))
