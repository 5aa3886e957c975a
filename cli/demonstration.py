"""The demo: the samples in a fresh store, the headlines, the report, and how to go on."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.intake import Intake, run_intake, summary
from cli.output import write_object
from cli.session import say
from depgraph.counting import counted
from depgraph.errors import MissingPathError, UsageError
from depgraph.usecases.answer import plain

if TYPE_CHECKING:
    from rich.console import Console

    from depgraph.ports import Store
    from depgraph.usecases.answer import Meta
    from depgraph.usecases.auditor.highlights import TellingOutage, TellingPair
    from depgraph.usecases.auditor.populations import Population
    from depgraph.usecases.questions.spof import Ranking

SAMPLES: Final = ("fedramp", "municipal-mail")
"""The sources of which there is a sample, each in a folder of its name."""

_STORE: Final = "depgraph.sqlite"
_REPORT: Final = "report.html"
_RANKED: Final = 5
_COLUMNS: Final = ("name", "score", "organisations", "functions", "people", "id")


def run_demo(out: Path, *, as_json: bool) -> None:
    """Import the samples into `out`, print what they say, and write the report there."""
    from depgraph.bootstrap import open_store
    from depgraph.reports.writing import write_report
    from depgraph.settings import Settings
    from depgraph.usecases.auditor.highlights import Highlights, telling_outage, telling_pair
    from depgraph.usecases.auditor.populations import populations
    from depgraph.usecases.questions.readings import readings
    from depgraph.usecases.questions.spof import rank_single_points
    from depgraph.usecases.view import open_view

    store = open_store(str(_fresh(out)), Settings())
    try:
        _import_samples(store)
        view = open_view(store)
        shown = populations(view)
        rankings = [
            (population, by, rank_single_points(view, by=by, sector=population.sector, limit=_RANKED))
            for population in shown
            for by in ("group", "country")
        ]
        if not as_json:
            _write_tables(rankings)
        say("looking for pairs, and at three weeks without the worst group")
        pair = telling_pair(view, shown)
        outage = telling_outage(view, [(population, ranking) for population, by, ranking in rankings if by == "group"])
        if as_json:
            _write_json(rankings, view.meta("demo", {}, adds=Highlights(pair, outage)).plain())
        else:
            _write_highlights(pair, outage, rankings[0][2].meta)
        say("writing the report")
        # Graphs without a record, tie or source take as long as all else: the command report tries them.
        quick = replace(view, without=None)
        write_report("auditor", quick, out / _REPORT, readings=readings(store, view))
    finally:
        store.close()
    if not as_json:
        _go_on(out)


def _fresh(out: Path) -> Path:
    """Return the path of a store that is not there yet, in a folder that is."""
    if out.exists() and not out.is_dir():
        raise MissingPathError(f"{out}: is a file; name a folder with --out")
    _keep_own(out / _STORE)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for old in out.glob(_STORE + "*"):
            if not old.is_dir():
                old.unlink()
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); name another folder with --out") from None
    return out / _STORE


def _keep_own(path: Path) -> None:
    """Refuse to begin anew where somebody keeps facts of his own."""
    from depgraph.bootstrap import open_store
    from depgraph.settings import Settings

    if not path.exists():
        return
    with closing(open_store(str(path), Settings())) as store:
        own = {one.run.source for one in store.describe().history} - set(SAMPLES)
        if own:
            raise UsageError(
                f"'{path}' holds more than samples ({', '.join(sorted(own))}): name another folder with --out"
            )
        store.graphs.drop()


def _import_samples(store: Store) -> None:
    folder = Path(str(resources.files("data_samples")))
    for source in SAMPLES:
        answer = run_intake(store, Intake(source=source, paths=(folder / source,), today=""))
        say(summary(answer))


def _write_json(found: list[tuple[Population, str, Ranking]], meta: Any) -> None:
    rows = [
        {"sector": population.sector, "by": by, **_row(row)}
        for population, by, ranking in found
        for row in ranking.rows
    ]
    write_object({"meta": meta, "rows": rows})


def _row(row: object) -> dict[str, Any]:
    flat = plain(row)
    return flat if isinstance(flat, dict) else {}


def _write_tables(found: list[tuple[Population, str, Ranking]]) -> None:
    from cli.tables import console, write_rows

    out = console()
    told = ""
    for population, by, ranking in found:
        if population.sector != told:
            told = population.sector
            _write_population(out, population, ranking)
        out.print(f"If one {by} fails:", style="bold")
        write_rows(out, [plain(row) for row in ranking.rows], _COLUMNS)
        out.print()


def _write_highlights(pair: TellingPair | None, outage: TellingOutage | None, meta: Meta[object]) -> None:
    from cli.highlights import write_outage, write_pair
    from cli.tables import console, write_notes

    out = console()
    write_pair(pair, out)
    write_outage(outage, out)
    write_notes(meta, out)


def _write_population(out: Console, population: Population, ranking: Ranking) -> None:
    served = f", serving {population.people:,} people" if population.people else ""
    out.print(f"\n{population.sector}", style="bold underline")
    what = (
        f"with {counted(population.functions, 'function')}"
        if population.functions
        else "that are known by what they require"
    )
    out.print(f"{counted(population.organisations, 'organisation')} {what}{served}.")
    if ranking.rows:
        worst = ranking.rows[0]
        out.print(
            f"{worst.name} could stop {'functions' if population.functions else 'requirements'}"
            f" of {worst.organisations_upper:,} of them;"
            f" for {worst.organisations_lower:,} that is certain."
        )


def _go_on(out: Path) -> None:
    store = out / _STORE
    sys.stdout.write(
        f"""
How to read this: 'score' is the weight of all functions that stop. The first number is certain;
the second holds if nothing undeclared backs anything up.

The report:    {out / _REPORT}
Go on with:    export DEPGRAPH_STORE={store}
               depgraph spof --by group --sector "Dutch municipalities"
               depgraph blast Microsoft --by group
               depgraph concentration --by hyperscaler --tier all
               depgraph pairs --by group --sector "federal agencies"
               depgraph outage Microsoft --by group --days 21
               depgraph show Microsoft
Your own data: depgraph sources
"""
    )
