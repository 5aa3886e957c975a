"""The command gaps: what to ask next, as a ranking and as a questionnaire."""

from __future__ import annotations

import typer

from cli.grouping import grouped
from cli.options import ByOption, Cluster, Form, Hub, Limit, Reading, Sector


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(gaps)


@grouped
def gaps(
    by: ByOption = "party",
    sector: Sector = "",
    hub: Hub = "",
    limit: Limit = 20,
    *,
    reading: Reading,
    cluster: Cluster,
    form: Form,
) -> None:
    """Rank what to ask next: which answer would narrow the scores of single points of failure most.

    A question is how many providers of a requirement must work, where nobody declared it, or
    who an unknown provider is. Width is what the answer takes off the intervals of all scores
    together. --csv is a questionnaire, a row for each provider: fill in at_least, call it
    needs.csv, and import it as a register with a --part of its own. Who an unknown provider is,
    write in the source that says unknown: instead: a questionnaire takes nothing away from it.
    Ctrl-C ends the work early: widths are then sums over the units done so far, the answer says
    so, and the exit code is 130.

    Example: depgraph gaps --by group --limit 50 --csv > needs.csv
    """
    from cli.output import write_csv
    from cli.progress import bar, end_if_interrupted
    from cli.session import blocks_worked_out, looked_at, seen, show
    from depgraph.usecases.answer import Answer, captions
    from depgraph.usecases.questions.gaps import Gap, Question, rank_gaps
    from depgraph.usecases.replies import rounds_of, with_rounds

    with looked_at(reading.store, reading.seen_as) as store:
        view = seen(store, reading)
        with blocks_worked_out(cluster), bar("units") as progress:
            answer = rank_gaps(view, by=by, sector=sector, hub=hub, limit=limit, progress=progress)
        answer = with_rounds(answer, rounds_of(store, view))
    if form.csv:
        write_csv(Answer(meta=answer.meta, rows=answer.questionnaire), list(captions(Question)))
    else:
        columns = ("name", "width", "question", "k", "settles", "requirement", "hub", "providers", "dependent")
        show(answer, Gap, form, columns=columns)
    end_if_interrupted(answer)
