"""From an address to a store: the only place that knows which store it is."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_cache_path, user_data_path

from depgraph.errors import MissingPathError, UsageError
from depgraph.ports import NoShelf
from depgraph.stores.graphs import GraphFiles
from depgraph.stores.sqlite import SqliteStore
from depgraph.stores.sqlite.files import ENDINGS, store_of
from depgraph.usecases.whole_files import same_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.cluster.pool import ClusterPool
    from depgraph.graph import Graph
    from depgraph.ports import Description, Shelf, Store
    from depgraph.settings import Settings
    from depgraph.usecases.keeping.exporting import Imports

NEO4J_SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""Schemes of addresses of a Neo4j server; ``+s`` is TLS, ``+ssc`` TLS with a certificate signed by itself."""

OFF: Final = "off"
"""In place of a folder for assembled graphs: keep none."""

GRAPHS: Final = "graphs"
"""What a folder of assembled graphs is called, after the name of the store if it lies beside it."""

_BESIDE: Final = 1_000
"""How many files of a folder are looked at for a name that was mistyped."""


def _silent(line: str) -> None:
    """Tell nobody."""


def open_named(address: str, settings: Settings, *, new: bool = False, tell: Callable[[str], None] = _silent) -> Store:
    """Return the store that somebody names, or else that of the settings.

    Unless it may be a `new` one, a file that is named must be there; only the default one need not.

    Raises
    ------
    MissingPathError, UsageError, StoreError, AccessError
        As of `open_store`.

    """
    named = bool(address) or "store" in settings.model_fields_set
    return open_store(address or settings.store, settings, existing=named and not new, tell=tell)


def open_store(
    address: str, settings: Settings, *, existing: bool = False, tell: Callable[[str], None] = _silent
) -> Store:
    """Return the store at an address: a path of an SQLite file, or the address of a Neo4j server.

    Parameters
    ----------
    address : str
        ``:memory:`` is a store that is gone when it is closed.
    settings : Settings
        Gives the credentials of a Neo4j server.
    existing : bool
        Whether a file must be there, since it is to be read.
    tell : callable
        Takes a line for people where graphs of the store cannot be kept, which changes no answer.

    Raises
    ------
    MissingPathError
        If a file must be there and is not.
    UsageError
        If the address holds credentials, or is of a sort that is not known.
    StoreError, AccessError
        If a server cannot be used. A file is only looked at when it is read or written.

    """
    if not address.strip():
        raise UsageError("an empty address of a store: give a path, or unset it")
    scheme, separator, rest = address.partition("://")
    if not separator:
        path = _expanded(address)
        if existing and address != ":memory:" and not path.exists():
            raise MissingPathError(f"{path}: no such file; {_similar(path)}depgraph import makes a store")
        if address == ":memory:":
            return SqliteStore(address)
        return SqliteStore(path, graphs=_graphs(str(path.resolve()), settings, tell, beside=path.resolve()))
    if "@" in rest:
        raise UsageError(
            "credentials in the address of a store: leave them out,"
            " and set DEPGRAPH_NEO4J_USER and DEPGRAPH_NEO4J_PASSWORD or DEPGRAPH_NEO4J_PASSWORD_FILE"
        )
    if scheme not in NEO4J_SCHEMES:
        raise UsageError(f"'{address}' is no store: give a path, or an address such as neo4j://host:7687")
    return _neo4j(address, settings, tell)


@contextmanager
def blocks_on(
    scheduler: str, settings: Settings, *, insecure: bool = False, tell: Callable[[str], None] = _silent
) -> Iterator[None]:
    """Have blocks worked out by the workers of a scheduler that somebody names, or else that of the settings.

    By the threads of this process, if neither does.

    Raises
    ------
    UsageError, ClusterError
        If there is no such scheduler, or it may not be used.

    """
    address = scheduler or settings.scheduler
    if not address:
        yield
        return
    from depgraph.analytics.blocks import blocks_run_on  # noqa: PLC0415 - compiled code, and Dask, are for who asks

    with cluster_at(address, insecure=insecure, tell=tell) as pool, blocks_run_on(pool):
        yield


@contextmanager
def cluster_at(address: str, *, insecure: bool, tell: Callable[[str], None] = _silent) -> Iterator[ClusterPool]:
    """Give the workers of a scheduler; errors are those of `blocks_on`."""
    from depgraph.cluster.connecting import connected, patience  # noqa: PLC0415 - likewise

    with connected(address, insecure=insecure) as client:
        from depgraph.cluster.pool import ClusterPool  # noqa: PLC0415 - likewise

        yield ClusterPool(client, tell=tell, wait=patience())


