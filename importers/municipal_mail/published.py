"""The files of the measurement, by the names that its publisher gives them.

The publisher keeps ``summary/nl.json``, ``dns_cache/nl.json`` and ``municipalities_nl.json`` in one folder, ``data``;
beside each other these are also called ``summary_nl.json`` and ``dns_cache_nl.json``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import MissingPathError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SUMMARY, CACHE, LIST = "summary", "dns_cache", "municipalities"

_FOLDERS: Final = (SUMMARY, CACHE)
_DATA: Final = "data"
_NAME: Final = re.compile(rf"({SUMMARY}|{CACHE}|{LIST})_(\w+)\.json")
_IN_FOLDER: Final = re.compile(r"(\w+)\.json")


class Published(NamedTuple):
    """One file; `part` is the country that it is of (``nl``), or a part of one (``de_09``).

    `label` is what records call it.
    """

    kind: str
    part: str
    path: Path
    label: str


def find_published(paths: Iterable[Path]) -> list[dict[str, Published]]:
    """Return the files of each country, by kind; paths are files, folders of them, or the folder above ``data``.

    Raises
    ------
    MissingPathError
        If a file has another name, or the municipalities of no country are there.
    UsageError
        If two files are of one kind and country.

    """
    by_country: defaultdict[str, dict[str, Published]] = defaultdict(dict)
    for path in paths:
        for file in _in_folder(path) if path.is_dir() else [_only(path)]:
            first = by_country[file.part].setdefault(file.kind, file)
            if first is not file:
                both = f"'{first.path}' and '{file.path}' are both {file.kind} of {file.part}"
                raise UsageError(f"{both}: import one measurement at a time")
    if not any(SUMMARY in files or {LIST, CACHE} <= files.keys() for files in by_country.values()):
        raise MissingPathError(
            f"no {SUMMARY}_XX.json among what was given, nor a {LIST}_XX.json with its {CACHE}_XX.json:"
            " the municipalities stand there"
        )
    return list(by_country.values())


def _in_folder(folder: Path) -> Iterator[Published]:
    inside = sorted(folder.iterdir())
    if not any(path.is_dir() and path.name in _FOLDERS for path in inside) and (folder / _DATA).is_dir():
        inside = sorted((folder / _DATA).iterdir())
    for path in inside:
        if path.is_dir() and path.name in _FOLDERS:
            yield from filter(None, map(_file, sorted(path.iterdir())))
        elif file := _file(path):
            yield file


def _only(path: Path) -> Published:
    file = _file(path)
    if file is None:
        names = [*(f"{kind}_nl.json" for kind in (SUMMARY, CACHE, LIST)), *(f"{kind}/nl.json" for kind in _FOLDERS)]
        raise MissingPathError(f"'{path}' is no file of the measurement: these are called {', '.join(names)}")
    return file


def _file(path: Path) -> Published | None:
    if match := _NAME.fullmatch(path.name):
        return Published(match[1], match[2], path, path.name)
    folder = path.absolute().parent.name
    if folder in _FOLDERS and (match := _IN_FOLDER.fullmatch(path.name)):
        return Published(folder, match[1], path, f"{folder}/{path.name}")
    return None
