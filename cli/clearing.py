"""The command clearing: what is on file about one organisation, to be answered by it; and deciding what it denies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.grouping import grouped
from cli.options import Reading, StoreOption
from cli.reporting import AsKeeper, Force
from cli.reproducing import running
from depgraph.counting import counted
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.onfile import NeedOnFile, OnFileAdds

Dependent = Annotated[str, typer.Argument(metavar="DEPENDENT", help="Who needs, by id or name.", show_default=False)]
Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help="What is needed, by id or name.", show_default=False)]
Requirement = Annotated[
    str | None,
    typer.Option("--requirement", metavar="NAME", help="Where several are denied: which.", show_default=False),
]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who decides.", show_default=False)]
Evidence = Annotated[str, typer.Option("--evidence", metavar="TEXT", help="What shows it.", show_default=False)]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Anything else.", show_default=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Of which denied need something is decided, by whom, and why."""

    dependent: Dependent
    provider: Provider
    who: Who = ""
    requirement: Requirement = None
    evidence: Evidence = ""
    note: Note = ""
    store: StoreOption = ""


HOW = (
    "Answer about yourselves. Needs: agree or deny in column answer; how many of the providers of one requirement"
    " must work in at_least (a number, all or any), the same in all its rows; a document that shows it; a remark. Add"
    " rows for needs that are missing, answered agree. Attributes: the right value in answer. Leave empty what you do"
    " not answer."
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(invoke_without_command=True, rich_markup_mode=None, help=clearing.__doc__)
    group.callback()(clearing)
    for command in (accept, reject, undo):
        group.command()(command)
    app.add_typer(group, name="clearing")


@grouped
def clearing(
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="ID", help="About whom, by id or name.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help="The sheet to fill.", show_default=False)
    ] = None,
    *,
    as_keeper: AsKeeper = False,
    force: Force = False,
    reading: Reading,
) -> None:
    """Write what is on file about one organisation, for it to answer; and decide what it denies.

    Made as seen by that organisation; --as-keeper takes the whole store, and every page says so. Questions whose
    answers narrow the bounds most come first. depgraph import clearing FILE takes the filled sheet in. A need that
    it denies stays, as one that may not be there, until accept (the denial holds: the need goes) or reject (the need
    stands).

    Example: depgraph clearing --organisation "Example City" --out city.xlsx
    """
    from cli.outputs import check_out
    from cli.progress import bar
    from cli.session import address_of, lens, looked_at, say
    from depgraph.ids import value_of
    from depgraph.usecases.questions.onfile import list_on_file
    from depgraph.usecases.view import open_view
    from depgraph.usecases.viewers import viewer_of
    from depgraph.usecases.whole_files import refuse_folder, whole_bytes

    context = running.get()
    if context and context.invoked_subcommand:
        return
    if not organisation or out is None:
        raise UsageError("say about whom, and where to: --organisation ID --out FILE.xlsx")
    refuse_folder(out)
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out}: a sheet to fill is an .xlsx file")
    if reading.seen_as:
        raise UsageError("the sheet is made as seen by the organisation: leave out --as")
    check_out(out, store=address_of(reading.store), over=force)
    called = value_of(organisation) if organisation.startswith("name:") else organisation
    seen_as = [] if as_keeper else [f"organisation:{called}"]
    with looked_at(reading.store, seen_as) as store:
        asked = lens(reading)
        view = open_view(store, asked if as_keeper else replace(asked, viewer=viewer_of(seen_as)))
        with bar("units") as progress:
            answer = list_on_file(view, organisation, progress=progress)
    with whole_bytes(out) as file:
        file.write(_sheets(answer))
    questions = sum(1 for row in answer.rows if row.question)
    say(
        f"wrote {out}: {counted(len(answer.rows), 'need')}, {questions:,} of them with a question, and"
        f" {counted(len(answer.adds.attributes), 'attribute')} of {answer.adds.organisation}, as seen by"
        f" {'the keeper of the store' if as_keeper else 'that organisation'}"
    )


