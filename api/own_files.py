"""Files of the server itself that cannot be used: which, its log says; whoever asks is told of what kind they are."""

from __future__ import annotations

import logging
from typing import Final

from api.security.refusals import IssuerUnreachableError
from depgraph.errors import (
    ClusterError,
    DepgraphError,
    ForeignStoreError,
    StoreAccessError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
    StoreVersionError,
)

_LOG = logging.getLogger(__name__)

_MORE: Final = "; the log of the server says more to whoever keeps it"

_BEHIND: Final[tuple[tuple[type[DepgraphError], str], ...]] = (
    (StoreUnavailableError, "the store cannot be reached, read or locked: ask again in a while, or restore it"),
    (
        ForeignStoreError,
        "the store is none of depgraph's, or has data of others in it: name another one, or remove them",
    ),
    (
        StoreVersionError,
        "the store is of a newer depgraph, or was changed: upgrade depgraph, or restore it from a backup",
    ),
    (StoreFullError, "the store has no space left, and nothing was changed: make room, and ask again"),
    (StoreReadOnlyError, "the store may only be read: get the right to write it"),
    (StoreAccessError, "the store refuses this server, or a right that it needs: check its user, password and rights"),
    (ClusterError, "the workers that this server asks cannot do it: ask again in a while, or for less"),
    (IssuerUnreachableError, "who issues access tokens cannot be asked for the keys to them: ask again in a while"),
)
"""What whoever asks is told of what stands behind the server: errors of that say where it is, and what it said."""


class OwnFileError(StoreError):
    """A file of the server cannot be used.

    Attributes
    ----------
    public : str
        What whoever asks is told, let in or not: of what kind it is, and not where.

    """

    # With a default, since an error that comes out of another process is made again of its text alone.
    def __init__(self, told: str, public: str = "") -> None:
        super().__init__(told)
        self.public = f"{public}{_MORE}"


def told_of(error: Exception) -> str:
    """Return what whoever asks is told of an error; what he is not told goes to the log of the server."""
    if isinstance(error, OwnFileError):
        public = error.public
    else:
        told = next((told for kind, told in _BEHIND if isinstance(error, kind)), "")
        if not told:
            return str(error)
        public = f"{told}{_MORE}"
    _LOG.error("depgraph: %s", error)
    return public
