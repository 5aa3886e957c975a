"""The command that looks up a list of names: match."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import Form, Reading

if TYPE_CHECKING:
    from typing import TypeAlias

    from depgraph.usecases.answer import Answer
    from depgraph.usecases.questions.matching import Match, MatchAdds

    Matches: TypeAlias = Answer[Match, MatchAdds]

_TOLD: Final = 10
"""Identifiers that were not used, of which a person is told; all are in `meta.not_used`."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(match)


@grouped
def match(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A list of names: CSV, XLSX, XLSM or ODS, or the list itself as JSON.")
    ],
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="The column of the names.", show_default=False)
    ] = "",
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="NAME", help="The sheet to read [default: the first].", show_default=False)
    ] = "",
    *,
    reading: Reading,
    form: Form,
) -> None:
    """Look up a list of names: which parties of the graph they are, how sure, and why. Nothing is stored.

    Columns of identifiers (lei, kvk, kbo, rcs, vat, euid, domain, or identifiers with scheme:value) decide before
    names; a column of countries helps. A name is same, ambiguous, same-group or no.

    Example: depgraph match suppliers.xlsx --csv
    """
    from cli.progress import bar
    from cli.session import say, show, viewed
    from cli.written import is_written_out
    from depgraph.errors import UsageError
    from depgraph.usecases.questions.listed import names_of
    from depgraph.usecases.questions.matching import Asked, Match, match_list
    from importers.table.listed import read_list

    if is_written_out(file):
        if column or sheet:
            raise UsageError("a list that is written out has neither columns nor sheets: leave them out")
        lines = [*names_of(file)]
    else:
        lines = [Asked(*line) for line in read_list(Path(file), column=column, sheet=sheet)]
    with viewed(reading) as view, bar("names") as progress:
        answer = match_list(view, lines, progress=progress)
    if form.csv:
        _write_csv(answer)
    else:
        show(answer, Match, form, columns=("name", "match_name", "verdict", "score", "reasons", "match_id"), keep=4)
    if form.json:
        return
    for told in answer.adds.not_used[:_TOLD]:
        say(f"depgraph: {told}")
    more = len(answer.adds.not_used) - _TOLD
    if more > 0:
        say(f"depgraph: {more:,} more identifiers or countries are not used: --json has them all in meta.not_used")
    adds = answer.adds
    say(
        f"depgraph: of {adds.names:,} names {adds.same:,} same, {adds.ambiguous:,} ambiguous,"
        f" {adds.same_group:,} same-group, {adds.no:,} no"
    )


def _write_csv(answer: Matches) -> None:
    """Write the columns of the list, then those of the match."""
    from cli.output import write_csv
    from depgraph.errors import UsageError
    from depgraph.usecases.answer import Answer

    of_match = ("rank", "match_id", "match_name", "score", "verdict", "reasons")
    given = tuple(dict.fromkeys(name for row in answer.rows for name in row.given))
    twice = [name for name in given if name in of_match]
    if twice:
        raise UsageError(f"the list has a column '{twice[0]}', which match writes too: rename it, or use --json")
    rows = tuple(
        {**dict.fromkeys(given, ""), **row.given, **{name: getattr(row, name) for name in of_match}}
        for row in answer.rows
    )
    write_csv(Answer(meta=answer.meta, rows=rows), (*given, *of_match))
