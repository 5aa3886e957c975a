"""`Holder`: who logged in."""

from __future__ import annotations

from typing import NamedTuple

from depgraph.usecases.viewers import Viewer


class Holder(NamedTuple):
    """Who holds a key or token.

    Attributes
    ----------
    viewer : Viewer
        As whom he asks.
    login : str
        By what the log knows him.
    may_mark : tuple of str
        The labels that he may give to what he imports; without any he imports nothing.

    """

    viewer: Viewer
    login: str
    may_mark: tuple[str, ...] = ()
