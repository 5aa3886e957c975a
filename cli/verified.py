"""What verifying a report or a pack found, as a person or a script reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import depgraph
from cli.output import write_object
from cli.session import say
from depgraph.counting import counted
from depgraph.usecases.answer import FORMAT, Plain, plain
from depgraph.usecases.legible import legible

if TYPE_CHECKING:
    from pathlib import Path

    from depgraph.reports.verifying import Verified

_SHOWN: Final = 40
"""How many differences are shown to people; JSON has all of them."""


def write_verified(file: Path, verified: Verified, *, key: str, as_json: bool) -> None:
    """Write what was compared, and what differs; `key` is the SHA-256 of the key that the pack is signed with."""
    if as_json:
        meta: dict[str, Plain] = {"format": FORMAT, "version": depgraph.__version__, "command": "verify"}
        meta |= {"file": str(file), "signed_by": key, "files": verified.files, "figures": verified.figures}
        meta["notes"] = list(verified.notes)
        write_object({"meta": meta, "rows": [plain(row) for row in verified.rows]})
        return
    for row in verified.rows[:_SHOWN]:
        place = " ".join(filter(None, (row.file, row.where))) or str(file)
        should = f" (should be: {row.recomputed})" if row.recomputed else ""
        sys.stdout.write(f"{legible(f'{place}: {row.told}{should}')}\n")
    if len(verified.rows) > _SHOWN:
        sys.stdout.write(f"and {len(verified.rows) - _SHOWN:,} more: --json has all\n")
    for note in verified.notes:
        say(f"depgraph: {note}")
    files = counted(verified.files, "file")
    by = f"; signed with the key whose SHA-256 is {key}" if key else ""
    if verified.rows:
        say(f"{file}: {counted(len(verified.rows), 'thing')} not as it should be")
    else:
        say(f"{file}: {files} and {counted(verified.figures, 'figure')} computed again, and nothing differs{by}")
