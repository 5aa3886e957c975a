"""How a figure of an answer is called, so that `explain` can lead from it to its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.analytics.basis.units import By
from depgraph.analytics.measures.support import ENDS, FIGURES
from depgraph.analytics.measures.turned_shares import INDICES, SHARE
from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SPOF, CONCENTRATION, BLAST = "spof", "concentration", "blast"

FAILS: Final = "fails"
STOPS: Final = "/stops/"
"""What stands between what fails first and the node that fails with it."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    SPOF: tuple(f"{figure}_{end}" for figure in FIGURES for end in ENDS),
    CONCENTRATION: tuple(f"{figure}_{end}" for figure in (SHARE, *INDICES) for end in ENDS),
    BLAST: tuple(f"{FAILS}_{end}" for end in ENDS),
}
"""The measures of each answer that can be explained."""

FORMS: Final = (
    "spof/BY/MEASURE/ID, such as spof/party/score_upper/name:X",
    "concentration/BY/share_upper/ID",
    "concentration/BY/hhi_upper",
    "blast/BY/fails_upper/ID/stops/NODE",
)
"""The forms of a reference, as people are told of them."""


class Reference(NamedTuple):
    """A figure of an answer.

    Of single points of failure, of the concentration of direct supply in one market, or whether a node fails with
    a unit: then `node` is its id.
    """

    answer: str
    by: By
    measure: str
    unit: str
    node: str = ""

    def __str__(self) -> str:
        stops = f"{STOPS}{self.node}" if self.node else ""
        return "/".join(filter(None, (self.answer, self.by, self.measure, self.unit))) + stops

    @property
    def place(self) -> tuple[str, int]:
        """Which measure it is, without its end, and which end."""
        measure, _, end = self.measure.rpartition("_")
        return measure, ENDS.index(end)


def pattern(answer: str, by: str, unit: str = "{id}", node: str = "") -> str:
    """Return how the figures of an answer are called, with its columns and ids to be put in.

    Examples
    --------
    >>> pattern("spof", "party"), pattern("blast", "party", "name:X", "{id}")
    ('spof/party/{column}/{id}', 'blast/party/{column}/name:X/stops/{id}')

    """
    return f"{answer}/{by}/{{column}}/{unit}{STOPS if node else ''}{node}"


def read_reference(written: str) -> Reference:
    """Return the figure that a reference names.

    Raises
    ------
    UsageError
        If it names none.

    Examples
    --------
    >>> read_reference("spof/party/score_upper/name:A/B")
    Reference(answer='spof', by=<By.PARTY: 'party'>, measure='score_upper', unit='name:A/B', node='')
    >>> read_reference("concentration/group/hhi_upper").place
    ('hhi', 1)
    >>> read_reference("blast/party/fails_lower/name:A/B/stops/function:f").node
    'function:f'

    """
    answer, by, measure, unit = (*written.split("/", 3), "", "", "", "")[:4]
    node = ""
    if answer == BLAST:
        unit, _, node = unit.rpartition(STOPS)
    indexed = measure in MEASURES[CONCENTRATION] and measure.rpartition("_")[0] in INDICES
    if answer not in MEASURES or bool(unit) == indexed or bool(node) != (answer == BLAST):
        raise UsageError(f"'{written}' names no figure: write it as {', as '.join(FORMS[:-1])} or as {FORMS[-1]}")
    units_of = tuple(each for each in By if answer != CONCENTRATION or each is not By.SERVICE)
    if by not in units_of:
        raise UsageError(f"'{written}' names no figure: '{by}' is not one of {', '.join(units_of)}")
    if measure not in MEASURES[answer]:
        raise UsageError(f"'{written}' names no figure: '{measure}' is not one of {', '.join(MEASURES[answer])}")
    return Reference(answer, By(by), measure, unit, node)
