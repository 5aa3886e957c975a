"""Report packages behind the paths that were given: zips, unpacked folders, and folders of many of either."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Finding, Level
from importers.readers.archives import check_members, held_open
from importers.readers.faults import fault
from importers.readers.files import File
from importers.readers.values import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

REPORTS: Final = "reports"
WORKBOOKS: Final = (".xlsx", ".xlsm")

_NOT_READ: Final = {
    ".xbrl": "XBRL in XML: supervisors take plain CSV only (rule 115); have the CSV package made anew",
    ".xml": "XBRL in XML: supervisors take plain CSV only (rule 115); have the CSV package made anew",
    ".csv": "one table of a package: name the package, or the folder that holds its folder reports",
}
_FILES: Final = (".zip", *WORKBOOKS)
_HIDDEN: Final = (".", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Package:
    """One report package: where its files are, by their names within it (``reports/b_01.01.csv``).

    Attributes
    ----------
    label : str
        The package relative to what was given; empty where it is what was given.
    stem : str
        Its name without the ending.
    archive : str
        The name of the zip; empty where it is a folder.
    folder : str
        The folder in the zip that holds all of it; the folder itself where it is one.

    """

    path: Path
    label: str
    stem: str
    archive: str
    folder: str
    files: Mapping[str, File]

    @property
    def size(self) -> int:
        """The bytes of its files, packed as they are."""
        paths = [self.path] if self.archive else [file.path for file in self.files.values()]
        return sum(path.stat().st_size for path in paths)

    def opened(self) -> AbstractContextManager[None]:
        """Keep it open while its files are read."""
        return held_open(self.path) if self.archive else nullcontext()

    @property
    def workbook(self) -> bool:
        """Whether it is a filled Excel template and no package."""
        return self.archive.lower().endswith(WORKBOOKS)


def find_packages(paths: Sequence[Path]) -> Iterator[Package | InputError | Finding]:
    """Yield each package, by name, or why one cannot be read, or a warning of what is none.

    Raises
    ------
    MissingPathError
        If a path is neither a package nor a folder of them.

    """
    several = len(paths) > 1
    for path in paths:
        if path.is_dir() and not _is_package(path):
            yield from _inside(path, several=several)
        else:
            yield _package(path, path.name if several else "")


def _inside(folder: Path, *, several: bool) -> Iterator[Package | InputError | Finding]:
    """Yield the packages in a folder, or the one that a folder within it is."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith(_HIDDEN))
    packages = [
        entry for entry in entries if _is_package(entry) or (entry.is_file() and entry.suffix.lower() in _FILES)
    ]
    if not packages:
        wanted = "a zip, the folder unpacked from it (with a folder reports), or a folder of these"
        raise MissingPathError(f"'{folder}' holds no report package: name {wanted}")
    for entry in packages:
        yield _package(entry, f"{folder.name}/{entry.name}" if several else entry.name)
    known = set(packages)
    for entry in entries:
        if entry not in known:
            yield _beside(entry, printable(entry.name))


def _beside(entry: Path, label: str) -> InputError | Finding:
    """Return the error about a register in another form, which would be lost, or the warning about anything else."""
    what = _NOT_READ.get(entry.suffix.lower()) if entry.is_file() else None
    if what:
        return fault(label, "", f"is {what}; else take it out of the folder", "101")
    return Finding(Level.WARNING, "not-read", label, "", "is no report package: not read")


def _is_package(path: Path) -> bool:
    return path.is_dir() and ((path / REPORTS).is_dir() or (path / "META-INF").is_dir())


def _package(path: Path, label: str) -> Package | InputError:
    label = printable(label)
    if path.is_dir():
        files = {
            f"{entry.parent.name}/{entry.name}": File(entry.name, entry)
            for folder in (path / REPORTS, path / "META-INF")
            if folder.is_dir()
            for entry in sorted(folder.iterdir())
            if entry.is_file() and not entry.name.startswith(_HIDDEN)
        }
        name = path.resolve().name
        return Package(path, label, name, "", name, _labelled(files, label))
    if path.suffix.lower() in WORKBOOKS:
        return Package(path, label, path.stem, path.name, path.stem, {})
    if path.suffix.lower() != ".zip":
        what = _NOT_READ.get(
            path.suffix.lower(), "no report package: a package is a zip, or the folder unpacked from it"
        )
        return fault(label or printable(path.name), "", f"is {what}", "101")
    return _zipped(path, label)


def _zipped(path: Path, label: str) -> Package | InputError:
    try:
        # Unpacked once into nothing, so that a bomb or a damaged member is known before any of it is read.
        with held_open(path):
            names = [PurePosixPath(name) for name in check_members(path)]
    except InputError as error:
        said = "; ".join(finding.message for finding in error.findings) or str(error)
        return fault(label or printable(path.name), "", f"cannot be unpacked: {said}", "103")
    shown = [name for name in names if not any(part.startswith(_HIDDEN) for part in name.parts)]
    tops = {name.parts[: name.parts.index(REPORTS)] for name in shown if REPORTS in name.parts[:-1]}
    if not tops and any(name.suffix.lower() == ".zip" for name in shown):
        return fault(label or printable(path.name), "", "holds other zips: unpack it, and name the folder", "103")
    top = min(tops, key=lambda parts: (len(parts), parts), default=())
    files = {
        "/".join(name.parts[len(top) :]): File(str(name), path, str(name))
        for name in shown
        if name.parts[: len(top)] == top and len(name.parts) == len(top) + 2
    }
    return Package(path, label, path.stem, path.name, "/".join(top), _labelled(files, label))


def _labelled(files: Mapping[str, File], label: str) -> dict[str, File]:
    return {name: replace(file, label=printable(f"{label}/{name}" if label else name)) for name, file in files.items()}
