"""The rules of `watch`, as a file says them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.turned_shares import INDICES
from depgraph.errors import InputError
from depgraph.usecases.documents import number, read_document
from depgraph.usecases.questions.figures import OF_UNITS
from depgraph.usecases.scenario.tables import item, only_known, tables, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class RuleKind(StrEnum):
    """What a rule watches."""

    INDEX_ABOVE = "index-above"
    RISEN = "risen"
    NEW_SINGLE_POINT = "new-single-point"
    SOURCE_OLDER = "source-older"
    SUBCONTRACTOR_CHANGED = "subcontractor-changed"


_KEYS: Final[Mapping[RuleKind, Sequence[str]]] = {
    RuleKind.INDEX_ABOVE: ("index", "above", "market", "markets", "unit", "end"),
    RuleKind.RISEN: ("measure", "id", "more_than", "unit", "end"),
    RuleKind.NEW_SINGLE_POINT: ("unit", "end"),
    RuleKind.SOURCE_OLDER: ("source", "part", "days"),
    RuleKind.SUBCONTRACTOR_CHANGED: ("supplier",),
}
_ENDS: Final = ("certain", "possible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what its file says, or what holds where it says nothing.

    Attributes
    ----------
    place : str
        Where it stands in the file.
    measure : str
        An index, or a measure of the unit `id`.
    most : float
        What the index may be, by how much the figure may rise, how many days old the source may be.
    upper : bool
        Whether the upper end is looked at: what is possible, and not what is certain.
    market, markets : str
        Which market, and what divides needs into markets.
    unit : By
        What fails together, or whose shares make the index.
    source, part : str
        Empty: any.

    """

    kind: RuleKind
    name: str
    place: str
    measure: str = ""
    id: str = ""
    most: float = 0.0
    upper: bool = True
    market: str = ""
    markets: MarketBy = MarketBy.NONE
    unit: By = By.PARTY
    source: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one file; `since` is what they compare with, empty if the file does not say."""

    file: str
    rules: tuple[Rule, ...]
    since: str = ""


def read_rules(path: Path) -> Rules:
    """Return the rules in a file.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        Naming file and key, if it is no TOML, has no rule, or a rule has a key, kind or measure that is not known, a
        value that makes no sense, or too little to say what it watches.

    """
    table, file = read_document(path, what="rules"), path.name
    only_known(table, ("since", "rules"), f"{file}: ")
    since = table.get("since", "")
    if isinstance(since, bool) or (not isinstance(since, str | int) and not hasattr(since, "isoformat")):
        raise InputError(f"{file}: since: a date, a revision or a report is wanted")
    rules = tuple(_rule(each, file, f"rules[{at}]") for at, each in enumerate(tables(table, "rules", file)))
    if not rules:
        kinds = ", ".join(RuleKind)
        raise InputError(f"{file}: there is no rule: add [[rules]] with a kind, one of {kinds}")
    return Rules(file, rules, str(since))


def _rule(table: object, file: str, key: str) -> Rule:
    where = f"{file}: {key}"
    if not isinstance(table, dict):
        raise InputError(f"{where}: a table is wanted")
    kind = RuleKind(_one_of(text(table, "kind", f"{where}."), tuple(RuleKind), f"{where}.kind"))
    told = item(table, ("kind", "name", *_KEYS[kind]), where)
    rule = Rule(
        kind=kind,
        name=text(told, "name", f"{where}.") or key,
        place=key,
        upper=_one_of(text(told, "end", f"{where}.") or "possible", _ENDS, f"{where}.end") == "possible",
        unit=By(_one_of(text(told, "unit", f"{where}.") or "party", tuple(By), f"{where}.unit")),
        **_of_kind(kind, told, where),
    )
    if kind is RuleKind.INDEX_ABOVE and rule.unit is By.SERVICE:
        raise InputError(f"{where}.unit: a service is what is needed, not who supplies it: use another one")
    return rule


def _of_kind(kind: RuleKind, told: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return what only a rule of this kind says."""
    match kind:
        case RuleKind.INDEX_ABOVE:
            index = _one_of(text(told, "index", f"{where}.") or "hhi", INDICES, f"{where}.index")
            markets = _one_of(text(told, "markets", f"{where}.") or "none", tuple(MarketBy), f"{where}.markets")
            market = text(told, "market", f"{where}.")
            if market and markets == MarketBy.NONE:
                raise InputError(f'{where}.market: say what divides needs into markets: markets = "service-type"')
            return {
                "measure": index,
                "most": _least(told, "above", where),
                "market": market,
                "markets": MarketBy(markets),
            }
        case RuleKind.RISEN:
            measure = _one_of(text(told, "measure", f"{where}.") or "score", OF_UNITS, f"{where}.measure")
            node_id = text(told, "id", f"{where}.")
            if not node_id:
                raise InputError(f"{where}.id: of which supplier is not said: give its id")
            most = _least(told, "more_than", where) if "more_than" in told else 0.0
            return {"measure": measure, "id": node_id, "most": most}
        case RuleKind.SOURCE_OLDER:
            named = {key: text(told, key, f"{where}.") for key in ("source", "part")}
            return {**named, "most": _least(told, "days", where)}
        case RuleKind.SUBCONTRACTOR_CHANGED:
            return {"id": text(told, "supplier", f"{where}.")}
        case RuleKind.NEW_SINGLE_POINT:
            return {}


def _one_of(written: str, words: Sequence[str], where: str) -> str:
    if written not in words:
        said = f"'{written}' is not known" if written else "is not said"
        raise InputError(f"{where}: {said}: use one of {', '.join(words)}")
    return written


def _least(found: Mapping[str, Any], key: str, where: str) -> float:
    if key not in found:
        raise InputError(f"{where}.{key}: is not said: give a number of at least 0")
    value = number(found[key], f"{where}.{key}")
    if not 0 <= value < math.inf:
        raise InputError(f"{where}.{key}: {value:g} is out of range: a number of at least 0 is wanted")
    return value
