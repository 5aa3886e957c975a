"""How a figure of an answer is called, so that `explain` can lead from it to its facts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.analytics.basis.units import By
from depgraph.analytics.basis.weights import Weight
from depgraph.analytics.measures.markets import MarketBy
from depgraph.analytics.measures.support import ENDS, FIGURES
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from depgraph.usecases.scenario import Scenario

SPOF, CONCENTRATION, BLAST, GAPS, OUTAGE, PAIRS, CUTSETS, COUNTS, SIMULATE, SCENARIO, CHECK = (
    "spof",
    "concentration",
    "blast",
    "gaps",
    "outage",
    "pairs",
    "cutsets",
    "counts",
    "simulate",
    "scenario",
    "check",
)

CHANGED: Final = "what-if/"
"""Before a reference: the figure after a change, which a scenario beside it says."""

FAILS: Final = "fails"
STOPS: Final = "/stops/"
"""What stands between what fails first and the node that fails with it."""
ASKS, FOR, AND, IN = "/asks/", "/for/", "/and/", "/in/"
FOREVER: Final = "forever"
ALL_TIERS: Final = "all"
ASSUMED: Final = "assumed"
"""An outage with what reports assume of fallbacks that nobody declared."""
PROBABILITY, AT_LEAST = "probability", "at_least"
"""That one function fails at random, and that so many functions do."""
IN_TAIL: Final = "in_tail"
"""In what part of the worst trials a cause struck."""

OF_UNIT: Final = FIGURES
"""What the failure of a unit, or of all that fails in a scenario, stops; at both ends."""
OF_ALL: Final = tuple(
    f"{figure}_{end}" for figure in ("highest_score", "stops_function", "stops_requirement") for end in ENDS
)
"""Measures of all single points of failure together."""
WITHIN: Final = (24, 168, 720)
"""One day, one week, one month of 30 days, in hours: by when it is told how many functions an outage has stopped."""

STOPPED: Final = ("functions", "organisations")
"""Of what it is told how many an outage has stopped by then, and in all."""

SIMULATED: Final = ("functions", "organisations", "people", "score", "fails")
"""What random failures are counted by."""
STATISTICS: Final = ("mean", "q50", "q95", "q99", "tail95", "tail99")

OF_NODES: Final = tuple(f"{figure}_{end}" for figure in ("down_from", "hours_down") for end in ENDS)
"""Measures of one node in an outage."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    SPOF: (*(f"{figure}_{end}" for figure in OF_UNIT for end in ENDS), "reach", *OF_ALL),
    CONCENTRATION: tuple(f"{figure}_{end}" for figure in (SHARE, *INDICES) for end in ENDS),
    BLAST: tuple(f"{FAILS}_{end}" for end in ENDS),
    GAPS: ("width", *(f"width_at_{end}" for end in ENDS)),
    OUTAGE: (
        *(f"{figure}_{end}" for figure in ("people_hours", "functions", "organisations") for end in ENDS),
        *OF_NODES,
    ),
    PAIRS: tuple(f"{figure}_at_{end}" for figure in ("functions", "score") for end in ENDS),
    CUTSETS: tuple(f"of_{order}_at_{end}" for order in (1, 2) for end in ENDS),
    COUNTS: (
        "nodes",
        "needs",
        "requirements",
        "undeclared_requirements",
        "unknown_providers",
        "suppliers",
        "organisations",
        "functions",
        "people",
    ),
    SIMULATE: (
        *(
            f"{figure}_{end}"
            for figure in (
                *(f"{counted}_{statistic}" for counted in SIMULATED for statistic in STATISTICS),
                PROBABILITY,
                AT_LEAST,
            )
            for end in ENDS
        ),
        IN_TAIL,
    ),
    SCENARIO: tuple(
        f"{figure}_{end}"
        for figure in (
            *OF_UNIT,
            "people_hours",
            *(f"{counted}_within_{hours}_hours" for counted in STOPPED for hours in WITHIN),
            *(f"{counted}_in_all" for counted in STOPPED),
        )
        for end in ENDS
    )
    + OF_NODES,
    CHECK: ("behind_in_all", "behind_unknown", "behind_unsaid", "needed_by", "standing_in_all"),
}
"""The measures of each answer that can be explained."""

