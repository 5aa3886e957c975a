"""Suppliers before an award, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.tables import console, write_notes, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from depgraph.usecases.answer import Answer, Nothing, Plain
    from depgraph.usecases.questions.check import Checked

_BEHIND: Final = 15
_STANDING: Final = 10
_SERVICES: Final = 5
"""How many of those behind a supplier, of those on it, and of its services, a terminal shows."""

_FIRST: Final = "what-if/concentration/group/hhi_upper"
"""How explain calls a figure after an award."""

_AFTER: Final = {"hhi": "HHI after", "single_points": "single points after"}


def write_checked(answer: Answer[Checked, Nothing]) -> None:
    """Write what is known of each supplier, one below the other, and the notes."""
    out = console()
    _side_by_side(out, answer.rows)
    for number, row in enumerate(answer.rows):
        if number:
            out.print()
        _identity(out, row)
        _behind(out, row)
        _standing(out, row)
        _award(out, row, bought="buyer" in answer.meta.parameters)
        out.print("\nQuestions for the contract:", style="bold")
        for question in row.questions:
            out.print(f"  - {question}", markup=False)
    out.print()
    write_notes(answer.meta, out)


def _side_by_side(out: Console, bidders: Sequence[Checked]) -> None:
    """Write what tells bidders apart as one table, where there are several."""
    if len(bidders) == 1:
        return
    rows: list[dict[str, Plain]] = [
        {
            "bidder": row.name,
            "country": row.country or "unknown",
            "parent on top": row.owners[-1].name if row.owners else "unknown",
            "stands on": f"{row.behind_in_all:,}" if row.behind_in_all else "not known",
            "nodes failing": _span(row.impact.fails_lower, row.impact.fails_upper),
            **{told: _after(row, measure) for measure, told in _AFTER.items() if any(one.award for one in bidders)},
        }
        for row in bidders
    ]
    write_rows(out, rows, tuple(rows[0]), keep=len(rows[0]))
    out.print()


def _after(row: Checked, measure: str) -> str:
    """Return a measure after the award, of all that is needed."""
    found = next((each for each in row.award if each.measure == measure), None)
    return _ends(found.after_at_lower, found.after_at_upper, measure) if found else "no change"


def _identity(out: Console, row: Checked) -> None:
    out.print(row.name, style="bold underline", markup=False)
    out.print(_ids(row), markup=False)
    out.print(f"country: {row.country or 'unknown'}", markup=False)
    if row.services:
        more = f" and {len(row.services) - _SERVICES:,} more" if len(row.services) > _SERVICES else ""
        out.print(f"provides {', '.join(row.services[:_SERVICES])}{more}", markup=False)
    for owner in row.owners:
        out.print(
            f"{'  ' * owner.steps}owned by {owner.name} ({owner.id}), country {owner.country or 'unknown'}",
            markup=False,
        )
    if not row.owners:
        out.print("owner: unknown")


def _ids(row: Checked) -> str:
    return f"{row.id}, also {', '.join(row.identifiers)}" if row.identifiers else row.id


def _behind(out: Console, row: Checked) -> None:
    unknown = f", {row.behind_unknown:,} of them unknown" if row.behind_unknown else ""
    on = f"{row.behind_in_all:,}{unknown}:" if row.behind_in_all else "what no source names."
    out.print(f"\nStands on {on}", style="bold")
    for each in row.behind[:_BEHIND]:
        unsaid = ": what it stands on is not known" if each.unsaid else ""
        where = f", {each.country}" if each.country else ""
        out.print(f"  tier {each.tier}: {each.name} ({each.kind}{where}){unsaid}", markup=False)
    if row.behind_in_all > _BEHIND:
        out.print(f"  and {row.behind_in_all - len(row.behind[:_BEHIND]):,} more")
    if row.behind_unsaid:
        out.print(f"  of {row.behind_unsaid:,} of these no source says what they stand on")


def _standing(out: Console, row: Checked) -> None:
    impact = row.impact
    fails = _span(impact.fails_lower, impact.fails_upper)
    told = f"Needs of others that lead to it: {row.needed_by:,}. Nodes that fail with it: {fails}"
    out.print(f"\n{told}; that depend on it at all: {impact.reach:,}", style="bold")
    for each in row.standing[:_STANDING]:
        told = f"{each.fails} fails {each.name}, which lost {each.because}"
        out.print(f"  {told if each.because else f'does not fail by that alone: {each.name}'}", markup=False)
    if row.standing_in_all > len(row.standing[:_STANDING]):
        out.print(f"  and {row.standing_in_all - len(row.standing[:_STANDING]):,} more")


def _span(low: int, high: int) -> str:
    return " to ".join(f"{end:,}" for end in sorted({low, high}))


def _award(out: Console, row: Checked, *, bought: bool) -> None:
    if not row.award:
        if bought:
            out.print("\nAwarded to it, nothing changes: it provides this to the buyer already.", style="bold")
        return
    over = f", in place of {', '.join(row.takes_over)}" if row.takes_over else ", beside what is there"
    out.print(f"\nAwarded to it{over}:", style="bold")
    rows: list[Plain] = [
        {
            "measure": f"{each.name}: {each.measure.replace('_', ' ')}",
            "before": _ends(each.before_at_lower, each.before_at_upper, each.measure),
            "after": _ends(each.after_at_lower, each.after_at_upper, each.measure),
        }
        for each in row.award
    ]
    write_rows(out, rows, ("measure", "before", "after"), keep=3)
    out.print(
        f"depgraph explain {_FIRST} leads to the facts behind it, with the scenario of --json; so do the others",
        style="dim",
        markup=False,
    )


def _ends(low: float | None, high: float | None, measure: str) -> str:
    from depgraph.reports.numbers import ends

    return ends(low, high, measure)
