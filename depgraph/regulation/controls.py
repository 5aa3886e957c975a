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