_OF_NO_UNITS: Final = frozenset({COUNTS, SIMULATE, SCENARIO, CHECK})

FORMS: Final = (
    "spof/BY/MEASURE/ID, such as spof/party/score_upper/name:X",
    "spof/BY/highest_score_upper",
    "concentration/BY/share_upper/ID",
    "concentration/BY/hhi_upper",
    "concentration:WEIGHT:TIER:MARKET/BY/share_upper/ID/in/NAME, such as concentration:cost/group/hhi_upper",
    "gaps/BY/width/DEPENDENT/asks/QUESTION/REQUIREMENT",
    "outage/BY/people_hours_upper/ID/for/HOURS",
    "outage/BY/hours_down_upper/ID/for/HOURS/stops/NODE",
    "outage:assumed/BY/people_hours_upper/ID/for/HOURS, with the fallbacks that reports assume",
    "pairs/BY/score_at_upper/ID/and/ID",
    "cutsets/BY/of_1_at_upper/FUNCTION",
    "simulate/organisations_mean_upper",
    "simulate/probability_upper/FUNCTION",
    "simulate/at_least_upper/NUMBER",
    "simulate/in_tail/KIND/ID, of a cause of the tail",
    "counts/needs",
    "check/needed_by/ID",
    "scenario/people_hours_upper, of what fails in a scenario beside it",
    "scenario/fails_upper/stops/NODE or scenario/hours_down_upper/stops/NODE, of what fails with it",
    "what-if/ before any of these, such as what-if/concentration/group/hhi_upper, after the change of a scenario",
    "blast/BY/fails_upper/ID/stops/NODE",
)
"""The forms of a reference, as people are told of them."""


class Reference(NamedTuple):
    """A figure of an answer.

    Attributes
    ----------
    answer : str
        A key of `MEASURES`.
    by : By
        Of counts, of random failures, of scenarios and of checks it says nothing.
    measure, unit : str
        `unit` is the id of what fails or holds a share, of the dependent that is asked, of the function that cut sets
        stop, of the supplier that is checked, or the first of a pair; of random failures a function, how many, or a
        cause.
    node : str
        The id of the node that fails with it, or of the second of a pair.
    kind : str
        Of a cause of random failures.
    weight, tier, market_by, market : str
        Of a share or an index; `market` is empty where all is one market.
    hours : float
        How long an outage lasts; 0 where it is none, infinite: for ever.
    question, requirement : str
        What is asked of a dependent.
    assumed : bool
        Whether an outage is one with what reports assume of fallbacks that nobody declared.
    changed : bool
        Whether it is a figure after the change of a scenario.

    """

    answer: str
    by: By
    measure: str
    unit: str
    node: str = ""
    kind: str = ""
    weight: str = Weight.COUNT
    tier: str = "direct"
    market_by: str = MarketBy.NONE
    market: str = ""
    hours: float = 0.0
    question: str = ""
    requirement: str = ""
    assumed: bool = False
    changed: bool = False

    def __str__(self) -> str:
        return f"{CHANGED if self.changed else ''}{self._figure()}"

    def _figure(self) -> str:
        if self.answer in _OF_NO_UNITS:
            about = f"{STOPS}{self.node}" if self.node else ""
            return "/".join(filter(None, (self.answer, self.measure, self.kind, self.unit))) + about
        of_answer = {
            BLAST: f"{STOPS}{self.node}",
            PAIRS: f"{AND}{self.node}",
            GAPS: f"{ASKS}{self.question}/{self.requirement}",
            OUTAGE: f"{FOR}{in_hours(self.hours)}{STOPS if self.node else ''}{self.node}",
            CONCENTRATION: f"{IN}{self.market}" if self.market_by != MarketBy.NONE else "",
        }
        head = shares_of(self.weight, self.tier, self.market_by) if self.answer == CONCENTRATION else self.answer
        head += f":{ASSUMED}" * self.assumed
        return "/".join(filter(None, (head, self.by, self.measure, self.unit))) + of_answer.get(self.answer, "")

    @property
    def place(self) -> tuple[str, int]:
        """Which measure it is, without its end, and which end."""
        measure, _, end = self.measure.rpartition("_")
        return measure, ENDS.index(end)

    @property
    def plain_share(self) -> bool:
        """Whether it is a share or an index by number, of direct supply in the one market of all."""
        kept = Reference(self.answer, self.by, self.measure, self.unit, changed=self.changed)
        return self.answer == CONCENTRATION and self == kept

    @property
    def takes_scenario(self) -> bool:
        """Whether a scenario beside it says what changes, or what fails."""
        return self.changed or self.answer == SCENARIO

    @property
    def of_node(self) -> bool:
        """Whether it is when a node is down, and for how long."""
        return self.measure in OF_NODES


