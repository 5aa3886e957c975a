"""What a notice means, whoever told it.

- A lot is a service, known by its procedure and its own key. Each buyer `uses` it; its type is its class of the CPV.
- The winners provide it. Several of them, whether each has a contract or all have one together, are `unknown`: nobody
  says whether they are alternatives. Where nobody knows who won, the provider is unknown.
- Subcontractors stand behind the service of their lot, and behind nothing else that their main contractor delivers.
  Whether it stops without them, nobody says: `maybe`.
- The value of a contract is that of the whole term. It is a cost a year where the term is stated too, in euros, and one
  buyer pays.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InputError
from depgraph.ids import UNKNOWN, mint, value_of
from depgraph.model import Facts, Finding, Level, Node, Relation
from depgraph.notices import NoticeName
from importers.links import need
from importers.procurement.award import Intent
from importers.procurement.classes import bought, class_of, code_of
from importers.procurement.parties import node_of, party_of
from importers.readers.faults import facts_of_findings, findings_of
from importers.readers.term import years_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.model import Need, Value
    from depgraph.ports import Given
    from importers.procurement.award import Amount, Lot, Notice, Organisation
    from importers.readers.remarks import Remarks

SUBCONTRACTORS: Final = "subcontractors"
PLACEHOLDER: Final = 1.0
"""Amounts up to this one stand where an amount must be written and none is known."""

_YEAR: Final = 365.2425
_LAST: Final = dt.date(9999, 12, 31).toordinal()

_COUNTED: Final = {
    "intention": ("notice", "that a contract is going to be awarded: not read, --veat reads them as awards"),
    "maybe-intention": (
        "notice",
        "of a contract without a call for competition: read as awarded, nothing says whether it was or is going to be",
    ),
    "not-ict": ("lot", "of no ICT class of the CPV: not read, --all-cpv reads them too"),
    "no-cpv": ("lot", "without a class of the CPV: not read, --all-cpv reads them too"),
    "no-end": ("contract", "for which no end is stated: in force without end, --assume-years gives them one"),
    "assumed-end": ("contract", "for which no end is stated: taken to end as --assume-years says"),
}
"""What is counted while notices are read: the code of the note, what is counted, and what is said of it."""


class _Term(NamedTuple):
    """When a contract is in force, and for how many years; None is not known."""

    begin: str | None
    end: str | None
    years: float | None


class Reading:
    """Makes facts of notices, and counts what is not read.

    Parameters
    ----------
    given : Given
        Says which classes are read, whether intentions count, and how long contracts run for which no end is stated.

    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self._counts: Counter[str] = Counter()

    def facts(self, notice: Notice) -> Facts:
        """Return the facts of a notice; none but its name if it says nothing that is read."""
        if notice.intent is Intent.INTENTION and not self._given.veat:
            self._counts["intention"] += 1
            return Facts()
        if notice.intent is Intent.UNTOLD and not self._given.veat:
            self._counts["maybe-intention"] += 1
        nodes: dict[str, Node] = {}
        needs: list[Need] = []
        findings = [_name(notice).finding]
        for lot in notice.lots:
            code = bought(lot.classes, every=self._given.all_cpv)
            if not code and not self._given.all_cpv:
                self._counts["not-ict" if any(map(code_of, lot.classes)) else "no-cpv"] += 1
                continue
            service = mint("service", f"{notice.procedure}/{lot.key}")
            if service in nodes:
                message = f"lot {lot.key} stands twice in this notice: the first counts"
                findings.append(Finding(Level.WARNING, "lot-twice", lot.record, "id", message))
                continue
            term = self._term(notice, lot, findings)
            nodes[service] = _service(service, lot, class_of(code) if code else "")
            if not any(map(party_of, notice.buyers)):
                message = "names no buyer: what was bought is known, and not for whom"
                findings.append(Finding(Level.WARNING, "no-buyer", lot.record, "buyer", message))
            for party, organisation in _parties(notice, lot, service):
                nodes.setdefault(party, node_of(organisation, party))
            needs += _needs(notice, lot, service, class_of(code) if code else "", term)
        return Facts(nodes=tuple(nodes.values()), needs=tuple(needs), findings=tuple(findings))

    def counted(self) -> tuple[Finding, ...]:
        """Return what was counted: a note for each kind."""
        return tuple(
            Finding(Level.NOTE, code, "", "", f"{count:,} {thing if count == 1 else thing + 's'} {said}")
            for code, (thing, said) in _COUNTED.items()
            if (count := self._counts[code])
        )

    def _term(self, notice: Notice, lot: Lot, findings: list[Finding]) -> _Term:
        """Return when the contracts of a lot are in force.

        They begin as stated, else when they were concluded. A stated duration ends them only where a begin is stated.
        """
        begin, end = lot.begin or lot.signed, lot.end
        if lot.begin and not end and lot.days:
            end = _later(lot.begin, lot.days)
        if begin and end and end < begin:
            message = f"ends on {end}, before it begins on {begin}: its end is taken as not stated"
            findings.append(Finding(Level.WARNING, "ends-before-it-begins", lot.record, "end", message))
            end = None
        years = _years(lot.begin, end, lot.days)
        if end is None and self._given.assume_years:
            self._counts["assumed-end"] += 1
            since = begin or notice.date
            end = _later(since, self._given.assume_years * _YEAR) if since else None
        elif end is None:
            self._counts["no-end"] += 1
        return _Term(begin, end, years)


