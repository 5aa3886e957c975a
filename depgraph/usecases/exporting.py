"""Write a store as files for another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.errors import MissingPathError, UsageError
from depgraph.usecases.copying import facts_of
from depgraph.usecases.opening import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from depgraph.graph import Graph
    from depgraph.model import Facts
    from depgraph.ports import Description, Store, Superseded

    Imports = Iterable[tuple[Superseded, AbstractContextManager[Iterator[Facts]]]]
    Write = Callable[[Path, Description, Imports, Graph], str]


def export_store(store: Store, folder: Path, write: Write) -> str:
    """Write all that `store` holds into an empty folder; return the command that imports the files.

    Parameters
    ----------
    store : Store
    folder : Path
        Made if it does not exist.
    write : callable
        Knows the files: ``bootstrap.neo4j_files``.

    Raises
    ------
    UsageError
        If the folder is not empty, or the store is.

    """
    if folder.exists() and not folder.is_dir():
        raise MissingPathError(f"'{folder}' is a file: give a folder as --out")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"'{folder}' is not empty: give another --out")
    description = store.describe()
    graph = open_view(store).graph
    folder.mkdir(parents=True, exist_ok=True)
    imports = ((one, facts_of(store, one, description)) for one in description.history)
    return write(folder, description, imports, graph)
