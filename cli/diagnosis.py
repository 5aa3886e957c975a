"""What depgraph needs on this machine, checked one by one."""

from __future__ import annotations

import sqlite3
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

import typer

from cli.output import write_object
from depgraph.counting import counted
from depgraph.errors import DepgraphError, UsageError
from depgraph.ports import UNKNOWN_RECEIPT
from depgraph.settings import Settings
from depgraph.usecases.answer import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.options import Cluster
    from depgraph.ports import Description

_LIBRARIES: Final = (
    "numpy",
    "numba",
    "networkx",
    "pandas",
    "scipy",
    "sklearn",
    "rapidfuzz",
    "sparse_dot_topn",
    "anyascii",
    "neo4j",
    "fastapi",
    "openpyxl",
    "xlsxwriter",
    "arabic_reshaper",
    "bidi",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is needed."""

    check: str
    ok: bool
    detail: str
    cure: str
    exit_code: int = 1


def diagnose(store: str, cluster: Cluster, *, as_json: bool, redraw: bool = False, remove_graphs: bool = False) -> None:
    """Write every check; exit with 1 if one fails, with 4 if that is the store."""
    scheduler = cluster.scheduler or Settings().scheduler
    if remove_graphs and not scheduler:
        raise UsageError("name a scheduler whose workers are to remove graphs: --scheduler ADDRESS")
    checks = tuple(_checks(store, redraw=redraw))
    if scheduler:
        checks += (_cluster(scheduler, insecure=cluster.insecure_scheduler, remove_graphs=remove_graphs),)
    if as_json:
        rows = [{name: value for name, value in asdict(check).items() if name != "exit_code"} for check in checks]
        write_object({"meta": {"format": FORMAT, "command": "doctor"}, "rows": rows})
    else:
        from cli.tables import console

        out = console()
        for check in checks:
            out.print(f"{'ok  ' if check.ok else 'LACK'} {check.check}: {check.detail}")
            if not check.ok:
                out.print(f"     {check.cure}")
    if not all(check.ok for check in checks):
        raise typer.Exit(max(check.exit_code for check in checks if not check.ok))


def _checks(store: str, *, redraw: bool) -> Iterator[Check]:
    version = sys.version.split()[0]
    yield Check("python", (3, 11) <= sys.version_info[:2] < (3, 14), version, "use Python 3.11, 3.12 or 3.13")
    for library in _LIBRARIES:
        yield _library(library)
    yield _pdf()
    yield _full_text()
    yield _compiled()
    yield from _graphs(store)
    yield _store(store, redraw=redraw)


def _library(name: str) -> Check:
    try:
        module = import_module(name)
    except ImportError as error:
        return Check(name, ok=False, detail=str(error), cure="install depgraph again: pip install depgraph")
    return Check(name, ok=True, detail=str(getattr(module, "__version__", "present")), cure="")


def _pdf() -> Check:
    from depgraph.reports.pdf import CURE, pdf_engine

    try:
        return Check("PDF", ok=True, detail=f"WeasyPrint {pdf_engine()}, with fonts of its own", cure="")
    except DepgraphError as error:
        return Check("PDF", ok=False, detail=str(error).removesuffix(f": {CURE}"), cure=CURE)


def _full_text() -> Check:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE search USING fts5(text)")
    except sqlite3.OperationalError as error:
        return Check("sqlite", ok=False, detail=str(error), cure="use a Python whose SQLite has the FTS5 extension")
    finally:
        connection.close()
    return Check("sqlite", ok=True, detail=f"{sqlite3.sqlite_version} with full-text search", cure="")


def _compiled() -> Check:
    from depgraph.usecases.engine import engine_works

    begun = time.perf_counter()
    works = engine_works()
    took = f"{time.perf_counter() - begun:.1f} s to load; the first time on a machine it is compiled"
    cure = "report it: the engine gives a wrong answer on this machine"
    return Check("failure engine", works, took if works else "wrong answer", cure)


def _store(address: str, *, redraw: bool) -> Check:
    from cli.session import opened

    try:
        with opened(address) as store:
            amiss = store.check(redraw=redraw)
            told = store.describe()
    except DepgraphError as error:
        cure = "or name another one with --store or DEPGRAPH_STORE"
        return Check("store", ok=False, detail=str(error), cure=cure, exit_code=error.exit_code)
    if amiss:
        return Check("store", ok=False, detail=amiss, cure="draw it anew: depgraph doctor --redraw")
    held = sum(item.until is None for item in told.history)
    detail = f"{told.kind} {told.version} at {told.location}, {counted(held, 'import')}, sound"
    return Check("store", ok=True, detail=detail + _unvouched(told), cure="")


def _unvouched(told: Description) -> str:
    """Return what is not known of imports by a depgraph that kept no digests: they were sealed as they were found."""
    old = [str(item.revision) for item in told.history if item.until is None and item.receipt == UNKNOWN_RECEIPT]
    if not old:
        return ""
    return (
        f"; by an earlier depgraph, without digests: revision {', '.join(old)}. Whether these facts were damaged"
        " before is not known: import them again to be sure"
    )


def _cluster(address: str, *, insecure: bool, remove_graphs: bool) -> Check:
    """Say what the workers of a scheduler have, and which of them would not be asked."""
    from depgraph.bootstrap import cluster_at

    try:
        with cluster_at(address, insecure=insecure) as pool:
            workers = pool.greet()
            removed = f"; {counted(pool.remove_graphs(), 'graph')} removed" if remove_graphs else ""
    except DepgraphError as error:
        cure = "or leave out --scheduler and DEPGRAPH_SCHEDULER"
        return Check("cluster", ok=False, detail=str(error), cure=cure, exit_code=error.exit_code)
    asked = [told for _, told, why in workers if not why]
    threads = sum(int(told["nthreads"]) for told in asked)
    memory = sum(int(told.get("memory_limit") or 0) for told in asked)
    detail = f"{len(asked)} workers with {threads} threads and {memory / 1e9:.1f} GB of memory at {address}"
    refused = "".join(f"; {worker} is not asked: {why}" for worker, _, why in workers if why)
    cure = "start workers that have this version of depgraph: dask worker ADDRESS"
    return Check("cluster", bool(asked), detail + refused + removed, "" if asked else cure, exit_code=4)


def _graphs(address: str) -> Iterator[Check]:
    """Say where assembled graphs are kept; they are a cache, so nothing that is amiss there is a fault."""
    from cli.session import opened

    try:
        with opened(address) as store:
            told = store.graphs.describe()
    except DepgraphError:
        return  # the store itself says what is wrong
    if not told.folder:
        detail = "none are kept: DEPGRAPH_CACHE is off"
    elif not told.count:
        detail = f"none in '{told.folder}'"
    else:
        detail = f"{told.count} in '{told.folder}', {told.size / 1e6:.1f} MB, sound"
    if told.damaged:
        detail += f"; {told.damaged} {'was damaged and is' if told.damaged == 1 else 'were damaged and are'} deleted"
    if told.stuck:
        detail += f"; {told.stuck} cannot be used, nor be deleted: delete {'it' if told.stuck == 1 else 'them'}"
    for folder, why in told.unusable:
        detail += f"; no new one can be kept in '{folder}' ({why})"
    yield Check("kept graphs", ok=True, detail=detail, cure="")
