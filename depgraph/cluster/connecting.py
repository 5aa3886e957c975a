"""A connection to a scheduler of Dask, and which of its workers may be asked."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from depgraph.cluster.address import checked
from depgraph.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client


@contextmanager
def connected(address: str, *, insecure: bool) -> Iterator[Client]:
    """Give a client of the scheduler at an address.

    Certificates are those that Dask is told of: ``DASK_DISTRIBUTED__COMM__TLS__CA_FILE`` and its like.

    Raises
    ------
    UsageError
        If the address is none, may not be used, or there is no Dask.
    ClusterError
        If nobody answers there.

    """
    where = checked(address, insecure=insecure)
    try:
        from distributed import Client  # noqa: PLC0415 - seldom wanted, and slow to import
        from distributed.security import Security  # noqa: PLC0415 - likewise
    except ImportError:
        raise UsageError("there is no Dask here to ask a scheduler with: pip install 'depgraph[cluster]'") from None
    # What goes wrong is told once and in our words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    security = Security(require_encryption=True) if where.startswith("tls") else Security()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            client = Client(
                where,
                security=security,
                timeout=patience(),
                set_as_default=False,
                name="depgraph",
            )
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            raise ClusterError(f"no scheduler answers at '{where}' ({_why(error)}): see whether it runs") from None
    try:
        yield client
    finally:
        with suppress(Exception):  # a scheduler that is gone has nothing to be told
            client.close(timeout=2)


def patience() -> float:
    """Return for how many seconds Dask is told to wait for a connection; so long it is waited for a worker too."""
    import dask  # noqa: PLC0415 - seldom wanted
    from dask.utils import parse_timedelta  # noqa: PLC0415 - likewise

    return float(parse_timedelta(dask.config.get("distributed.comm.timeouts.connect")))


def workers_of(client: Client) -> dict[str, dict[str, Any]]:
    """Return what the scheduler knows of each worker, by address.

    Raises
    ------
    ClusterError
        If the scheduler is gone.

    """
    if client.status == "running":
        with suppress(OSError, TimeoutError, RuntimeError, ValueError):
            found: dict[str, dict[str, Any]] = client.scheduler_info(n_workers=-1)["workers"]
            return found
    raise gone()


def gone() -> ClusterError:
    """Return the error for a scheduler that has gone."""
    return ClusterError("the scheduler is gone: nothing was written; start it, and ask again")


def _why(error: BaseException) -> str:
    """Return the innermost cause, on one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:200] or type(error).__name__