def file_store(path: Path) -> Store:
    """Return the store in a file by itself, beside which nothing is kept: that of a pack."""
    return SqliteStore(path)


def _similar(path: Path) -> str:
    """Ask after a file beside it whose name is much like that of a file that is not there."""
    try:
        names = sorted(each.name for each in islice(path.parent.iterdir(), _BESIDE) if each.is_file())
    except OSError:
        return ""
    near = get_close_matches(path.name, names, n=1)
    return f"did you mean {path.with_name(near[0])}? Else " if near else ""


def refuse_store(out: Path, address: str = "") -> None:
    """Find that a file which is to be written is no store, and belongs to none.

    Parameters
    ----------
    out : Path
    address : str
        That of the store at hand, of which no file may be there yet.

    Raises
    ------
    UsageError
        If it is or does: writing would lose what the store holds.

    """
    store = store_of(out)
    if store is None and address and "://" not in address and address != ":memory:":
        own = _expanded(address)
        if any(same_file(out, own.with_name(own.name + ending)) for ending in ENDINGS):
            store = own
    if store is not None:
        raise UsageError(f"'{out}' is the store '{store}' or belongs to it: name another file, or it would be lost")


def neo4j_files(folder: Path, description: Description, imports: Imports, graph: Graph) -> str:
    """Write the files for a full import into Neo4j; see `depgraph.usecases.keeping.exporting.export_store`."""
    from depgraph.stores.neo4j.exporting import write_files  # noqa: PLC0415 - as `_neo4j`

    return write_files(folder, description, imports, graph)


def access_folder(address: str, settings: Settings) -> Path:
    """Return where the access keys of the store at an address are kept, and the log of what was asked of it."""
    if settings.access:
        return _expanded(settings.access, "DEPGRAPH_ACCESS")
    address = address or settings.store
    if "://" not in address:
        path = _expanded(address)
        return path.with_name(f"{path.name}.access")
    where = hashlib.sha256(f"{address.rstrip('/')}/{settings.neo4j_database}".encode()).hexdigest()[:16]
    return user_data_path("depgraph", appauthor=False) / "access" / where


def _graphs(store: str, settings: Settings, tell: Callable[[str], None], *, beside: Path | None = None) -> Shelf:
    """Return where assembled graphs of a store are kept: beside its file if it has one, where that may be written."""
    folders = [user_cache_path("depgraph", appauthor=False) / GRAPHS]
    alone = None
    if beside is not None:
        alone = beside.with_name(f"{beside.name}.{GRAPHS}")
        folders.insert(0, alone)
    # What rests on facts that are forgotten goes, also where it was kept before the setting was made.
    if settings.cache.casefold() == OFF:
        return NoShelf(GraphFiles(folders, store, alone=alone, tell=tell))
    if settings.cache:
        named = _expanded(settings.cache, "DEPGRAPH_CACHE") / GRAPHS
        return GraphFiles([named], store, alone=alone, before=folders, tell=tell)
    return GraphFiles(folders, store, alone=alone, tell=tell)


def _expanded(path: str, said_by: str = "--store or DEPGRAPH_STORE") -> Path:
    """Return a path with the home folder that it begins with.

    Raises
    ------
    UsageError
        If nobody has such a home folder.

    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UsageError(f"'{path}' ({said_by}): nobody here has this home folder: write the path out") from None


def _neo4j(address: str, settings: Settings, tell: Callable[[str], None]) -> Store:
    from depgraph.stores.neo4j import Neo4jStore  # noqa: PLC0415 - the driver is slow to import and seldom wanted

    password = _password(settings)
    return Neo4jStore(
        address,
        user=settings.neo4j_user if password else "",
        password=password,
        database=settings.neo4j_database,
        graphs=_graphs(f"{address.rstrip('/')}/{settings.neo4j_database}", settings, tell),
    )


def _password(settings: Settings) -> str:
    """Return the password of the Neo4j server, empty if there is none."""
    given, file = settings.neo4j_password, settings.neo4j_password_file
    if given is not None and file is not None:
        raise UsageError("DEPGRAPH_NEO4J_PASSWORD and DEPGRAPH_NEO4J_PASSWORD_FILE are both set: unset one")
    if given is not None:
        return given.get_secret_value()
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise MissingPathError(f"DEPGRAPH_NEO4J_PASSWORD_FILE '{file}' cannot be read: {why}") from None
