"""The errors that depgraph expects, and the exit code each one means.

::

    DepgraphError                    70  a fault of ours, if raised as itself
    ├── UsageError                    2  the question cannot be asked like this
    │   ├── MissingPathError              a path that is not there, or is of the wrong sort
    │   ├── UnknownIdError                no node has this id
    │   └── EmptyStoreError               nothing was imported yet
    ├── InputError                    3  the data are bad: file, line, field and cure
    │   └── InvalidIdError                an identifier that breaks the rules of its scheme
    ├── StoreError                    4  the store cannot do it
    │   ├── StoreUnavailableError         not reachable, not readable, busy
    │   ├── ForeignStoreError             a file or database that is not ours
    │   ├── StoreVersionError             written by a newer depgraph, or damaged
    │   ├── StoreFullError                no space left: the import was undone
    │   └── StoreReadOnlyError            may be read, not written
    ├── ClusterError                  4  the cluster cannot do it
    └── AccessError                   5  not authenticated, or not allowed
        └── StoreAccessError              by the store: it refuses the user, or a right that is needed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from depgraph.model import Finding


class DepgraphError(Exception):
    """Any error that depgraph expects; its text is one line that says what to do."""

    exit_code: ClassVar[int] = 70


class UsageError(DepgraphError):
    """The question cannot be asked like this."""

    exit_code = 2


class MissingPathError(UsageError):
    """A path that does not exist, or that is a folder where a file is wanted."""


class UnknownIdError(UsageError):
    """No node of the graph has this id."""


class EmptyStoreError(UsageError):
    """Nothing was imported yet."""


class InputError(DepgraphError):
    """The input data are bad.

    Attributes
    ----------
    findings : tuple of Finding
        Everything found, first error first; empty when the text says it all.

    """

    exit_code = 3

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class InvalidIdError(InputError):
    """An identifier that breaks the rules of its scheme."""


class StoreError(DepgraphError):
    """The store cannot do what was asked; it holds what it held before."""

    exit_code = 4


class StoreUnavailableError(StoreError):
    """The store cannot be reached, read or locked."""


class ForeignStoreError(StoreError):
    """A file or database that depgraph did not write, or data in it that clash with ours."""


class StoreVersionError(StoreError):
    """The store was written by a newer depgraph, or its ledger of migrations is damaged."""


class StoreFullError(StoreError):
    """No space left: the import was undone."""


class StoreReadOnlyError(StoreError):
    """The store may be read, not written."""


class ClusterError(DepgraphError):
    """The workers that were to work blocks out cannot do it; nothing was written."""

    exit_code = 4


class AccessError(DepgraphError):
    """Not authenticated, or not allowed."""

    exit_code = 5


class StoreAccessError(AccessError):
    """The store refuses the user whom it was given, or a right that is needed: not whoever asks a server."""