def in_hours(hours: float) -> str:
    """Return how long an outage is, as a reference has it.

    Examples
    --------
    >>> in_hours(504.0), in_hours(math.inf)
    ('504', 'forever')

    """
    return FOREVER if math.isinf(hours) else f"{hours:.15g}"


def shares_of(weight: str, tier: str, market_by: str) -> str:
    """Return how an answer about shares is called: its name, and what is not as it is when nobody asks.

    Examples
    --------
    >>> shares_of("count", "direct", "none"), shares_of("cost", "all", "sector")
    ('concentration', 'concentration:cost:all:sector')

    """
    words = (weight, tier, market_by)
    usual = (Weight.COUNT, "direct", MarketBy.NONE)
    return ":".join((CONCENTRATION, *(word for word, plain in zip(words, usual, strict=True) if word != plain)))


def pattern(answer: str, by: str, unit: str = "{id}", about: str = "") -> str:
    """Return how the figures of an answer are called, with columns of its rows in braces to be put in.

    Examples
    --------
    >>> pattern("spof", "party"), pattern("blast", "party", "name:X", STOPS + "{id}")
    ('spof/party/{column}/{id}', 'blast/party/{column}/name:X/stops/{id}')

    """
    return f"{answer}/{by}/{{column}}/{unit}{about}"


def pattern_in(scenario: Scenario) -> str:
    """Return how what a scenario does to a node is called, as `pattern`; after its change, if it makes one."""
    return f"{CHANGED if scenario.alters else ''}{SCENARIO}/{{column}}{STOPS}{{id}}"


def read_reference(written: str) -> Reference:
    """Return the figure that a reference names.

    Raises
    ------
    UsageError
        If it names none.

    Examples
    --------
    >>> read_reference("spof/party/score_upper/name:A/B")[:4]
    ('spof', <By.PARTY: 'party'>, 'score_upper', 'name:A/B')
    >>> read_reference("concentration/group/hhi_upper").place
    ('hhi', 1)
    >>> read_reference("blast/party/fails_lower/name:A/B/stops/function:f").node
    'function:f'
    >>> read_reference("outage/group/hours_down_upper/name:A/for/24/stops/function:f")[3:5]
    ('name:A', 'function:f')
    >>> str(read_reference("what-if/check/needed_by/name:A/B"))
    'what-if/check/needed_by/name:A/B'
    >>> read_reference("scenario/hours_down_upper/stops/name:A/B").node
    'name:A/B'

    """
    figure = written.removeprefix(CHANGED)
    head, by, measure, rest = (*figure.split("/", 3), "", "", "", "")[:4]
    answer, *words = head.split(":")
    if answer in _OF_NO_UNITS:
        by, measure, rest = By.PARTY, by, "/".join(filter(None, (measure, rest)))
    if answer not in MEASURES or (words and answer not in {CONCENTRATION, OUTAGE}):
        raise _unreadable(written)
    asked = Reference(answer, By.PARTY, measure, "")
    reference = _READ[answer](asked, rest, words)
    if reference is None:
        raise _unreadable(written)
    units_of = tuple(each for each in By if answer != CONCENTRATION or each is not By.SERVICE)
    if by not in units_of:
        raise UsageError(f"'{written}' names no figure: '{by}' is not one of {', '.join(units_of)}")
    if measure not in MEASURES[answer]:
        raise UsageError(f"'{written}' names no figure: '{measure}' is not one of {', '.join(MEASURES[answer])}")
    return reference._replace(by=By(by), changed=figure != written)


