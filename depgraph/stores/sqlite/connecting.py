"""Connections to a store file: each reads or writes, and knows the file for ours."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.errors import StoreReadOnlyError, StoreUnavailableError
from depgraph.stores.sqlite.faults import decoded, primary_code, translated
from depgraph.stores.sqlite.leftover import check_log
from depgraph.stores.sqlite.manifest import check, check_index, seal
from depgraph.stores.sqlite.schema import MIGRATIONS, migrate, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from depgraph.stores.sqlite.schema import Migration

T = TypeVar("T")

_PAUSE: Final = 0.05
_NO_LOCKS: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)


@contextmanager
def reading(
    path: Path, busy_seconds: float, migrations: Sequence[Migration] = MIGRATIONS
) -> Iterator[sqlite3.Connection]:
    """Give a connection inside a read transaction, which later imports do not disturb.

    A file that does not exist, or that nothing was imported into, reads as an empty store.

    Notes
    -----
    Where even SQLite's lock files cannot be made (a read-only folder, a full disk) the file
    is read without locks, if no log of a writer lies beside it. If it changes meanwhile,
    what was read is worth nothing and `StoreUnavailableError` says so.

    """
    _check(path)
    before = file_state(path)
    location = str(path)
    with translated(location):
        with decoded(location):
            connection, unlocked = _reader(path, busy_seconds, migrations)
        with closing(connection):
            with decoded(location):
                check(connection, location)
            yield connection
            if unlocked and file_state(path) != before:
                raise StoreUnavailableError(f"'{path}' was changed while it was read: try again")


@contextmanager
def writing(
    path: Path, busy_seconds: float, max_pages: int | None, migrations: Sequence[Migration] = MIGRATIONS
) -> Iterator[sqlite3.Connection]:
    """Give a connection inside a write transaction: all of what is done there, or nothing.

    The file and its folder are made if need be. A copy is made beside a file of an earlier
    version before it is brought up to date.

    Raises
    ------
    StoreUnavailableError
        If somebody removed or replaced the file meanwhile: what was written went with it.

    """
    _check(path)
    _make_folder(path)
    location = str(path)
    with translated(location):
        with decoded(location):
            connection = _writer(path, busy_seconds, max_pages, migrations)
        with closing(connection):
            begun = _identity(path)
            try:
                with decoded(location):
                    _prepare(connection, path, migrations)
                yield connection
                with decoded(location):
                    seal(connection)
                connection.execute("COMMIT")
                _check_still_there(path, begun)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def _prepare(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Bring a file up to date, or find it to be as it was sealed: what is wrong must not be sealed anew."""
    location = str(path)
    done = version(connection, location, migrations)
    if done == len(migrations):
        check(connection, location)
        check_index(connection, location)
        return
    if done:
        _keep_copy(path, Path(f"{path}.tables-{done}"))
    migrate(connection, location, migrations)


def _writer(
    path: Path, busy_seconds: float, max_pages: int | None, migrations: Sequence[Migration]
) -> sqlite3.Connection:
    """Return a connection that has the one write lock."""
    deadline = time.monotonic() + busy_seconds
    check_log(path)
    try:
        connection = connect(path, "rwc", busy_seconds=1)
    except sqlite3.OperationalError as error:
        raise _not_writable(path) from error
    try:
        if not _patiently(lambda: version(connection, str(path), migrations), deadline):
            # Before the first page is written, so that pruning can give space back.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"), deadline)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if max_pages is not None:
            connection.execute(f"PRAGMA max_page_count = {max_pages:d}")
        _patiently(lambda: connection.execute("BEGIN IMMEDIATE"), deadline)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError) and primary_code(error) == sqlite3.SQLITE_CANTOPEN:
            raise _not_writable(path) from error
        raise
    return connection


def _reader(path: Path, busy_seconds: float, migrations: Sequence[Migration]) -> tuple[sqlite3.Connection, bool]:
    """Return a connection that reads, and whether it does so without locks."""
    if not path.exists():
        return _empty(), False
    check_log(path)
    log = log_of(path)
    for mode in ("rw", "ro"):
        try:
            return _begun(path, mode, busy_seconds, migrations), False
        except sqlite3.OperationalError as error:
            if primary_code(error) not in _NO_LOCKS or (mode == "ro" and log.exists() and log.stat().st_size):
                raise
    return _begun(path, "ro&immutable=1", busy_seconds, migrations), True


