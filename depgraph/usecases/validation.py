"""Facts are checked against the tables of the model, so that no importer can store nonsense."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter
from math import nan
from operator import eq
from typing import TYPE_CHECKING, Final, TypeVar

from depgraph.errors import InputError
from depgraph.ids import SCHEMES, UNKNOWN, is_unknown, mint
from depgraph.model import (
    ATTRIBUTES,
    DEFAULT_RELATIONS,
    MAX_EUR,
    RELATION_ENDS,
    TIE_ENDS,
    AttributeType,
    Finding,
    Kind,
    Level,
    TieKind,
    check_evidence,
    parse_at_least,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from depgraph.model import Attribute, Decision, Facts, Need, Node, Tie

K = TypeVar("K")
V = TypeVar("V")

_ENDS: Final = {
    *(
        (relation.value, dependent, provider)
        for relation, (dependents, providers) in RELATION_ENDS.items()
        for dependent in dependents
        for provider in providers | {None}
    ),
    *(("", dependent, provider) for dependent, provider in DEFAULT_RELATIONS),
    *(("", dependent, None) for dependent, provider in DEFAULT_RELATIONS if provider is Kind.PARTY),
}
"""Relation, empty where it is left open, kind of dependent, kind of provider; None is an unknown provider."""

_KINDS: Final = {scheme: Kind(rules.kind) for scheme, rules in SCHEMES.items()}
_CODE: Final = "invalid-fact"
_MANY: Final = 8
"""Needs from which on columns are faster."""


class Validation:
    """Checks facts one record at a time, and counts the nodes that they speak of."""

    def __init__(self) -> None:
        self._kinds = _Memory(_kind)
        self._at_least = _Memory(_spelled)
        self._dates = _Memory(_day)

    def nodes(self) -> Mapping[Kind, int]:
        """Return how many distinct nodes of each kind the facts so far speak of; unknown ones are none."""
        counts = Counter(self._kinds.values())
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    def parties(self) -> list[str]:
        """Return the parties that the facts so far speak of; unknown ones are none."""
        return [node_id for node_id, kind in self._kinds.items() if kind is Kind.PARTY]

    def findings(self, facts: Facts) -> list[Finding]:
        """Return what the model forbids of these facts, an error for each."""
        findings = []
        if not self._all_good(facts.needs):
            for need in facts.needs:
                try:
                    self._check_need(need)
                except (InputError, ValueError) as error:
                    findings.append(Finding(Level.ERROR, _CODE, need.record, "", f"need of '{need.provider}': {error}"))
        if facts.nodes or facts.ties or facts.decisions:
            findings += self._others(facts)
        return findings

    def _all_good(self, needs: Sequence[Need]) -> bool:
        """Return whether many needs are good, column by column; what is wrong is found out one by one."""
        if len(needs) < _MANY:
            return False
        dependent, provider, relation, _, at_least, _, share, cost, begun, ended, confidence, _, evidence, dated, _ = (
            zip(*needs, strict=True)
        )
        kind = self._kinds.__getitem__
        try:
            return (
                _ENDS.issuperset(zip(relation, map(kind, dependent), map(kind, provider), strict=True))
                and not any(map(eq, dependent, provider))
                and all(self._at_least[word] for word in set(at_least))
                and all(self._in_order(*period) for period in set(zip(begun, ended, strict=True)))
                and _all_between(share, 1)
                and _all_between(cost, MAX_EUR)
                and _all_between(confidence, 1)
                and all(self._known(*said) for said in set(zip(evidence, dated, strict=True)))
            )
        except (InputError, ValueError):
            return False

    def _in_order(self, begun: str | None, ended: str | None) -> bool:
        return self._dates[begun] <= self._dates[ended] or ended is None

    def _known(self, evidence: str, date: str | None) -> bool:
        """Raise where what is said of evidence is not whole."""
        check_evidence(evidence, date)
        self._dates[date]
        return True

    def _others(self, facts: Facts) -> Iterator[Finding]:
        for node in facts.nodes:
            try:
                self._check_node(node)
            except (InputError, ValueError) as error:
                yield Finding(Level.ERROR, _CODE, node.record, "", f"node '{node.id}': {error}")
        for tie in facts.ties:
            try:
                self._check_tie(tie)
            except (InputError, ValueError) as error:
                yield Finding(Level.ERROR, _CODE, tie.record, "", f"{tie.kind} of '{tie.subject}': {error}")
        for decision in facts.decisions:
            try:
                self._check_decision(decision)
            except (InputError, ValueError) as error:
                yield Finding(Level.ERROR, _CODE, decision.record, "", f"decision on '{decision.first}': {error}")

    def _check_need(self, need: Need) -> None:
        if (need.relation, self._kinds[need.dependent], self._kinds[need.provider]) not in _ENDS:
            relation = f"'{need.relation}'" if need.relation else "a need without relation"
            raise ValueError(f"{relation} does not join '{need.dependent}' to it")
        if need.dependent == need.provider:
            raise ValueError("a node cannot need itself")
        self._at_least[need.at_least]
        _check_between(need.share, 1, "share")
        _check_between(need.cost_eur, MAX_EUR, "cost")
        _check_between(need.confidence, 1, "confidence")
        self._check_period(need.valid_from, need.valid_to)
        self._known(need.evidence, need.evidence_date)

    def _check_period(self, begun: str | None, ended: str | None) -> None:
        if not self._in_order(begun, ended):
            raise ValueError(f"it ends on {ended}, before it begins on {begun}")

    def _check_node(self, node: Node) -> None:
        kind = self._kinds[node.id]
        for name, value in node.attributes.items():
            rule = ATTRIBUTES.get(name)
            if rule is None:
                raise ValueError(f"there is no attribute '{name}'")
            if kind is not None and kind not in rule.kinds:
                raise ValueError(f"a {kind} has no {name}")
            _check_value(name, value, rule)
        said = node.attributes
        self._known(str(said.get("fallback_evidence", "")), str(said.get("fallback_evidence_date", "")) or None)

    def _check_tie(self, tie: Tie) -> None:
        ends = TIE_ENDS[TieKind(tie.kind)]
        found = (self._kinds[tie.subject], self._kinds[tie.object])
        # A parent may be known to be there, and not which: one of its own, since nobody knows that two are the same.
        unnamed = (tie.kind, *found) == (TieKind.OWNED_BY, Kind.PARTY, None) and tie.object != UNKNOWN
        if found != ends and not unnamed:
            raise ValueError(f"'{tie.kind}' goes from a {ends[0]} to a {ends[1]}, not to '{tie.object}'")
        if tie.subject == tie.object:
            raise ValueError("a node cannot have this tie with itself")
        _check_between(tie.share, 1, "share")
        self._check_period(tie.valid_from, tie.valid_to)

    def _check_decision(self, decision: Decision) -> None:
        if {self._kinds[decision.first], self._kinds[decision.second]} != {Kind.PARTY}:
            raise ValueError(f"only parties can be one: '{decision.second}'")
        if decision.first == decision.second:
            raise ValueError("the two ids are the same")
        if not decision.evidence.strip():
            raise ValueError("no evidence is given")


class _Memory(dict[K, V]):
    """What was found out of a value, once for each."""

    def __init__(self, learn: Callable[[K], V]) -> None:
        self._learn = learn

    def __missing__(self, key: K) -> V:
        value = self[key] = self._learn(key)
        return value


def _kind(node_id: str) -> Kind | None:
    """Return the kind of a node, None for an unknown one, if its id has the one spelling."""
    scheme, _, value = node_id.partition(":")
    normal = mint(scheme, value)
    if normal != node_id:
        raise ValueError(f"the id '{node_id}' is spelled '{normal}'")
    return None if is_unknown(node_id) else _KINDS[scheme]


def _spelled(at_least: str) -> bool:
    """Return true if an `at_least` has the one spelling."""
    if parse_at_least(at_least) != at_least:
        raise ValueError(f"at_least '{at_least}' is spelled '{parse_at_least(at_least)}'")
    return True


def _day(date: str | None) -> str:
    """Return an ISO 8601 date; an open one comes before all others."""
    if date is None:
        return ""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date, re.ASCII):
        raise ValueError(f"'{date}' is not an ISO 8601 date")
    return dt.date.fromisoformat(date).isoformat()


def _check_between(value: float | None, high: float, name: str) -> None:
    # NaN compares false with all.
    if value is not None and not 0 <= value <= high:
        raise ValueError(f"the {name} {value} lies outside [0, {high:g}]")


def _all_between(values: Sequence[float | None], high: float) -> bool:
    """Return whether all numbers lie in [0, high]; NaN lies nowhere."""
    return all(value is None or 0 <= value <= high for value in set(values))


def _check_value(name: str, value: object, rule: Attribute) -> None:
    match rule.type:
        case AttributeType.TEXT:
            good = isinstance(value, str) and bool(value) and (not rule.words or value in rule.words)
        case AttributeType.LIST:
            good = isinstance(value, tuple) and all(isinstance(item, str) and item for item in value)
        case AttributeType.NUMBER | AttributeType.WHOLE:
            number = _number(value, whole=rule.type is AttributeType.WHOLE)
            good = rule.low <= number <= rule.high
    if not good:
        raise ValueError(f"{name} is {value!r}, not a {rule.type} as the model has it")


def _number(value: object, *, whole: bool) -> float:
    """Return a value that is a finite number, NaN for any other."""
    # Whole numbers have no end in Python; NaN compares false with all.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        return nan
    return nan if whole and value != int(value) else value
