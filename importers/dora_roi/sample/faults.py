"""Packages that each break one rule, and where: for the technical checks; `filled` has the validation rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.dora_roi.sample.draft import Draft, made_up
from importers.dora_roi.sample.filled import CHANGES, Change
from importers.dora_roi.sample.sector import drafts
from importers.dora_roi.writing import package_files, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

_STRANGER: Final = made_up(777, 1)
_REPORT: Final = "reports/report.json"
_PARAMETERS: Final = "reports/parameters.csv"
_INDICATORS: Final = "reports/FilingIndicators.csv"
_POINTS: Final = b"datapoint,ISB,LHH,factValue\r\n"


@dataclass(slots=True)
class Work:
    """A package that is being spoilt: its rows first, then its files, its name and its bytes."""

    draft: Draft
    stem: str
    files: dict[str, bytes] = field(default_factory=dict)

    def swap(self, name: str, old: str, new: str) -> None:
        """Put one text for another in a file, once."""
        self.files[name] = self.files[name].replace(old.encode(), new.encode(), 1)

    def name(self, old: str, new: str) -> None:
        """Put one text for another in the name."""
        self.stem = self.stem.replace(old, new)


class Fault(NamedTuple):
    """One rule that is broken.

    Attributes
    ----------
    place : str
        ``file:line``, as the finding has it; empty for the package itself.
    causes : tuple of str
        Other rules that this cannot but break.
    rows, files : callable
        Spoil the rows, then the files and the name.

    """

    rule: str
    place: str = ""
    field: str = ""
    causes: tuple[str, ...] = ()
    rows: Callable[[Work], object] = lambda _: None
    files: Callable[[Work], object] = lambda _: None
    damaged: bool = False


def _cell(template: str, column: str, value: str) -> Callable[[Work], object]:
    """Return what puts a value into the first row of a template."""
    return lambda work: work.draft.tables[template][0].__setitem__(column, value)


def _line(name: str, at: int, change: Callable[[str], str]) -> Callable[[Work], object]:
    """Return what changes a line of a file; lines are counted from 1."""

    def spoil(work: Work) -> None:
        lines = work.files[name].decode().split("\r\n")
        lines[at - 1] = change(lines[at - 1])
        work.files[name] = "\r\n".join(lines).encode()

    return spoil


def _later(work: Work) -> None:
    """Make it one of the module that is not to be used."""
    work.name("DORA010100", "DORA010200")
    work.swap(_REPORT, "/4.0/", "/4.2/")


def _changed(change: Change) -> Callable[[Work], object]:
    """Return what changes cells of the first row of a template, which is made where there is none."""
    return lambda work: work.draft.tables.setdefault(change.template, [{}])[0].update(change.cells)


def _again(template: str) -> Callable[[Work], object]:
    """Return what writes the first row of a template a second time, before the second."""

    def spoil(work: Work) -> None:
        rows = work.draft.tables[template]
        rows.insert(1, dict(rows[0]))

    return spoil


TECHNICAL: Final = (
    Fault("103", damaged=True),
    Fault("104", files=lambda work: work.name("_DORA_", "_DO+RA_"), causes=("105",)),
    Fault("105", files=lambda work: work.name("20250430120000000", "20250430T1200")),
    Fault("106", files=lambda work: work.name("_DORA_", "_REM_")),
    Fault("109", files=lambda work: work.name("2025-03-31", "2025-31-03")),
    Fault("111", files=lambda work: work.name("2025-03-31", "2999-03-31"), causes=("320",)),
    Fault("115", "reports/b_01.03.csv", files=lambda work: work.files.update({"reports/b_01.03.csv": _POINTS})),
    Fault("305", "reports/b_02.01.csv:2", "c0050", rows=_cell("B_02.01", "c0050", "much")),
    Fault("306", "reports/b_99.01.csv:2", files=lambda work: work.swap("reports/b_99.01.csv", "single", "\x00")),
    Fault("320", _PARAMETERS, "refPeriod", files=lambda work: work.swap(_PARAMETERS, "2025-03-31", "2025-03-30")),
    Fault("330", "reports/b_02.02.csv:2", "c0070", rows=_cell("B_02.02", "c0070", "01-01-2023")),
    Fault("331", "reports/b_02.02.csv:2", "c0100", rows=_cell("B_02.02", "c0100", "90.5")),
    Fault("333", "reports/b_03.01.csv:2", "c0030", rows=_cell("B_03.01", "c0030", "false")),
    Fault("503", "reports/b_06.01.csv:2", "c0020", rows=_cell("B_06.01", "c0020", "x162x")),
    Fault("505", _REPORT, "extends", files=lambda work: work.swap(_REPORT, "/mod/dora.json", "/mod/other.json")),
    Fault(
        "510",
        _INDICATORS,
        "B_98.01",
        files=lambda work: work.swap(_INDICATORS, "B_99.01,true", "B_99.01,true\r\nB_98.01,true"),
    ),
    Fault(
        "512",
        _REPORT,
        "extends",
        files=_later,
    ),
    Fault("514", files=lambda work: work.name(".IND_", "_")),
    Fault("701", _REPORT, files=lambda work: work.files.update({_REPORT: b""})),
    Fault("702", f"{_INDICATORS}:1", files=lambda work: work.swap(_INDICATORS, "templateID,", "template,")),
    Fault("703", f"{_INDICATORS}:3", files=_line(_INDICATORS, 2, lambda line: f"{line}\r\n{line}")),
    Fault("704", _INDICATORS, "B_01.01", files=lambda work: work.swap(_INDICATORS, "B_01.01,true", "B_01.01,yes")),
    Fault("705", f"{_INDICATORS}:2", "reported", files=_line(_INDICATORS, 2, lambda _: "B_01.01")),
    Fault("714", _PARAMETERS, "entityID", files=lambda work: work.swap(_PARAMETERS, "rs:EXAMPLE", "rs:EXEMPLE")),
    Fault("720", "reports/b_98.01.csv", files=lambda work: work.files.update({"reports/b_98.01.csv": b"c0010\r\n"})),
    Fault("723", f"{_PARAMETERS}:1", files=lambda work: work.swap(_PARAMETERS, "name,value", "key,value")),
    Fault("724", rows=lambda work: work.draft.tables.clear()),
    Fault(
        "801",
        "reports/b_03.03.csv:1",
        "c0120",
        files=lambda work: work.swap("reports/b_03.03.csv", "c0031", "c0031,c0120"),
    ),
    Fault(
        "802",
        "reports/b_03.03.csv:1",
        "c0031",
        files=lambda work: work.swap("reports/b_03.03.csv", "c0031", "c0031,c0031"),
    ),
    Fault(
        "803",
        "reports/b_99.01.csv:1",
        "row",
        files=lambda work: work.files.update({"reports/b_99.01.csv": b"row,c0010\r\n1,a\r\n"}),
    ),
    Fault("804", "reports/b_99.01.csv:3", "c0010", rows=lambda work: work.draft.add("B_99.01", c0010="another")),
    Fault("805", "reports/b_02.02.csv:2", "c0150", rows=_cell("B_02.02", "c0150", "")),
    Fault("806", "reports/b_05.02.csv:3", "c0010", rows=_again("B_05.02")),
    Fault("807", "reports/b_03.01.csv:2", "c0020", rows=_cell("B_03.01", "c0020", _STRANGER)),
    Fault("808", _INDICATORS, "B_01.03", files=lambda work: work.swap(_INDICATORS, "B_01.03,true", "B_01.03,false")),
    Fault("809", "reports/b_05.02.csv:2", files=_line("reports/b_05.02.csv", 2, lambda line: f"{line},more")),
)
"""The technical checks that one package can break."""

UNBREAKABLE: Final = {
    "101": "a file that is no zip is no package",
    "102": "it takes more than 10 GB",
    "107": "it takes an authority: give another country with --authority",
    "110": "it takes two packages of one name",
    "332": "no column of the register is true or false",
}
"""The technical checks that no one package of a sensible size can break by itself."""


def faults() -> tuple[Fault, ...]:
    """Return every fault: the technical checks, then the validation rules that are active in taxonomy 4.0."""
    filled = tuple(
        Fault(
            rule,
            f"reports/{change.template.lower()}.csv:2",
            change.field,
            change.causes,
            rows=_changed(change),
        )
        for rule, change in CHANGES.items()
    )
    return TECHNICAL + filled


def faulty(fault: Fault, seed: int) -> tuple[str, bytes]:
    """Return the name and the bytes of a package that breaks one rule."""
    (draft,) = drafts(1, seed)
    _with_branch(draft)
    work = Work(draft, draft.stem)
    fault.rows(work)
    work.files = package_files(draft.stem, draft.tables)
    fault.files(work)
    content = zipped(work.stem, work.files)
    if fault.rule == "306":
        content = zipped(work.stem, {name: one.replace(b"\x00", b"\xe9") for name, one in work.files.items()})
    return f"{work.stem}.zip", content[: len(content) // 2] if fault.damaged else content


def _with_branch(draft: Draft) -> None:
    draft.add("B_01.03", c0010="BR-1", c0020=draft.entity, c0030="Example Branch", c0040="eba_GA:FR")
