"""How much of a report rests on who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.reports.conftest import Page

TWINS = """dependent,provider,service_type,requirement,at_least,annual_cost_eur,valid_from,valid_to
function:Benefits,Alike Hosting,S03,,,,,
Town,Alike Hosting B.V.,S03,,,,,
function:Permits,unknown:,S17,,,,,
"""


def test_how_much_rests_on_who_is_who_stands_in_the_report(register: Callable[..., Page]) -> None:
    page = register(needs=TWINS, rests=True)
    table = page.table("Parties are one")
    assert [row[0] for row in table[1:]] == ["by identifiers alone (strict)", "as decided", "with what is likely"]
    # The two are likely one, and nobody decided so.
    strict, decided, likely = (int(row[1]) for row in table[1:])
    assert (strict, likely) == (decided, decided - 1)
    assert "These are readings, no bounds" in page.text
    assert "How much rests on who is who" not in register().text
