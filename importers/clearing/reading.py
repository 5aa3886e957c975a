"""From a filled sheet to facts: what is agreed, what is denied, what is answered, and remarks as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.ids import id_key, kind_of, read_id
from depgraph.ids import key as folded
from depgraph.model import ATTRIBUTES, REMARK, AttributeType, Facts, Finding, Kind, Level, Need, Node, parse_at_least
from importers.readers.faults import facts_of_findings, fault, read_each
from importers.readers.values import country, date, number, whole, within, word
from importers.readers.workbooks import open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from depgraph.model import Value
    from depgraph.ports import Given
    from importers.readers.record import Record
    from importers.readers.tables import Table

ABOUT, NEEDS, ATTRIBUTES_SHEET, REMARKS = "about", "needs", "attributes", "remarks"
SHEETS: Final = (ABOUT, NEEDS, ATTRIBUTES_SHEET, REMARKS)
AGREE, DENY = "agree", "deny"
_ORGANISATION, _ANSWERED = "organisation", "answered on"
_TOLD: Final = ("meaning", "on_file", "k_lower", "k_upper", "narrows_by", "question", "records")
"""Columns of what is on file: they are read by people."""


class _Answer(NamedTuple):
    """A row of the sheet of needs, as it was filled."""

    record: str
    dependent: str
    provider: str
    relation: str
    requirement: str
    service_type: str
    answer: str
    at_least: str
    document: str
    remark: str


def organisation_of(given: Given) -> str:
    """Return the id of the organisation that the sheet is about.

    Raises
    ------
    InputError
        If it is no such sheet.

    """
    with open_workbook(_one(given.paths), (ABOUT,)) as workbook:
        return _about(workbook.tables.get(ABOUT), given.paths[0])[_ORGANISATION]


def answered_on(given: Given) -> str | None:
    """Return the date that the sheet was answered on, if it says one."""
    with open_workbook(_one(given.paths), (ABOUT,)) as workbook:
        written = _about(workbook.tables.get(ABOUT), given.paths[0]).get(_ANSWERED, "")
    if not written:
        return None
    try:
        return date(written)
    except ValueError as error:
        raise fault(f"{given.paths[0].name}/{ABOUT}", _ANSWERED, str(error)) from None


def read(given: Given) -> Iterator[Facts]:
    """Yield what each row states, and what is wrong with it."""
    path = _one(given.paths)
    own = given.known.own if given.known else frozenset()
    findings: list[Finding] = []
    with open_workbook(path, SHEETS, given.ignore) as workbook:
        unread = f"is not read: the sheets of a reply are {', '.join(SHEETS)}"
        findings += [Finding(Level.NOTE, "not-read", other, "", unread) for other in workbook.others]
        organisation = _about(workbook.tables.get(ABOUT), path)[_ORGANISATION]
        reading = _Reading(organisation, own)
        tables = workbook.tables
        if NEEDS in tables:
            answers = list(read_each(tables[NEEDS].rows(), reading.need, findings))
            yield from reading.needs([each for each in answers if each], findings)
        if ATTRIBUTES_SHEET in tables:
            for facts in read_each(tables[ATTRIBUTES_SHEET].rows(), reading.attribute, findings):
                if facts:
                    yield facts
        if REMARKS in tables:
            for facts in read_each(tables[REMARKS].rows(), reading.remark, findings):
                if facts:
                    yield facts
    yield from facts_of_findings(findings)


class _Reading:
    """Reads the rows of one organisation's sheet."""

    def __init__(self, organisation: str, own: frozenset[str]) -> None:
        self._organisation = organisation
        self._own = own | {id_key(organisation)}

    def need(self, row: Record) -> _Answer | None:
        """Return what a row of needs answers; None if nothing."""
        remark = _raw(row, "remark")
        answer = _Answer(
            row.record,
            self._asked(row, "dependent"),
            row.read("provider", lambda written: read_id(written, Kind.PARTY)),
            row.maybe_text("relation"),
            row.maybe_text("requirement"),
            row.maybe_text("service_type"),
            row.maybe_read("answer", _answer) or "",
            row.maybe_read("at_least", _at_least) or "",
            row.maybe_text("document"),
            remark,
        )
        for name in _TOLD:
            row.raw(name)
        row.close()
        if answer.answer == DENY and answer.at_least:
            raise row.fault("at_least", "is said of a need that is denied: leave one of both empty")
        if answer.document and not (answer.answer or answer.at_least):
            raise row.fault("answer", f"is empty, and a document is named: write {AGREE} or {DENY}")
        return answer if answer.answer or answer.at_least or remark else None

    def needs(self, answers: Sequence[_Answer], findings: list[Finding]) -> Iterator[Facts]:
        """Yield the needs that are answered; rows of one requirement must agree on how many must work."""
        words: dict[tuple[str, str], set[str]] = {}
        for each in answers:
            if each.at_least:
                words.setdefault(_requirement(each), set()).add(each.at_least)
        for each in answers:
            said = words.get(_requirement(each), set())
            if len(said) > 1:
                message = f"rows of one requirement say {' and '.join(sorted(said))}: say one thing"
                findings.append(Finding(Level.ERROR, "clearing-differs", each.record, "at_least", message))
                continue
            remarks = self._remark(each.record, each.dependent, each.remark)
            if not (each.answer or each.at_least):
                yield Facts(findings=remarks)
                continue
            denied = each.answer == DENY
            named = each.requirement if not each.requirement.startswith("(") else ""
            stated = Need(
                each.dependent,
                each.provider,
                each.relation,
                named,
                "" if denied else next(iter(said), ""),
                each.service_type,
                None,
                None,
                None,
                None,
                1.0,
                each.record,
                "" if denied else "documented" if each.document else "stated",
                None,
                denied,
            )
            yield Facts(needs=(stated,), findings=remarks + self._document(each.record, each.document))

    def attribute(self, row: Record) -> Facts | None:
        """Return what a row of attributes answers; None if nothing."""
        node_id = self._asked(row, "id")
        name = row.text("attribute")
        answer, document, remark = row.maybe_text("answer"), row.maybe_text("document"), _raw(row, "remark")
        for told in _TOLD:
            row.raw(told)
        row.close()
        remarks = self._remark(row.record, node_id, remark) + self._document(row.record, document)
        if not answer:
            return Facts(findings=remarks) if remarks else None
        rule = ATTRIBUTES.get(name)
        if rule is None or rule.type is AttributeType.LIST:
            raise row.fault("attribute", f"'{name}' is no attribute that is asked about: restore the row")
        value: Value = row.read("answer", lambda written: _value(name, written))
        return Facts(nodes=(Node(node_id, {name: value}, row.record),), findings=remarks)

    def remark(self, row: Record) -> Facts | None:
        """Return a remark about the whole; None if there is none."""
        remark = _raw(row, "remark")
        row.close()
        found = self._remark(row.record, self._organisation, remark)
        return Facts(findings=found) if found else None

    def _asked(self, row: Record, column: str) -> str:
        """Return the id of whom a row is about, who must be the organisation asked, or belong to it."""
        node_id = row.read(column, lambda written: read_id(written, Kind.PARTY))
        if id_key(node_id) not in self._own:
            what = "function" if kind_of(node_id) == Kind.FUNCTION else "party"
            message = (
                f"'{node_id}' is no {what} of {self._organisation}, who was asked: a reply is about oneself, take the"
                " row out"
            )
            raise row.fault(column, message, "clearing-foreign")
        return node_id

    @staticmethod
    def _remark(record: str, about: str, remark: str) -> tuple[Finding, ...]:
        return (Finding(Level.NOTE, REMARK, record, about, remark),) if remark.strip() else ()

    @staticmethod
    def _document(record: str, document: str) -> tuple[Finding, ...]:
        return (Finding(Level.NOTE, "clearing-document", record, "document", document),) if document else ()


