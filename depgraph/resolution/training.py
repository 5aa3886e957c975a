"""Trains the score again: ``python -m depgraph.resolution.training`` writes `coefficients.json`, always the same bytes.

A logistic regression for each case (`depgraph.resolution.features.Case`), by Newton's method, and the threshold from
five folds of the training part that have no entity in common. Coefficients are rounded to six digits.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # scikit-learn brings it

from depgraph.resolution.comparison import PLACE
from depgraph.resolution.features import TELLING, Case
from depgraph.resolution.labelled import TRAIN, labelled_pairs
from depgraph.resolution.model import FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from depgraph.resolution.comparison import Comparison

PRECISION: Final = 0.99
"""Of the pairs of the training part with scores from the threshold on, so many are of one party."""

_FOLDS: Final = 5
_INVERSE_STRENGTH: Final = 10.0
"""Of the regularisation (C in scikit-learn): the one of 1, 3, 10, 30 with the least log loss over the folds."""


def trained() -> str:
    """Return `coefficients.json` as the training pairs make it."""
    # One thread: sums are added in one order, and matrices this small are multiplied faster so.
    with threadpool_limits(1):
        return _trained()


def _trained() -> str:
    pairs = labelled_pairs(TRAIN)
    compared = [pair.compared() for pair in pairs]
    same = np.array([pair.same for pair in pairs])
    unseen = np.empty(len(pairs))
    for train, test in GroupKFold(_FOLDS).split(compared, same, [pair.entity for pair in pairs]):
        models = _fitted([compared[at] for at in train], same[train])
        unseen[test] = _scores(models, [compared[at] for at in test])
    return (
        json.dumps(
            {
                "threshold": _threshold(unseen, same),
                "pairs": {"same": int(same.sum()), "other": int((~same).sum())},
                "cases": {
                    case.value: {
                        "intercept": _rounded(fitted.intercept_[0]),
                        "coefficients": dict(zip(TELLING[case], map(_rounded, fitted.coef_[0]), strict=True)),
                    }
                    for case, fitted in _fitted(compared, same).items()
                },
            },
            indent=1,
        )
        + "\n"
    )


def _fitted(compared: Sequence[Comparison], same: NDArray[np.bool_]) -> dict[Case, LogisticRegression]:
    """Return a regression for each case."""
    found = {}
    for case in Case:
        inside = [at for at, one in enumerate(compared) if one.case == case]
        regression = LogisticRegression(C=_INVERSE_STRENGTH, solver="newton-cholesky", max_iter=1_000, tol=1e-10)
        found[case] = regression.fit(_values(case, [compared[at] for at in inside]), same[inside])
    return found


def _values(case: Case, compared: Sequence[Comparison]) -> NDArray[np.float64]:
    return np.array([[one.values[PLACE[feature]] for feature in TELLING[case]] for one in compared])


def _scores(models: dict[Case, LogisticRegression], compared: Sequence[Comparison]) -> NDArray[np.float64]:
    found = np.empty(len(compared))
    for case, fitted in models.items():
        inside = [at for at, one in enumerate(compared) if one.case == case]
        if inside:
            found[inside] = fitted.predict_proba(_values(case, [compared[at] for at in inside]))[:, 1]
    return found


def _threshold(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return the least score, to three digits, from which on the precision is what it should be."""
    for threshold in np.arange(0.5, 1.0, 0.001):
        if same[scores >= threshold].mean() >= PRECISION:
            return round(float(threshold), 3)
    raise ValueError(f"no threshold gives a precision of {PRECISION} over the folds")


def _rounded(coefficient: float) -> float:
    return round(float(coefficient), 6)


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(trained(), encoding="utf-8")
