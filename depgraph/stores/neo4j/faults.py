"""From what the driver or the server says went wrong to an error that says what to do."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from neo4j.exceptions import (
    AuthConfigurationError,
    AuthError,
    CertificateConfigurationError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DatabaseError,
    DriverError,
    Neo4jError,
    TransientError,
)

from depgraph.errors import (
    AccessError,
    DepgraphError,
    ForeignStoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_AGAIN: Final = "try again when it is back"
_MEMORY: Final = "MemoryPoolOutOfMemoryError"
_READ_ONLY: Final = ("WriteOnReadOnlyAccessDatabase", "ForbiddenOnReadOnlyDatabase", "ReadOnly")
_NO_SPACE: Final = ("no space left", "not enough space", "disk full", "disk quota exceeded")


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
    if isinstance(error, AuthError) or ".Security." in code:
        return AccessError(
            f"'{location}' refused the user or a right that is needed ({said}):"
            " check DEPGRAPH_NEO4J_USER and DEPGRAPH_NEO4J_PASSWORD"
        )
    if any(word in said.lower() for word in _NO_SPACE):
        return StoreFullError(
            f"'{location}' has no space left on its disk: make room, restart it and try again ({said})"
        )
    if code.endswith(_READ_ONLY):
        return StoreReadOnlyError(f"'{location}' may be read, not written: ask for a database that may ({said})")
    if _MEMORY in code:
        return StoreFullError(
            f"'{location}' has too little memory for one transaction: raise dbms.memory.transaction.total.max ({said})"
        )
    if code.endswith("DatabaseNotFound"):
        return StoreUnavailableError(f"'{location}': {said}: set DEPGRAPH_NEO4J_DATABASE to one that exists")
    if isinstance(error, ConstraintError):
        return ForeignStoreError(f"'{location}' holds data that are not depgraph's and clash with them: {said}")
    if isinstance(error, ClientError) and not error.is_retryable() and not code.endswith("Terminated"):
        return error
    if isinstance(error, (ClientError, DatabaseError, TransientError)):
        return StoreUnavailableError(f"'{location}' could not finish: {_AGAIN} ({said})")
    return error


def _from_driver(location: str, error: DriverError | OSError) -> DepgraphError:
    said = _line(str(error))
    if isinstance(error, AuthConfigurationError):
        return AccessError(f"the credentials for '{location}' cannot be used: {said}")
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
