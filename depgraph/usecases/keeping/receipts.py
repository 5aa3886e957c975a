"""The receipt of an import: which files it read, with what, and how many of their records."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import depgraph
from depgraph.errors import MissingPathError
from depgraph.ports import InputFile, Receipt
from depgraph.regulation.groups import CHECKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from depgraph.ports import Source
    from depgraph.usecases.keeping.intake import Intake

_AT_ONCE: Final = 1 << 20


def input_files(paths: Iterable[Path]) -> tuple[InputFile, ...]:
    """Return every file that was given, and those in folders that were given, by name in each.

    Raises
    ------
    MissingPathError
        If one cannot be read.

    """
    return tuple(_file(path, name) for given in paths for path, name in _named(given))


def receipt_of(source: Source, files: tuple[InputFile, ...], intake: Intake) -> Receipt:
    """Return the receipt of what passed through an intake, once all of it did."""
    return Receipt(files, versions_of(source), intake.records, intake.skipped)


def versions_of(source: Source) -> tuple[tuple[str, str], ...]:
    """Return with which versions a source is read now."""
    return (
        ("depgraph", depgraph.__version__),
        (f"importer {source.name}", depgraph.__version__),
        ("reference list of groups", CHECKED),
    )


def _named(given: Path) -> Iterator[tuple[Path, str]]:
    if not given.is_dir():
        yield given, _shown(given.name)
        return
    found = {path.relative_to(given).as_posix(): path for path in given.rglob("*") if path.is_file()}
    for name in sorted(found):
        yield found[name], _shown(name)


def _file(path: Path, name: str) -> InputFile:
    sha, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(_AT_ONCE):
                sha.update(block)
                size += len(block)
    except OSError as error:
        raise MissingPathError(f"'{path}' cannot be read: {error.strerror}") from error
    return InputFile(name, size, sha.hexdigest())


def _shown(name: str) -> str:
    """Return a name that can be written anywhere: bytes that are no UTF-8 become escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
