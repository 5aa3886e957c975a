"""The score: how likely two compared names are of one party, by coefficients that come with the package.

They are in `coefficients.json` beside this module, made by ``python -m depgraph.resolution.training`` from
`name_pairs.csv`: a logistic regression for each `Case`.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.resolution.comparison import PLACE
from depgraph.resolution.features import TELLING, Case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from depgraph.resolution.comparison import Comparison

FILE: Final = "coefficients.json"


class Model(NamedTuple):
    """What the score is made of.

    Attributes
    ----------
    threshold : float
        The suggested one: from it on, 99 of 100 of the training pairs are of one party, each judged by a model that
        has not seen it.
    intercepts : mapping of Case to float
    coefficients : mapping of Case to tuple of (int, float)
        Of each feature that tells something in the case: where it stands in `Comparison.values`, and its coefficient.

    """

    threshold: float
    intercepts: Mapping[Case, float]
    coefficients: Mapping[Case, tuple[tuple[int, float], ...]]

    def score(self, comparison: Comparison) -> float:
        """Return how likely two names are of one party, in (0, 1), to six digits."""
        values = comparison.values
        sure = self.intercepts[comparison.case] + sum(
            coefficient * values[place] for place, coefficient in self.coefficients[comparison.case]
        )
        return round(1 / (1 + math.exp(-sure)), 6)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the model that comes with the package."""
    return read_model(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def read_model(written: str) -> Model:
    """Return the model that a JSON text holds."""
    said = json.loads(written)
    cases = {Case(name): case for name, case in said["cases"].items()}
    return Model(
        said["threshold"],
        {case: told["intercept"] for case, told in cases.items()},
        {
            case: tuple((PLACE[feature], told["coefficients"][feature]) for feature in TELLING[case])
            for case, told in cases.items()
        },
    )