def _at_least(written: str) -> str:
    """Return how many must work as the model spells it; what is wrong with it is told of its column."""
    try:
        return parse_at_least(written)
    except InputError as error:
        raise ValueError(str(error)) from None


def _value(name: str, written: str) -> Value:
    """Return the value that an answer gives an attribute."""
    rule = ATTRIBUTES[name]
    if name == "country":
        return country(written)
    if rule.words:
        return word(written, rule.words)
    match rule.type:
        case AttributeType.WHOLE:
            return int(within(whole(written), rule.low, rule.high))
        case AttributeType.NUMBER:
            return within(number(written), rule.low, rule.high)
        case _:
            return written


def _requirement(answer: _Answer) -> tuple[str, str]:
    return id_key(answer.dependent), folded(answer.requirement or answer.service_type)


def _answer(written: str) -> str:
    word = written.lower()
    if word not in (AGREE, DENY):
        raise ValueError(f"'{written}' is no answer: write {AGREE} or {DENY}, or leave it empty")
    return word


def _raw(row: Record, name: str) -> str:
    """Return a remark as it was written."""
    written = row.raw(name)
    return written if isinstance(written, str) else ""


def _one(paths: Sequence[Path]) -> Path:
    if len(paths) != 1:
        raise UsageError("give one filled sheet: each reply is a part of its own")
    if not paths[0].is_file():
        raise MissingPathError(f"'{paths[0]}' is not a file")
    return paths[0]


def _about(table: Table | None, path: Path) -> Mapping[str, str]:
    """Return what the sheet says that it is about."""
    if table is None:
        raise fault(path.name, "", f"has no sheet '{ABOUT}': give the sheet that depgraph clearing wrote")
    told: dict[str, str] = {}
    for row in table.rows():
        if isinstance(row, Finding):
            raise InputError(str(row), (row,))
        told[row.maybe_text("what")] = row.maybe_text("value")
    if not told.get(_ORGANISATION):
        raise fault(
            table.label, "what", f"does not say '{_ORGANISATION}': restore the sheet as depgraph clearing wrote it"
        )
    return told
