"""Bad records are told one by one and do not stop the others."""

from __future__ import annotations

from depgraph.errors import InputError
from depgraph.model import Facts, Finding, Level
from importers.readers.faults import facts_of_findings, read_each
from importers.readers.record import Record


def test_a_bad_record_does_not_stop_the_others() -> None:
    def read(given: Record) -> str:
        if given.text("name") == "worse":
            raise InputError("no place known")
        return given.text("name")

    rows = [
        Record({"name": name}, f"t.csv:{at}", cells=True) for at, name in enumerate(("a", "", "worse", "b"), start=2)
    ]
    findings: list[Finding] = []
    assert list(read_each(rows, read, findings)) == ["a", "b"]
    assert list(map(str, findings)) == ["t.csv:3: name: is empty: a value is needed", "t.csv:4: no place known"]


def test_each_error_is_a_record_of_its_own_and_the_remarks_go_together() -> None:
    first, second = (Finding(Level.ERROR, "bad-value", f"d.json#/{at}", "", "is wrong") for at in (0, 1))
    note, warning = (Finding(level, "odd", "d.json#", "", "is odd") for level in (Level.NOTE, Level.WARNING))
    assert list(facts_of_findings((note, first, warning, second))) == [
        Facts(findings=(first,)),
        Facts(findings=(second,)),
        Facts(findings=(note, warning)),
    ]
    assert list(facts_of_findings(())) == []
