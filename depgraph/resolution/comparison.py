"""Two names compared: of the wordings of both those that are nearest, and their features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.resolution.features import FEATURES, Case, Match, case_of, features, matched, of_place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from depgraph.resolution.wording import Wording

PLACE: Final = {name: place for place, name in enumerate(FEATURES)}
"""Where each feature stands in `Comparison.values`."""

_NEARNESS: Final = {Case.SAME: 4.0, Case.ACRONYM: 2.0, Case.DOMAIN: 1.0, Case.LACKING: 1.0}
_NEAR: Final = tuple(
    PLACE[name] for name in ("whole", "overlap", "letters", "label_same", "label_begins", "label_initials")
)


class Comparison(NamedTuple):
    """Two wordings, how they differ, which of their words go together, and the values of their features."""

    first: Wording
    second: Wording
    case: Case
    match: Match
    values: tuple[float, ...]

    def value(self, feature: str) -> float:
        """Return the value of one feature."""
        return self.values[PLACE[feature]]


def nearest(
    first: Sequence[Wording],
    second: Sequence[Wording],
    countries: tuple[str, str] = ("", ""),
    *,
    worth: Callable[[Wording, Wording, Case, Match], bool] | None = None,
) -> Comparison | None:
    """Return the comparison of the nearest wordings of two parties; of equally near ones the first; None of none.

    Parameters
    ----------
    first, second : sequence of Wording
    countries : (str, str)
        Where each is known to be; empty is unknown.
    worth : callable, optional
        Asked of two parties that have one wording each, before the features are worked out, which takes longest:
        where it says no there is no comparison.

    """
    best: Comparison | None = None
    single = len(first) == len(second) == 1
    most = -1.0
    for mine in first:
        for theirs in second:
            one = of_place(mine, theirs.joined) if theirs.domain else mine
            other = of_place(theirs, mine.joined) if mine.domain else theirs
            match = matched(
                one.words,
                other.words,
                exactly=one.domain or other.domain,
                transcribed=one.transcribed != other.transcribed,
            )
            case = case_of(one, other, match)
            if single and worth and not worth(one, other, case, match):
                return None
            values = features(one, other, match, countries)
            near = _NEARNESS.get(case, 0.0) + sum(values[place] for place in _NEAR)
            if near > most:
                best, most = Comparison(one, other, case, match, values), near
    return best
