"""The evidence pack: a report in every format, its figures, the facts behind it, and how it was made, in one file."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from itertools import chain
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import depgraph
from depgraph.errors import DepgraphError
from depgraph.model import ATTRIBUTES
from depgraph.ports import UNKNOWN_RECEIPT
from depgraph.reports.html import ASKED, options
from depgraph.reports.lists import lists_of
from depgraph.reports.making import make_report
from depgraph.reports.pdf import pango
from depgraph.reports.stored_zip import write_stored
from depgraph.reports.writing import FORMS, check_form
from depgraph.usecases.answer import plain
from depgraph.usecases.keeping.cutting import cut_store
from depgraph.usecases.sheets import cell
from depgraph.usecases.view import open_view
from depgraph.usecases.visible import as_cut
from depgraph.usecases.whole_files import whole_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from depgraph.model import Import
    from depgraph.ports import Imported, Store
    from depgraph.reports.kinds import Report
    from depgraph.reports.making import Asked
    from depgraph.usecases.auditor.since import Earlier
    from depgraph.usecases.view import View

FORMAT: Final = "depgraph evidence pack 1"
SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
MANIFEST: Final = "MANIFEST.json"
STORE: Final = "facts/store.sqlite"
REPORT: Final = "report/report"
"""What files of a pack are called; the reports have the endings of their formats."""

MADE_WITH: Final = "made_with"
"""The part of the manifest that tells of the machine, and not of facts."""

_LIBRARIES: Final = ("arabic-reshaper", "numba", "numpy", "pydyf", "python-bidi", "weasyprint", "xlsxwriter")
_RUN: Final = ("source", "part", "revision", "retrieved", "marking", "record")
_SORTS: Final = {
    "needs": (
        "dependent", "provider", "relation", "requirement", "at_least", "service_type", "share", "cost_eur",
        "valid_from", "valid_to", "confidence", "evidence", "evidence_date",
    ),
    "ties": ("kind", "subject", "object", "share", "valid_from", "valid_to"),
    "decisions": ("first", "second", "same", "who", "decided", "evidence", "reasons", "note", "undone"),
}  # fmt: skip
"""The columns of each sort of fact in CSV, beside those of its import; nodes have those of their attributes."""


def write_pack(
    out: Path,
    store: Store,
    asked: Asked,
    *,
    empty: Callable[[Path], Store],
    key: Ed25519PrivateKey | None = None,
    forms: Collection[str] = tuple(FORMS),
) -> int:
    """Write a pack to `out`, whole or not at all; return how many files it holds.

    Its facts are those that the viewer of the report sees at its revision, and the report is made of them: the same
    facts, question and versions give the same bytes.

    Parameters
    ----------
    out : Path
    store : Store
    asked : Asked
    empty : callable
        Gives a store in a file that is not there yet.
    key : Ed25519PrivateKey, optional
        Signs it.
    forms : collection of str
        In which formats the report is in it: JSON and others of `FORMS`.

    Raises
    ------
    UsageError
        If the report cannot be made, or `out` cannot be written.

    """
    for ending in forms:
        check_form(Path(f"report{ending}"))
    view = open_view(store, asked.lens)
    fixed = replace(asked, lens=replace(asked.lens, as_of=view.graph.as_of, revision=view.revision))
    with TemporaryDirectory(prefix="depgraph-") as folder:
        place = Path(folder, STORE)
        place.parent.mkdir()
        with closing(empty(place)) as cut:
            cut_store(store, cut, view, since=oldest_of(store, asked.since) if asked.since else None)
            files = {STORE: place, **write_contents(Path(folder), cut, fixed, forms, digest=view.graph.digest)}
        files[SUMS] = _written(Path(folder, SUMS), sums_of(files).encode())
        if key:
            files[SIGNATURE] = _written(Path(folder, SIGNATURE), key.sign(files[SUMS].read_bytes()))
        with whole_bytes(out) as file:
            write_stored(file, files)
    return len(files)


def write_contents(
    folder: Path, cut: Store, asked: Asked, forms: Collection[str], *, digest: str = ""
) -> dict[str, Path]:
    """Write into a folder what a pack holds beside its facts as a store, from that store; return the files by name.

    Parameters
    ----------
    folder : Path
    cut : Store
    asked : Asked
        With its date and revision.
    forms : collection of str
        Of the report, by ending.
    digest : str
        Of the graph that the store must give; empty: whichever it gives.

    """
    view, report = make_report(as_cut(cut, asked.lens.viewer), asked)
    if digest and view.graph.digest != digest:
        raise DepgraphError("the facts cut for the pack give another graph than the store: tell us")
    made = {f"{REPORT}{ending}": FORMS[ending](report, asked.template) for ending in forms}
    made[MANIFEST] = _json(_manifest(view, report))
    made["README.txt"] = _readme(report).encode()
    files = {name: _written(folder / name, told) for name, told in made.items()}
    for name, columns, rows in chain(_figures(report), _facts(cut)):
        files[name] = _table(folder / name, columns, rows)
    return files


def oldest_of(store: Store, since: Earlier) -> int:
    """Return the oldest revision that changes since an earlier moment rest on: of a date it may be any."""
    return int(since.moment) if since.moment.isdecimal() else store.describe().oldest


def sums_of(files: Mapping[str, Path]) -> str:
    """Return the SHA-256 of files as ``sha256sum`` writes and checks them."""
    return "".join(f"{sha256_of(files[name])}  {name}\n" for name in sorted(files))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(view: View, report: Report) -> dict[str, Any]:
    told = report.meta.plain()
    receipts = view.receipts
    inputs = [
        {
            **_run(run.run, run.import_id),
            "licence": run.run.licence,
            "trust": run.run.trust,
            **_plain(receipts.get(run.import_id, UNKNOWN_RECEIPT)),
        }
        for run in view.graph.runs
    ]
    return {
        "format": FORMAT,
        "report": {name: told[name] for name in (*ASKED, "marking", "counts")},
        "commands": [_made_by(report), "depgraph verify FILE.zip"],
        "inputs": inputs,
        MADE_WITH: {
            "depgraph": depgraph.__version__,
            "python": sys.version.split()[0],
            "sqlite": sqlite3.sqlite_version,
            "pango": pango(),
            **{name: version(name) for name in _LIBRARIES},
        },
    }


def _made_by(report: Report) -> str:
    return f"depgraph {report.meta.command}{options(report.meta)} --pack FILE.zip"


def _plain(value: object) -> dict[str, Any]:
    found = plain(value)
    assert isinstance(found, dict)  # noqa: S101 - of a dataclass
    return found


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def _readme(report: Report) -> str:
    meta = report.meta
    seen = meta.parameters.get("seen_by") or "the keeper of the store, who sees all of it"
    return f"""Evidence pack of depgraph {meta.version}: {meta.command}, as of {meta.as_of}, revision {meta.revision}