def _name(notice: Notice) -> NoticeName:
    modifies = notice.intent is Intent.MODIFICATION
    return NoticeName(notice.place, notice.key, notice.date, notice.version, modifies, notice.replaces)


def _service(service: str, lot: Lot, type_: str) -> Node:
    attributes: dict[str, Value] = {
        "name": lot.title,
        "service_type": type_,
        "contract_value": f"{lot.value.value:.2f} {lot.value.currency}" if _known(lot.value) and lot.value else "",
    }
    return Node(service, {key: value for key, value in attributes.items() if value}, lot.record)


def _parties(notice: Notice, lot: Lot, service: str) -> Iterator[tuple[str, Organisation]]:
    """Yield the parties of a lot that a node can be made of: those that are known."""
    for organisation in (*notice.buyers, *lot.winners, *lot.subcontractors):
        party = _party(organisation, service)
        if not party.startswith(UNKNOWN):
            yield party, organisation


def _party(organisation: Organisation, service: str) -> str:
    """Return the id of an organisation; one without name and number is unknown, by what the notice calls it."""
    return party_of(organisation) or f"{_nobody(service)}/{organisation.key}"


def _needs(notice: Notice, lot: Lot, service: str, type_: str, term: _Term) -> Iterator[Need]:
    said = partial(need, record=lot.record, service_type=type_, valid_from=term.begin, valid_to=term.end)
    buyers = dict.fromkeys(filter(None, map(party_of, notice.buyers)))
    for buyer in buyers:
        # Of several buyers nobody says what each pays.
        cost = _cost(lot.value, term.years) if len(buyers) == 1 else None
        yield said(buyer, service, Relation.USES, cost_eur=cost)
    winners = dict.fromkeys(_party(winner, service) for winner in lot.winners) or {_nobody(service): None}
    for winner in winners:
        yield said(service, winner, Relation.PROVIDED_BY, at_least="unknown" if len(winners) > 1 else "")
    for party in dict.fromkeys(_party(one, service) for one in lot.subcontractors):
        if party not in winners:
            yield said(service, party, Relation.SUBCONTRACTS, requirement=SUBCONTRACTORS, at_least="maybe")


def _nobody(service: str) -> str:
    """Return the unknown provider of a service of which nobody says who won."""
    return f"{UNKNOWN}{value_of(service)}"


def _known(amount: Amount | None) -> bool:
    """Say whether an amount is one: what stands where none is known is 0 or 1."""
    return amount is not None and amount.value > PLACEHOLDER


def _cost(amount: Amount | None, years: float | None) -> float | None:
    """Return the euros a year: known where the amount is in euros and the term is stated."""
    if amount is None or not _known(amount) or amount.currency != "EUR" or not years:
        return None
    return round(amount.value / years, 2)


def _years(begin: str | None, end: str | None, days: float | None) -> float | None:
    """Return the length of a term that is stated, in years."""
    if begin and end:
        return float(years_of(dt.date.fromisoformat(begin), dt.date.fromisoformat(end)))
    return days / _YEAR if days else None


def _later(since: str, days: float) -> str:
    """Return the last day of a term that begins on a day; inclusive, so one day less than its length."""
    last = dt.date.fromisoformat(since).toordinal() + round(days) - 1
    return dt.date.fromordinal(max(1, min(last, _LAST))).isoformat()


def read_all(notices: Iterable[Notice | Finding], given: Given, remarks: Remarks) -> Iterator[Facts]:
    """Yield the facts of each notice, what is wrong with others, and at the end what was counted and remarked on."""
    reading = Reading(given)
    seen: dict[tuple[str, str], str] = {}
    for notice in notices:
        if isinstance(notice, Finding):
            yield Facts(findings=(notice,))
            continue
        try:
            facts = reading.facts(notice)
        except InputError as error:
            yield Facts(findings=findings_of(error, notice.place))
            continue
        first = seen.setdefault((notice.key, notice.version), notice.place)
        if first != notice.place:
            message = f"the notice {notice.key} is there already, in {first}: the last one counts"
            facts = facts._replace(
                findings=(*facts.findings, Finding(Level.WARNING, "notice-twice", notice.place, "", message))
            )
        if not facts.nodes:
            given.passed(1)
        if any(facts):
            yield facts
    yield from facts_of_findings((*reading.counted(), *remarks.findings()))
