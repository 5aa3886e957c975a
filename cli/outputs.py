"""Where a command may write: a file that is neither a store nor what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def check_out(out: Path, *, store: str = "", inputs: Iterable[Path] = (), over: bool = True) -> None:
    """Find that a command may write to `out`, before its work begins.

    Parameters
    ----------
    out : Path
    store : str
        The store of the command, which may be a file that is not there yet.
    inputs : iterable of Path
    over : bool
        False: what is there already is not to be written over.

    Raises
    ------
    UsageError
        If `out` is a store or belongs to one, is an input, is there already and not to be written over, or cannot be
        written.

    """
    from depgraph.bootstrap import refuse_store
    from depgraph.usecases.whole_files import check_output

    refuse_store(out, store)
    check_output(out, inputs=inputs, over=over)