@grouped
def accept(*, said: Said) -> None:
    """Decide that a denial holds: the need is taken out, as a new revision.

    Example: depgraph clearing accept "Example City" "Example Cloud Inc" --who "An auditor"
    """
    _settle(said, stands=False)


@grouped
def reject(*, said: Said) -> None:
    """Decide that a need stands though it is denied, as a new revision.

    Example: depgraph clearing reject "Example City" "Example Cloud Inc" --who "An auditor" --evidence "contract 12"
    """
    _settle(said, stands=True)


@grouped
def undo(
    dependent: Dependent, provider: Provider, who: Who = "", requirement: Requirement = None, store: StoreOption = ""
) -> None:
    """Take back what was decided of a denied need: it is disputed again.

    Example: depgraph clearing undo "Example City" "Example Cloud Inc" --who "An auditor"
    """
    from cli.session import opened, say
    from depgraph.usecases.keeping.disputing import undo_dispute

    with opened(store) as opening:
        done = undo_dispute(opening, dependent, provider, who=who, today=_today(), requirement=requirement)
    say(f"undone, as revision {done.revision}: that '{done.dependent}' needs '{done.provider}' is disputed again")


def _settle(said: Said, *, stands: bool) -> None:
    from cli.session import opened, say
    from depgraph.usecases.keeping.disputing import settle_dispute

    with opened(said.store) as opening:
        done = settle_dispute(
            opening,
            said.dependent,
            said.provider,
            stands=stands,
            who=said.who,
            today=_today(),
            requirement=said.requirement,
            evidence=said.evidence,
            note=said.note,
        )
    what = "stands" if done.stands else "is taken out"
    say(
        f"decided, as revision {done.revision}: that '{done.dependent}' needs '{done.provider}' {what};"
        " depgraph clearing undo takes it back"
    )


def _sheets(answer: Answer[NeedOnFile, OnFileAdds]) -> bytes:
    from depgraph.reports.worksheets import Sheet, to_worksheets

    meta, adds = answer.meta, answer.adds
    about: dict[str, str | float] = {
        "organisation": adds.organisation,
        "name": adds.name,
        "as seen by": "the keeper of the store" if adds.as_keeper else "that organisation",
        "as of": meta.as_of,
        "revision": meta.revision,
        "digest": meta.graph_digest,
        "marking": (meta.marking.text or meta.marking.label.value).upper(),
        "how to fill": HOW,
        "answered on": "",
    }
    whole = " (as seen by the keeper)" if adds.as_keeper else ""
    needs = [{name: _cell(getattr(row, name)) for name in row.__slots__} for row in answer.rows]
    attributes = [{name: _cell(getattr(row, name)) for name in row.__slots__} for row in adds.attributes]
    sheets = [
        Sheet(
            name="about",
            columns=("what", "value"),
            rows=[{"what": what, "value": value} for what, value in about.items()],
            fill={"value": ()},
            title=whole,
        ),
        Sheet(
            name="needs",
            columns=(*_NEEDS, "answer", "at_least", "document", "remark"),
            rows=needs,
            fill={"answer": ("agree", "deny"), "at_least": (), "document": (), "remark": ()},
            blank=20,
            title=whole,
        ),
        Sheet(
            name="attributes",
            columns=("id", "attribute", "meaning", "on_file", "records", "answer", "document", "remark"),
            rows=attributes,
            fill={"answer": (), "document": (), "remark": ()},
            title=whole,
        ),
        Sheet(name="remarks", columns=("remark",), rows=[], fill={"remark": ()}, blank=20, title=whole),
    ]
    return to_worksheets("depgraph clearing", meta.as_of, meta.marking, sheets)


_NEEDS = (
    "question",
    "narrows_by",
    "dependent",
    "provider",
    "relation",
    "requirement",
    "service_type",
    "on_file",
    "k_lower",
    "k_upper",
    "records",
)


def _cell(value: object) -> str | float | None:
    return "; ".join(value) if isinstance(value, tuple) else value  # type: ignore[return-value]  # a text or number


def _today() -> str:
    return datetime.now(tz=UTC).astimezone().date().isoformat()