def _begun(path: Path, mode: str, busy_seconds: float, migrations: Sequence[Migration]) -> sqlite3.Connection:
    connection = connect(path, mode, busy_seconds)
    try:
        found = version(connection, str(path), migrations)
        if found < len(migrations):
            if not found:
                connection.close()
                return _empty()
            with writing(path, busy_seconds, None, migrations):
                pass
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM mark").fetchone()  # reading begins here, not at BEGIN
    except BaseException:
        connection.close()
        raise
    return connection


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrate(connection, ":memory:")
    seal(connection)
    return connection


def connect(path: Path, mode: str, busy_seconds: float) -> sqlite3.Connection:
    """Return a connection, in a mode of SQLite's addresses, that does nothing yet."""
    # A page may begin to read in one thread and end in another, never at the same time.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _patiently(act: Callable[[], T], deadline: float) -> T:
    """Return what `act` does once no other import is in the way; a wait here can be interrupted, in SQLite not."""
    while True:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def log_of(path: Path) -> Path:
    """Return where SQLite keeps what is not yet in the file itself."""
    return Path(f"{path}-wal")


def file_state(path: Path) -> tuple[int, ...] | None:
    """Return what changes whenever a file or its log does; None if there is none."""
    try:
        states = [path.stat()]
    except FileNotFoundError:
        return None
    log = log_of(path)
    with suppress(FileNotFoundError):
        # An empty log is made anew by each reader who comes when nobody else is there.
        states += [told for told in (log.stat(),) if told.st_size]
    return tuple(chain.from_iterable((one.st_ino, one.st_mtime_ns, one.st_size) for one in states))


def settled_state(path: Path, seconds: float) -> tuple[int, ...] | None:
    """Return what changes whenever a file or its log does; None if there is none, or one changed `seconds` ago or less.

    Of what was changed a moment ago, the next change may bear the same time: such a state says nothing.
    """
    try:
        files = [path.stat()]
    except OSError:
        return None
    with suppress(FileNotFoundError):
        files += [told for told in (log_of(path).stat(),) if told.st_size]
    latest = max(moment for one in files for moment in (one.st_mtime_ns, one.st_ctime_ns))
    if latest >= time.time_ns() - int(seconds * 1e9):
        return None
    states = ((one.st_dev, one.st_ino, one.st_mtime_ns, one.st_ctime_ns, one.st_size) for one in files)
    return tuple(chain.from_iterable(states))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _check_still_there(path: Path, begun: tuple[int, int] | None) -> None:
    """Find the file that was written to be the one at the path, and the log to be its own."""
    if begun is None or _identity(path) != begun:
        raise StoreUnavailableError(
            f"'{path}' was removed or replaced while it was written: nothing was stored in what is there now, try again"
        )
    check_log(path)


def _keep_copy(path: Path, copy: Path) -> None:
    """Copy a file as it stands, while its write lock is held, so that a depgraph of its version can still read it."""
    unfinished = Path(f"{copy}.part")
    try:
        unfinished.unlink(missing_ok=True)
        # A connection of its own: SQLite does not copy from one that writes.
        with closing(connect(path, "rw", 1)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        unfinished.replace(copy)
    finally:
        unfinished.unlink(missing_ok=True)


def _check(path: Path) -> None:
    if sqlite3.sqlite_version_info < (3, 37):
        raise StoreUnavailableError(
            f"this Python has SQLite {sqlite3.sqlite_version}, but a store needs 3.37: install a newer Python"
        )
    if path.is_dir():
        raise StoreUnavailableError(f"'{path}' is a folder: give a file as --store")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(
            f"the folder of '{path}' cannot be made ({error.strerror}): give another --store"
        ) from error


def _not_writable(path: Path) -> StoreReadOnlyError:
    return StoreReadOnlyError(f"'{path}' or its folder may not be written: get the right to, or give another --store")
