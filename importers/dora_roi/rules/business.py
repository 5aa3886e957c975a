"""The validation rules that the EBA publishes with its data model, those that are active: all of them warn."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from importers.dora_roi.filing import Breach
from importers.dora_roi.rules.language import clauses, template_of
from importers.dora_roi.rules.rule import Asked, Quality, Rule, Weight
from importers.dora_roi.taxonomy import expressions, templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing
    from importers.dora_roi.rules.language import Clause
    from importers.dora_roi.taxonomy import Expression


@cache
def business_rules(taxonomy: str) -> tuple[Rule, ...]:
    """Return the active rules of a taxonomy."""
    return tuple(_rule(expression) for expression in expressions(taxonomy) if expression.active)


def _rule(expression: Expression) -> Rule:
    template = template_of(expression.text)
    tests = clauses(expression.text, templates()[template])

    def check(filing: Filing, _: Asked) -> Iterator[Breach]:
        # The precondition of each of these rules: its template is reported.
        if filing.indicators.get(template, "true") in ("false", "0"):
            return
        table = filing.table(template)
        for clause in tests:
            test, at = clause.test, clause.at
            lines = table.lines
            if clause.existence:
                lines = tuple(line for line in lines if not line.cells[at] or line.cells[at].isspace())
            for line in lines:
                if test(line.cells) is False:
                    yield Breach(expression.code, table.record(line), clause.column, _message(expression, clause))

    return Rule(expression.code, Weight.WARNS, _quality(expression, tests), _title(expression, template, tests), check)


def _title(expression: Expression, template: str, tests: tuple[Clause, ...]) -> str:
    columns = ", ".join(dict.fromkeys(clause.column for clause in tests))
    if "match(" in expression.text:
        return f"{template} {columns} is an LEI by its form"
    if all(clause.existence for clause in tests):
        return f"{template} {columns} {'is' if len(tests) == 1 else 'are'} filled where a value is asked for"
    return f"{template}: {_rule_text(expression)}"


def _rule_text(expression: Expression) -> str:
    return expression.text.partition("}:")[2].strip() or expression.text


def _quality(expression: Expression, tests: tuple[Clause, ...]) -> Quality:
    if all(clause.existence for clause in tests):
        return Quality.COMPLETENESS
    if "match(" in expression.text or " in {" in expression.text:
        return Quality.VALIDITY
    return Quality.ACCURACY if expression.code.endswith("_s") else Quality.CONSISTENCY


def _message(expression: Expression, clause: Clause) -> str:
    if clause.existence:
        return "is empty, and a value is asked for"
    if "match(" in expression.text:
        return "is no LEI: 18 capital letters or digits, and 2 check digits"
    return f"breaks the rule {_rule_text(expression)}"
