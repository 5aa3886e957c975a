"""The highlights of the demo, for people: one pair, and one outage of three weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depgraph.counting import counted

if TYPE_CHECKING:
    from rich.console import Console

    from depgraph.usecases.auditor.highlights import TellingOutage, TellingPair


def write_pair(told: TellingPair | None, out: Console) -> None:
    """Write what two units stop together and neither stops alone."""
    out.print("Two that fall together", style="bold underline")
    if told is None:
        out.print("No two groups, parties or services together stop what neither stops alone.\n")
        return
    if told.without:
        out.print(f"No pair of {' or '.join(_PLURAL[by] for by in told.without)} does; the first that does:")
    pair = told.pair
    out.print(
        f"{pair.first_name} and {pair.second_name} together ({told.population.sector or 'all organisations'},"
        f" by {told.by}) stop functions that neither of them stops alone:"
    )
    alone = ": there, one of the two is enough" if pair.functions_at_lower and not pair.functions_at_upper else ""
    out.print(f"  {_lost(pair.functions_at_lower, pair.score_at_lower)} if whatever is not declared is redundant,")
    out.print(f"  {_lost(pair.functions_at_upper, pair.score_at_upper)} if nothing undeclared is{alone}.")
    out.print("These are the two ends, and no bounds.\n")


def write_outage(told: TellingOutage | None, out: Console) -> None:
    """Write how three weeks without a group run, as recorded and with fallbacks assumed."""
    out.print("Three weeks without the worst of them", style="bold underline")
    if told is None:
        out.print("No group stops anything by itself.\n")
        return
    outage = told.outage
    whose = told.population.sector or "all organisations"
    out.print(f"{outage.name} is gone for {outage.hours:g} hours ({whose}).")
    if outage.assumed:
        out.print(
            f"Assumed, and not in the data: {counted(outage.undeclared, 'function')} whose fallback nobody declared"
            f" {'has' if outage.undeclared == 1 else 'have'} one that was exercised and carries for"
            f" {outage.carries:g} hours."
        )
    course, recorded = outage.assumed or outage.recorded, outage.recorded
    first = _from_hour(*course.first(outage.counted))
    without = f" (as recorded: {_from_hour(*recorded.first(outage.counted))})" if outage.assumed else ""
    out.print(f"  The first of the {outage.counted} is down from {first}{without}.")
    for hours, words in ((24, "a day"), (168, "a week"), (outage.hours, "three weeks")):
        out.print(f"  Down after {words}: {_span(*course.down(outage.counted, hours))} {outage.counted}.")
    lost = _span(course.people_hours_lower, course.people_hours_upper)
    why = "" if course.people_hours_upper is not None else " (at most unknown: people served are not known for some)"
    out.print(f"  People-hours lost: {lost}{why}.\n")


_PLURAL = {"group": "groups", "party": "parties", "service": "services"}


def _lost(functions: int, score: float) -> str:
    from cli.tables import number

    return f"{functions:,} (score {number(score, 'score')})"


def _span(low: float | None, high: float | None) -> str:
    from cli.tables import number

    lowest = number(low)
    if high is None:
        return f"at least {lowest}" if low else "unknown"
    return lowest if low == high else f"{lowest} \u2013 {number(high)}"


def _from_hour(low: float | None, high: float | None) -> str:
    if low is None:
        return "never"
    if high is None:
        return f"hour {low:g}, or never"
    return f"hour {low:g}" if low == high else f"hour {low:g} \u2013 {high:g}"
