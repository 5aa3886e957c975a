"""Commands about which parties are one: resolve, with accept, reject, undo and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.grouping import grouped
from cli.options import Form, Hubs, Label, Limit, Organisations, Reading, Recipients, StoreOption
from cli.reproducing import running

if TYPE_CHECKING:
    from depgraph.model import Marking
    from depgraph.ports import Store
    from depgraph.usecases.keeping.deciding import Deciding


_WARNED: Final = 10
"""Decisions of which it is said that a tie may have been meant; of more how many there are."""


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    group = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
    group.callback()(resolve)
    group.command()(accept)
    group.command()(reject)
    group.command()(undo)
    group.command()(decisions)
    app.add_typer(group, name="resolve")


First = Annotated[str, typer.Argument(metavar="FIRST", help="An id, an alias, or the name of a party.")]
Second = Annotated[str, typer.Argument(metavar="SECOND", help="Another one.")]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who decides: it is kept with the decision.")]
Evidence = Annotated[
    str, typer.Option("--evidence", metavar="TEXT", help="What shows it: a page, a document.", show_default=False)
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What else is to be known.", show_default=False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who decides, and why."""

    who: Who
    evidence: Evidence = ""
    note: Note = ""
    store: StoreOption = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Who may see a decision."""

    marking: Annotated[
        Label | None,
        typer.Option(
            "--marking", help="Who may see it: as its evidence [default: who may know both].", show_default=False
        ),
    ] = None
    hub: Hubs = None
    organisation: Organisations = None
    recipient: Recipients = None

    @property
    def value(self) -> Marking | None:
        """The marking that was asked for, or None."""
        from depgraph.errors import UsageError
        from depgraph.model import Label as Known
        from depgraph.model import Marking

        named = [tuple(some or ()) for some in (self.hub, self.organisation, self.recipient)]
        if self.marking is None:
            if any(named):
                raise UsageError("--hub, --organisation and --recipient say whom --marking names: give it too")
            return None
        return Marking(Known(self.marking), *named)


@grouped
def resolve(limit: Limit = 20, *, reading: Reading, form: Form) -> None:
    """List parties that may be one, and decide: accept, reject, undo, decisions.

    First those with one identifier and very unlike names, then those that one can be least sure of, and of these the
    ones that add most dependants to one party. Nothing is merged by a score alone: --resolution likely shows what
    would be.

    Example: depgraph resolve --limit 50
    """
    from cli.progress import bar
    from cli.session import looked_at, seen, show
    from depgraph.usecases.questions.resolving import MayBeSame, rank_candidates

    context = running.get()
    if context and context.invoked_subcommand:
        return
    with looked_at(reading.store, reading.seen_as) as opening, bar("names") as progress:
        answer = rank_candidates(opening, seen(opening, reading), limit=limit, progress=progress)
    if form.for_people:
        from cli.show import write_candidates

        write_candidates(answer)
    else:
        show(answer, MayBeSame, form)


@grouped
def accept(first: First, second: Second, *, said: Said, marked: Marked) -> None:
    """Decide that two parties are one: a new revision, which depgraph resolve undo takes back.

    What is decided is kept apart from facts: it stays when sources are imported again or taken out.

    Example: depgraph resolve accept "name:AWS" "name:Amazon Web Services, Inc." --who "A. Analyst"
    """
    _decide(first, second, said, marked, same=True)


@grouped
def reject(first: First, second: Second, *, said: Said, marked: Marked) -> None:
    """Decide that two parties are two: nothing joins them, neither an identifier nor a chain of others.

    Example: depgraph resolve reject "name:Host Lda" "name:Host SA" --who "A. Analyst"
    """
    _decide(first, second, said, marked, same=False)


@grouped
def undo(first: First, second: Second, who: Who, note: Note = "", store: StoreOption = "") -> None:
    """Take back what was decided of two parties: a new revision.

    Example: depgraph resolve undo "name:Host Lda" "name:Host SA" --who "A. Analyst"
    """
    from cli.session import opened, say
    from depgraph.usecases.keeping.deciding import undo as take_back

    with opened(store) as opening:
        done = take_back(opening, first, second, who=who, today=_today(), note=note)
    (decision,) = done.decisions
    say(f"undone, as revision {done.revision}: {_said(decision.first, decision.second, same=decision.same)}")


@grouped
def decisions(
    given: Annotated[
        Path | None,
        typer.Option("--in", metavar="FILE", help="Take in the decisions of this CSV file.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List those that were undone too.")] = False,
    *,
    reading: Reading,
    form: Form,
) -> None:
    """List what was decided; --csv writes it to share it, and --in takes such a file in, all of it or nothing.

    Example: depgraph resolve decisions --csv > decisions.csv
    """
    from cli.session import lens, looked_at, show
    from depgraph.usecases.keeping.decided import Decided, list_decisions

    with looked_at(reading.store, reading.seen_as) as opening:
        if given:
            _take_in(opening, given)
            return
        answer = list_decisions(opening, lens(reading), every=every)
    columns = ("first", "second", "decision", "who", "decided", "evidence", "note", "marking", "undone_by", "undone")
    show(answer, Decided, form, columns=columns[: None if every else -2])


def _take_in(opening: Store, given: Path) -> None:
    from cli.decision_file import read_decisions
    from cli.intake import counted
    from cli.session import say
    from depgraph.errors import InputError
    from depgraph.usecases.keeping.deciding import decide

    try:
        read = read_decisions(given)
        done = decide(opening, read.proposals, today=_today())
    except InputError as error:
        for finding in error.findings[:20] if len(error.findings) > 1 else ():
            say(f"{finding.level.value}: {finding}")
        raise
    told = counted(len(done.decisions), "decision")
    stored = f"{told} stored, as revision {done.revision}" if done.revision else "nothing is new: nothing was stored"
    say(
        stored
        + (f"; {done.already:,} there already" if done.already else "")
        + (f"; {read.undone:,} left out, since they were undone" if read.undone else "")
    )
    _warn(done)


def _decide(first: str, second: str, said: Said, marked: Marked, *, same: bool) -> None:
    from cli.session import opened
    from depgraph.usecases.keeping.deciding import Proposal, decide

    today = _today()
    proposal = Proposal(
        first=first,
        second=second,
        same=same,
        who=said.who,
        decided=today,
        evidence=said.evidence,
        note=said.note,
        marking=marked.value,
    )
    with opened(said.store) as opening:
        _tell(decide(opening, [proposal], today=today), first, second)


def _tell(done: Deciding, first: str, second: str) -> None:
    from cli.session import say

    if not done.revision:
        say(f"that is decided of '{first}' and '{second}' already: nothing was stored")
        return
    (decision,) = done.decisions
    marking = done.markings[0].text
    say(
        f"decided, as revision {done.revision}: {_said(decision.first, decision.second, same=decision.same)}"
        + (f" ({marking})" if marking else "")
        + "; depgraph resolve undo takes it back"
    )
    _warn(done)


def _warn(done: Deciding) -> None:
    """Say of which decisions a tie may have been meant."""
    from cli.session import say

    for decision in done.sisters[:_WARNED]:
        say(
            f"depgraph: '{decision.first}' and '{decision.second}' were a candidate for one group, and are one party"
            " now: if one owns the other, or both have one owner, take it back and say that in a register (table nodes:"
            " id,owned_by)"
        )
    more = len(done.sisters) - _WARNED
    if more > 0:
        say(f"depgraph: so were {more:,} more")


def _said(first: str, second: str, *, same: bool) -> str:
    return f"'{first}' and '{second}' are {'one party' if same else 'two parties'}"


def _today() -> str:
    return datetime.now(tz=UTC).astimezone().date().isoformat()
