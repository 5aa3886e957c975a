"""Files of the server itself that cannot be used: which, its log says; whoever asks is told of what kind they are."""

from __future__ import annotations

import logging

from depgraph.errors import StoreError

_LOG = logging.getLogger(__name__)


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
        self.public = f"{public}; the log of the server says more to whoever keeps it"


def told_of(error: Exception) -> str:
    """Return what whoever asks is told of an error; what he is not told goes to the log of the server."""
    if not isinstance(error, OwnFileError):
        return str(error)
    _LOG.error("depgraph: %s", error)
    return error.public