Marking: {(meta.marking.text or meta.marking.label.value).upper()}. As seen by {seen}.

report/        the report as page, PDF, workbook and JSON
figures/       its lists, one file of CSV each
facts/         what it rests on: store.sqlite for depgraph; needs, nodes, ties and decisions as CSV, to read
MANIFEST.json  what was asked, the SHA-256 of each file that was imported, commands and versions
SHA256SUMS     of every file here; SHA256SUMS.sig, if there, is its signature (Ed25519)

To check that no file changed:            sha256sum -c SHA256SUMS
To compute every figure again from facts: depgraph verify FILE.zip
To check who signed, with a key that came to you another way:
  depgraph verify FILE.zip --signed-by public.pem
  openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
"""


def _figures(report: Report) -> Iterator[tuple[str, Sequence[str], Iterable[list[Any]]]]:
    """Yield the lists of a report: the name of the file of each, its columns and its rows."""
    for number, listed in enumerate(lists_of(report), start=1):
        name = re.sub("[^a-z0-9]+", "-", listed.name.lower()).strip("-")[:60]
        columns = list(listed.columns)
        yield f"figures/{number:02}-{name}.csv", columns, [[row.get(each) for each in columns] for row in listed.rows]


def _facts(cut: Store) -> Iterator[tuple[str, Sequence[str], Iterable[list[Any]]]]:
    """Yield what every import says, sort by sort, each fact with its record."""
    with cut.load() as snapshot:
        attributes = sorted({name for one in snapshot.imports for node in one.nodes for name in node.attributes})
    order = [name for name in ATTRIBUTES if name in attributes]
    yield (
        "facts/nodes.csv",
        (*_RUN, "id", *order),
        _rows(cut, "nodes", lambda node: [node.id, *map(node.attributes.get, order)]),
    )
    for sort, columns in _SORTS.items():
        yield f"facts/{sort}.csv", (*_RUN, *columns), _rows(cut, sort, attrgetter(*columns))


def _rows(cut: Store, sort: str, cells: Callable[[Any], Iterable[Any]]) -> Iterator[list[Any]]:
    """Yield the facts of a sort, each with the cells that tell of its import and its record."""
    for run, one in _imports(cut):
        for fact in getattr(one, sort):
            yield [*run, fact.record, *cells(fact)]


def _imports(cut: Store) -> Iterator[tuple[list[Any], Imported]]:
    """Yield each import with the cells that tell of it."""
    with cut.load() as snapshot:
        for one in snapshot.imports:
            yield list(_run(one.run, one.revision).values()), one


def _run(run: Import, revision: int) -> dict[str, Any]:
    return {
        "source": run.source,
        "part": run.part,
        "revision": revision,
        "retrieved": run.retrieved,
        "marking": run.marking.text or run.marking.label.value,
    }


def _table(path: Path, columns: Sequence[str], rows: Iterable[list[Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([cell(plain(value)) for value in row] for row in rows)
    return path


def _written(place: Path, told: bytes) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(told)
    return place
