"""From what the driver or the server says went wrong to an error that says what to do."""

from __future__ import annotations

import re
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from neo4j.exceptions import (
    AuthConfigurationError,
    CertificateConfigurationError,
    ConfigurationError,
    DriverError,
    Neo4jError,
)

from depgraph.errors import (
    DepgraphError,
    ForeignStoreError,
    StoreAccessError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_AGAIN: Final = "try again when it is back"
_NO_SPACE: Final = re.compile(r"no space left|not enough space|disk (is )?full|disk quota", re.IGNORECASE)
_READ_ONLY: Final = (
    StoreReadOnlyError,
    "may be read, not written: give another --store, or ask for the right to write",
)

_FAULTS: Final[tuple[tuple[str, type[DepgraphError], str], ...]] = (
    (
        ".Security.",
        StoreAccessError,
        "refused the user, or a right that is needed: check DEPGRAPH_NEO4J_USER and DEPGRAPH_NEO4J_PASSWORD",
    ),
    ("WriteOnReadOnlyAccessDatabase", *_READ_ONLY),
    ("ForbiddenOnReadOnlyDatabase", *_READ_ONLY),
    (
        "MemoryPoolOutOfMemoryError",
        StoreFullError,
        "gives a transaction too little memory: raise db.memory.transaction.max or dbms.memory.transaction.total.max",
    ),
    ("OutOfMemoryError", StoreFullError, "has too little memory: raise server.memory.heap.max_size"),
    ("DatabaseNotFound", StoreUnavailableError, "has no such database: set DEPGRAPH_NEO4J_DATABASE to one that exists"),
    ("ConstraintValidationFailed", ForeignStoreError, "holds data that are not depgraph's and clash with them"),
    (
        "ConstraintCreationFailed",
        ForeignStoreError,
        "holds nodes of others of which two have one id: remove one, or give depgraph a database of its own",
    ),
    ("Neo.TransientError.", StoreUnavailableError, f"could not finish: {_AGAIN}"),
    ("Neo.DatabaseError.", StoreUnavailableError, f"failed, see its log: {_AGAIN}"),
    ("Terminated", StoreUnavailableError, f"was told to stop this: {_AGAIN}"),
    ("LockClientStopped", StoreUnavailableError, f"was told to stop this: {_AGAIN}"),
    ("DatabaseUnavailable", StoreUnavailableError, f"is not available: {_AGAIN}"),
)
"""What part of a status code of the server means to the user of a store, first match first."""


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Raise what the driver raises inside as one of the errors of `depgraph.errors`.

    A statement that the server does not understand is left as it is: that is a fault of ours.
    """
    try:
        yield
    except Neo4jError as error:
        raise _from_server(location, error) from error
    except (DriverError, OSError) as error:
        raise _from_driver(location, error) from error


def _from_server(location: str, error: Neo4jError) -> Exception:
    code, said = error.code or "", _line(error.message or str(error))
    if _NO_SPACE.search(said):
        return StoreFullError(f"'{location}' has no space left on its disk: make room, restart it, try again ({said})")
    for part, kind, text in _FAULTS:
        if part in code:
            return kind(f"'{location}' {text} ({said})")
    return error


def _from_driver(location: str, error: DriverError | OSError) -> DepgraphError:
    said = _line(str(error))
    if isinstance(error, AuthConfigurationError):
        return StoreAccessError(f"the credentials for '{location}' cannot be used: {said}")
    if _has_cause(error, ssl.SSLError):
        return StoreUnavailableError(
            f"'{location}' does not speak TLS as the address asks, or its certificate is not trusted:"
            f" use bolt:// or neo4j:// on a trusted network, or repair its TLS ({said})"
        )
    if isinstance(error, CertificateConfigurationError):
        return StoreUnavailableError(f"the certificates for '{location}' cannot be used: {said}")
    if isinstance(error, ConfigurationError):
        return UsageError(f"'{location}' is not an address of a Neo4j server: {said}")
    return StoreUnavailableError(f"'{location}' cannot be reached: check the address, {_AGAIN} ({said})")


def _has_cause(error: BaseException | None, sort: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, sort):
            return True
        error = error.__cause__ or error.__context__
    return False


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
