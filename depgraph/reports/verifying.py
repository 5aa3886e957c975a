"""Reports and packs computed again: what differs from the facts, and what was changed since."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

import depgraph
from depgraph.errors import EmptyStoreError, InputError, MissingPathError, StoreError, UnknownIdError, UsageError
from depgraph.reports.making import asked_again, make_report
from depgraph.reports.pack import FORMAT, MADE_WITH, MANIFEST, REPORT, SIGNATURE, STORE, SUMS, sha256_of, write_contents
from depgraph.reports.reading_back import LARGEST, Apart, apart, asked_in, figures_in
from depgraph.reports.signing import is_signed
from depgraph.reports.stored_zip import read_stored, unpack_stored, write_stored
from depgraph.reports.writing import FORMS
from depgraph.usecases.documents import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from depgraph.ports import Store

_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S+)")
_TOLD: Final = 200
"""How many characters of a text are told."""

_BINARY: Final = (".pdf", ".xlsx")
"""Formats whose bytes depend on versions of libraries too."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One thing in a report or a pack that is not as it should be."""

    file: Annotated[str, "which file of the pack; empty: the pack itself, or the report"]
    where: Annotated[str, "where in it"]
    told: Annotated[str, "what stands there"]
    recomputed: Annotated[str, "what should"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared, and everything that differs."""

    files: Annotated[int, "files compared"]
    figures: Annotated[int, "numbers computed again"]
    rows: tuple[Differing, ...]
    notes: tuple[str, ...] = ()


def verify_report(path: Path, store: Store) -> Verified:
    """Make a report again from a store, and compare what both say.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is no report that can be read back.
    UsageError
        If no report is made so, or the store has not got what it was made of.

    """
    ending = path.suffix.lower()
    if ending not in FORMS:
        raise UsageError(f"{path}: neither a pack (.zip) nor a report ({', '.join(FORMS)})")
    told = _read(path)
    try:
        meta = asked_in(ending, told)
        asked = asked_again(meta)
        _check_version(meta)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None
    view, report = make_report(store, asked)
    made = FORMS[ending](report, asked.template)
    rows = [_differing("", each) for each in apart(ending, told, made)]
    figures = figures_in(FORMS[".json"](report, asked.template))
    other = isinstance(meta, dict) and meta.get("graph_digest") != view.graph.digest
    notes = ("its facts are others than those of the store: no figure need be the same",) if other else ()
    return Verified(1, figures, tuple(rows), notes)


def verify_pack(
    path: Path,
    *,
    opened: Callable[[Path], Store],
    signed_by: Ed25519PublicKey | None = None,
    forms: Collection[str] = tuple(FORMS),
) -> Verified:
    """Compute all of a pack again from the facts in it, and compare.

    Parameters
    ----------
    path : Path
    opened : callable
        Gives the store in a file.
    signed_by : Ed25519PublicKey, optional
        Whose signature it must have.
    forms : collection of str
        In which formats the report must be in it: JSON and others of `FORMS`.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is no pack, holds what no pack holds, or is of another version.

    """
    if not path.is_file():
        raise MissingPathError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}: name a pack")
    with TemporaryDirectory(prefix="depgraph-") as made:
        members = read_stored(path)
        files = unpack_stored(path, members, Path(made, "told"))
        if not {SUMS, MANIFEST, STORE} <= files.keys():
            raise InputError(f"{path.name}: is no evidence pack: it lacks {SUMS}, {MANIFEST} or {STORE}")
        rows = [*changed_in(path, files, Path(made, "anew.zip")), *_signature(files, signed_by)]
        manifest = _manifest(path.name, files[MANIFEST])
        notes = []
        if SIGNATURE in files and signed_by is None:
            notes.append("it is signed, and by whom was not asked: --signed-by public.pem checks that")
        if any(row.file == STORE for row in rows):
            notes.append("its facts have changed, so that no figure was computed again")
            return Verified(len(files), 0, tuple(rows), tuple(notes))
        try:
            asked = asked_again(manifest["report"])
            with closing(opened(files[STORE])) as store:
                store.check()
                right = write_contents(Path(made, "again"), store, asked, forms)
        except (StoreError, UnknownIdError, EmptyStoreError, InputError, UsageError) as error:
            raise InputError(f"{path.name}: the report cannot be made again of its facts: {error}") from None
        here = _manifest(path.name, right[MANIFEST])
        same_versions = here[MADE_WITH] == manifest[MADE_WITH]
        if not same_versions:
            notes.append("it was made with other versions of libraries: PDF and workbook are compared by what they say")
        rows += _compared(files, right, same_versions=same_versions)
        figures = figures_in(right[f"{REPORT}.json"].read_bytes())
    return Verified(len(files), figures, tuple(rows), tuple(notes))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            told = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise MissingPathError(f"{path}: no such file") from None
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror})") from None
    if len(told) > LARGEST:
        raise InputError(f"{path.name}: has more than {LARGEST:,} bytes, as no report has")
    return told


def _check_version(meta: object) -> None:
    made = meta.get("version") if isinstance(meta, dict) else None
    if made != depgraph.__version__:
        raise InputError(f"made with depgraph {made}, and this is {depgraph.__version__}: verify it with that one")


def _manifest(name: str, path: Path) -> Mapping[str, Any]:
    try:
        manifest = parsed(path.read_text("utf-8"), MANIFEST, as_json=True)
    except UnicodeDecodeError:
        raise InputError(f"{name}: {MANIFEST} is not UTF-8") from None
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("report"), dict) or MADE_WITH not in manifest:
        raise InputError(f"{name}: is no pack of this version: its {MANIFEST} is of another form than '{FORMAT}'")
    try:
        _check_version(manifest["report"])
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    return manifest


def changed_in(path: Path, files: Mapping[str, Path], anew: Path) -> list[Differing]:
    """Return what changed in a pack since it was made, as its own sums show: each file, or the archive around them.

    Parameters
    ----------
    path : Path
    files : mapping of str to Path
        What it holds, unpacked.
    anew : Path
        Where the archive may be made again.

    """
    return [*_changed(files)] or [*_around(path, files, anew)]


def _changed(files: Mapping[str, Path]) -> Iterator[Differing]:
    """Yield each file whose SHA-256 is not the one that the pack lists."""
    listed: dict[str, str] = {}
    for number, line in enumerate(files[SUMS].read_text("utf-8", errors="replace").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if not found or found[2] in listed:
            yield Differing(SUMS, f"line {number}", line[:_TOLD], "a SHA-256 and the name of a file, once")
        else:
            listed[found[2]] = found[1]
    for name in sorted(listed.keys() | files.keys() - {SUMS, SIGNATURE}):
        if name not in files:
            yield Differing(name, "", "is missing", f"SHA-256 {listed[name]}")
        elif name not in listed:
            yield Differing(name, "", "is there", f"not listed in {SUMS}")
        elif (found_sum := sha256_of(files[name])) != listed[name]:
            yield Differing(name, "", f"has changed: SHA-256 {found_sum}", f"SHA-256 {listed[name]}")


def _signature(files: Mapping[str, Path], key: Ed25519PublicKey | None) -> Iterator[Differing]:
    if key is None:
        return
    if SIGNATURE not in files:
        yield Differing(SIGNATURE, "", "is missing: the pack is not signed", "a signature by the key that was given")
    elif not is_signed(key, files[SIGNATURE].read_bytes(), files[SUMS].read_bytes()):
        yield Differing(SIGNATURE, "", "is no signature of this pack by the key that was given", "one that is")


def _around(path: Path, files: Mapping[str, Path], anew: Path) -> Iterator[Differing]:
    """Yield where an archive differs from the one that its files make: dates, comments, what lies between."""
    with anew.open("wb") as out:
        write_stored(out, files)
    with path.open("rb") as one, anew.open("rb") as other:
        offset = 0
        while True:
            block, should = one.read(1 << 20), other.read(1 << 20)
            if block != should:
                least = min(len(block), len(should))
                offset += next((each for each in range(least) if block[each] != should[each]), least)
                yield Differing(
                    "", f"byte {offset + 1:,}", "the archive differs outside of its files", "as its files make it"
                )
                return
            if not block:
                break
            offset += len(block)


def _compared(files: Mapping[str, Path], right: Mapping[str, Path], *, same_versions: bool) -> Iterator[Differing]:
    """Yield where files differ from those that the facts make, figure by figure."""
    for name, own in right.items():
        if name not in files:
            yield Differing(name, "", "is missing", "made of the facts")
            continue
        if files[name].stat().st_size > LARGEST and sha256_of(files[name]) != sha256_of(own):
            yield Differing(name, "", "differs, and is too large to say where", "as made of the facts")
            continue
        told, made = files[name].read_bytes(), own.read_bytes()
        if name == MANIFEST:
            told, made = (_without_machine(each) for each in (told, made))
        ending = Path(name).suffix
        try:
            found = list(apart(ending, told, made))
        except InputError as error:
            found = [Apart("", str(error), "as made of the facts")]
        if not same_versions and ending in _BINARY:
            found = [each for each in found if each.where]
        yield from (_differing(name, each) for each in found)
    for name in files.keys() - right.keys() - {STORE, SUMS, SIGNATURE}:
        yield Differing(name, "", "is there", "not made of the facts")


def _without_machine(manifest: bytes) -> bytes:
    """Return a manifest without what it says of the machine, as JSON that is compared by what it says."""
    told = dict(parsed(manifest.decode(errors="replace"), MANIFEST, as_json=True))
    told.pop(MADE_WITH, None)
    return json.dumps(told).encode()


def _differing(file: str, found: Apart) -> Differing:
    """Return what differs as it is told: of long texts the part where they begin to differ."""
    least = min(len(found.told), len(found.recomputed))
    at = next((each for each in range(least) if found.told[each] != found.recomputed[each]), least)
    told, recomputed = (_part(text, at) for text in (found.told, found.recomputed))
    return Differing(file, found.where, told, recomputed)


def _part(text: str, at: int) -> str:
    """Return a text, or if it is long what stands around a place in it."""
    if len(text) <= _TOLD:
        return text
    begin = max(0, at - _TOLD // 3)
    return f"{'…' * (begin > 0)}{text[begin : begin + _TOLD]}{'…' * (begin + _TOLD < len(text))}"