def _unreadable(written: str) -> UsageError:
    return UsageError(f"'{written}' names no figure: write it as {', as '.join(FORMS[:-1])} or as {FORMS[-1]}")


def _read_unit(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    return asked._replace(unit=rest) if bool(rest) != (asked.measure in OF_ALL) else None


def _read_count(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    return asked if asked.measure and not rest else None


def _read_scenario(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    if not rest:
        return asked if asked.measure and not asked.of_node else None
    nothing, stops, node = f"/{rest}".partition(STOPS)
    of_node = asked.of_node or asked.measure in MEASURES[BLAST]
    return asked._replace(node=node) if of_node and stops and node and not nothing else None


def _read_failure(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    unit, _, node = rest.rpartition(STOPS)
    return asked._replace(unit=unit, node=node) if unit and node else None


def _read_chance(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    if asked.measure == IN_TAIL:
        kind, _, unit = rest.partition("/")
        return asked._replace(kind=kind, unit=unit) if kind and unit else None
    figure = asked.measure.rpartition("_")[0]
    fits = rest.isdecimal() if figure == AT_LEAST else bool(rest) == (figure == PROBABILITY)
    return asked._replace(unit=rest) if fits else None


def _read_pair(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    unit, _, node = rest.rpartition(AND)
    return asked._replace(unit=unit, node=node) if unit and node else None


def _read_question(asked: Reference, rest: str, _words: list[str]) -> Reference | None:
    unit, _, about = rest.rpartition(ASKS)
    question, slash, requirement = about.partition("/")
    told = asked._replace(unit=unit, question=question, requirement=requirement)
    return told if unit and question and slash else None


def _read_outage(asked: Reference, rest: str, words: list[str]) -> Reference | None:
    if words not in ([], [ASSUMED]):
        return None
    node = ""
    if asked.of_node:
        rest, _, node = rest.rpartition(STOPS)
    unit, _, lasts = rest.rpartition(FOR)
    try:
        hours = math.inf if lasts == FOREVER else float(lasts)
    except ValueError:
        return None
    told = asked._replace(unit=unit, node=node, hours=hours, assumed=bool(words))
    return told if unit and hours > 0 and bool(node) == asked.of_node else None


def _read_share(asked: Reference, rest: str, words: list[str]) -> Reference | None:
    markets = [each.value for each in MarketBy if each is not MarketBy.NONE]
    told = asked
    for word in words:
        if word in tuple(Weight):
            told = told._replace(weight=word)
        elif word == ALL_TIERS:
            told = told._replace(tier=word)
        elif word in markets:
            told = told._replace(market_by=word)
        else:
            return None
    unit, market = rest, ""
    if told.market_by != MarketBy.NONE:
        unit, joint, market = f"/{rest}".rpartition(IN)
        if not joint:
            return None
    indexed = asked.measure in MEASURES[CONCENTRATION] and asked.measure.rpartition("_")[0] in INDICES
    unit = unit.removeprefix("/") if told.market_by != MarketBy.NONE else unit
    return told._replace(unit=unit, market=market) if bool(unit) != indexed else None


_READ: Final[Mapping[str, Callable[[Reference, str, list[str]], Reference | None]]] = {
    SPOF: _read_unit,
    CONCENTRATION: _read_share,
    BLAST: _read_failure,
    GAPS: _read_question,
    OUTAGE: _read_outage,
    PAIRS: _read_pair,
    CUTSETS: _read_unit,
    COUNTS: _read_count,
    SIMULATE: _read_chance,
    SCENARIO: _read_scenario,
    CHECK: _read_unit,
}
