"""The command trace: a sample of facts to be traced to their documents, and what tracing them showed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.grouping import grouped
from cli.options import Form, Hub, Reading, Sector
from cli.reporting import Force
from depgraph.counting import counted
from depgraph.errors import InputError, UsageError

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.auditor.sample import Drawn, Sampled
    from depgraph.usecases.traces import Draw
    from depgraph.usecases.view import View

SIZE = 60
MOST = 20
"""Draws of each sample, if nobody says how many, and wrong cells that are told one by one."""

_COLUMNS = (
    "sample",
    "drawn",
    "wrong",
    "untraceable",
    "share_wrong",
    "wrong_at_most",
    "facts_wrong_at_most",
    "frame",
    "correct",
    "confidence",
)


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(trace)


@grouped
def trace(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="The worksheet to fill.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help="From which the draw follows: by dice.", show_default=False),
    ] = None,
    size: Annotated[int | None, typer.Option("--size", metavar="N", help="Draws of each sample [default: 60].")] = None,
    results: Annotated[
        Path | None,
        typer.Option("--results", metavar="FILE.xlsx", help="Read the filled worksheet.", show_default=False),
    ] = None,
    confidence: Annotated[
        float, typer.Option("--confidence", metavar="C", help="Of the bounds, one-sided.", show_default=True)
    ] = 0.95,
    sector: Sector = "",
    hub: Hub = "",
    *,
    force: Force = False,
    reading: Reading,
    form: Form,
) -> None:
    """Draw facts to be traced to their documents, and read back what that showed.

    Two samples, which are never pooled: of all facts, each with the same chance (which share of facts is wrong?),
    and in proportion to what the findings of the auditor's report hang on each (which share of that rests on wrong
    facts?). Write correct, wrong or untraceable beside each fact; what could not be traced counts as wrong. Draws
    and results are noted in the store and shown in the report; they change no figure.

    Example: depgraph trace --size 60 --seed 7 --out sample.xlsx
    """
    if (out is None) == (results is None):
        raise UsageError(
            "give either --out FILE.xlsx, to draw a sample, or --results FILE.xlsx, to read what it showed"
        )
    if out:
        _draw(out, seed, SIZE if size is None else size, sector, hub, reading, form, over=force)
        return
    if seed is not None or size is not None or sector or hub or _asked(reading):
        raise UsageError(
            "the worksheet says what was drawn of what: beside --results give --store and --confidence alone"
        )
    assert results is not None  # noqa: S101 - one of both is given
    _read(results, confidence, reading, form)


def _draw(
    out: Path, seed: int | None, size: int, sector: str, hub: str, reading: Reading, form: Form, *, over: bool
) -> None:
    from cli.outputs import check_out
    from cli.progress import bar
    from cli.session import address_of, opened, say, seen, show
    from depgraph.usecases.auditor.sample import Drawn, draw_sample
    from depgraph.usecases.traces import FACTS, INFLUENCE, keep_draw, samples_of
    from depgraph.usecases.whole_files import refuse_folder, whole_bytes

    if seed is None:
        raise UsageError("say --seed N, a number that nobody chose for what it draws: one that dice show")
    refuse_folder(out)
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out}: a worksheet is an .xlsx file")
    if reading.seen_as:
        raise UsageError("a sample is noted in the store, which whoever keeps it may do alone: leave out --as")
    check_out(out, store=address_of(reading.store), over=over)
    with opened(reading.store) as store:
        view = seen(store, reading)
        with bar("graphs") as progress:
            answer = draw_sample(view, size=size, seed=seed, sector=sector, hub=hub, progress=progress)
        made = _worksheet(answer, view)
        revision = keep_draw(store, _drawn(answer, _today()), view.graph.marking)
        several = len(samples_of(store, view.graph.digest).draws)
        with whole_bytes(out) as file:
            file.write(made)
    if not form.for_people:
        show(answer, Drawn, form)
    drawn = {sample: sum(row.drawn for row in answer.rows if row.sample == sample) for sample in (FACTS, INFLUENCE)}
    noted = f"noted as revision {revision}" if revision else "the same was drawn before"
    say(
        f"wrote {out}: {drawn[FACTS]:,} of {counted(answer.adds.frame, 'fact')}, and"
        f" {counted(drawn[INFLUENCE], 'draw')} from {counted(answer.adds.frame_influence, 'fact')} with influence;"
        f" {noted}"
    )
    if answer.adds.untried or not drawn[INFLUENCE]:
        say(f"depgraph: {answer.meta.notes[-1]}")
    if several > 1:
        say(f"depgraph: {several} samples were drawn of these facts by now: the report says so")


def _read(path: Path, confidence: float, reading: Reading, form: Form) -> None:
    from cli.progress import bar
    from cli.session import opened, say, show
    from cli.trace_sheet import read_trace_sheet
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.auditor.results import count_results
    from depgraph.usecases.auditor.sample import NEVER_POOLED, draw_sample
    from depgraph.usecases.traces import Draw, Rate, ReadBack, Traced, keep_result
    from depgraph.usecases.view import Lens, open_view

    read = read_trace_sheet(path)
    told = read.about
    with opened(reading.store) as store:
        view = open_view(store, Lens(**told.lens))
        if view.graph.digest != told.digest:
            raise UsageError(
                f"{path} was drawn of other facts than those that revision {told.revision} of this store holds: name"
                " the store that it was drawn from with --store"
            )
        with bar("graphs") as progress:
            answer = draw_sample(
                view, size=told.size, seed=told.seed, sector=told.sector, hub=told.hub, progress=progress
            )
        try:
            counted = count_results(answer, read.lines)
        except InputError as error:
            for finding in error.findings[:MOST] if len(error.findings) > 1 else ():
                say(f"{finding.level.value}: {finding}")
            raise
        draw = Draw(
            digest=told.digest,
            revision=told.revision,
            as_of=view.graph.as_of,
            sector=told.sector,
            hub=told.hub,
            seed=told.seed,
            size=told.size,
            drawn_on=told.drawn_on,
        )
        traced = Traced(draw=draw, counted=counted, confidence=confidence, read_on=_today())
        rates = traced.rates
        revision = keep_result(store, traced, view.graph.marking)
    asked = {"results": str(path.name), "confidence": confidence}
    meta = view.meta("trace --results", asked, adds=ReadBack(draw), notes=(NEVER_POOLED,))
    show(Answer(meta=meta, rows=rates), Rate, form, columns=_COLUMNS)
    say(f"noted, as revision {revision}" if revision else "that is noted already: nothing was stored")


def _worksheet(answer: Answer[Drawn, Sampled], view: View) -> bytes:
    from cli.trace_sheet import ABOUT, SAMPLE, about_rows
    from depgraph.reports.worksheets import Sheet, to_worksheets
    from depgraph.usecases.auditor.results import REMARK, RESULT, cells_of
    from depgraph.usecases.traces import RESULTS

    rows = [cells_of(row) for row in answer.rows]
    columns = tuple(rows[0]) if rows else ()
    lens = {name: value for name, value in asdict(replace(view.lens, viewer=None)).items() if name != "viewer"}
    lens |= {"as_of": view.graph.as_of, "revision": view.revision}
    told: dict[str, str | float] = {
        "seed": answer.adds.seed,
        "size": answer.adds.size,
        "revision": view.revision,
        "digest": view.graph.digest,
        "as of": view.graph.as_of,
        "drawn on": _today(),
        "sector": str(answer.meta.parameters.get("sector", "")),
        "hub": str(answer.meta.parameters.get("hub", "")),
        "seen through": json.dumps(lens, sort_keys=True),
        "facts in all": answer.adds.frame,
        "facts with influence": answer.adds.frame_influence,
        "findings": "; ".join(answer.adds.findings),
        "marking": (view.graph.marking.text or view.graph.marking.label.value).upper(),
    }
    sheets = [
        Sheet(name=SAMPLE, columns=(*columns, RESULT, REMARK), rows=rows, fill={RESULT: RESULTS, REMARK: ()}),
        Sheet(name=ABOUT, columns=("what", "value"), rows=about_rows(told)),
    ]
    return to_worksheets("depgraph trace", view.graph.as_of, view.graph.marking, sheets)


def _drawn(answer: Answer[Drawn, Sampled], today: str) -> Draw:
    from depgraph.usecases.traces import Draw

    meta = answer.meta
    return Draw(
        digest=meta.graph_digest,
        revision=meta.revision,
        as_of=meta.as_of,
        sector=str(meta.parameters.get("sector", "")),
        hub=str(meta.parameters.get("hub", "")),
        seed=answer.adds.seed,
        size=answer.adds.size,
        drawn_on=today,
    )


def _asked(reading: Reading) -> bool:
    """Say whether anything but the store is asked for."""
    return replace(reading, store="") != Reading()


def _today() -> str:
    return datetime.now(tz=UTC).astimezone().date().isoformat()
