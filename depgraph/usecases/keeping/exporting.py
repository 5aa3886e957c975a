"""Write a store as files for another program."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from depgraph.errors import MissingPathError, UsageError
from depgraph.usecases.keeping.copy import facts_of
from depgraph.usecases.view import open_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from depgraph.graph import Graph
    from depgraph.model import Facts
    from depgraph.ports import Description, Store, Superseded

    Imports = Iterable[tuple[Superseded, AbstractContextManager[Iterator[Facts]]]]
    Write = Callable[[Path, Description, Imports, Graph], str]


UNFINISHED: Final = "UNFINISHED.txt"
"""Stands in the folder while it is written."""

_UNFINISHED: Final = "depgraph export is writing this folder, or was killed while it did: its files are not whole.\n"


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
        If the folder is not empty or cannot be written, or the store is empty. The folder is as
        it was, also after an interrupt; only a process that is killed leaves files, and beside
        them `UNFINISHED`, which says so.

    """
    with _told(folder):
        if folder.exists() and not folder.is_dir():
            raise MissingPathError(f"'{folder}' is a file: give a folder as --out")
        if (folder / UNFINISHED).exists():
            raise UsageError(
                f"'{folder}' holds part of an export that was killed (see {UNFINISHED} in it):"
                " remove its files, or give another --out"
            )
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"'{folder}' is not empty: give another --out")
    description = store.describe()
    graph = open_view(store).graph
    imports = ((one, facts_of(store, one)) for one in description.history)
    with _told(folder), _whole(folder):
        return write(folder, description, imports, graph)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Make a folder, and leave nothing in it of what is not completed."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / UNFINISHED).write_text(_UNFINISHED, encoding="utf-8")
        yield
        (folder / UNFINISHED).unlink()
    except BaseException:
        for file in folder.glob("*"):
            file.unlink()
        for one in new:
            with suppress(FileNotFoundError):
                one.rmdir()
        raise


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say of which folder it is that the system refuses to write it."""
    try:
        yield
    except OSError as error:
        raise MissingPathError(f"'{folder}' cannot be written ({error.strerror}): give another --out") from error
