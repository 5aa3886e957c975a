"""The nearest texts of each text by the letters that they share: TF-IDF of n-grams, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from depgraph.arrays import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_BLOCK: Final = 2_048
"""Texts that are compared with all between two words of progress."""

_ASKED: Final = 64
"""Near texts that are asked for of each at first; more of one of which these are not enough to tell the nearest."""

_DIGITS: Final = 5
"""Cosines are of single precision, added in any order: rounded, equally near ones are ties."""

_COMMON: Final = 1_000
"""Texts in which an n-gram may be, for it to find neighbours."""

_FEW: Final = 4
"""A text of fewer rare n-grams is compared by all that it has."""


class Neighbours(NamedTuple):
    """Pairs of a text asked about and one near it, by the first, then the nearest, then the second."""

    asked: NDArray[np.int64]
    near: NDArray[np.int64]
    cosine: NDArray[np.float64]


def neighbours(
    asked: Sequence[str],
    among: Sequence[str],
    *,
    most: int = 10,
    least: float = 0.3,
    progress: Callable[[int, int], None] | None = None,
) -> Neighbours:
    """Return for each text the nearest ones among others, by the cosine of their TF-IDF.

    Parameters
    ----------
    asked, among : sequence of str
        Normal texts, each once.
    most : int
        Neighbours of each; of equally near ones the first.
    least : float
        The smallest cosine of a neighbour.

    Notes
    -----
    N-grams of 3 characters inside words, their ends included. Those that more than `_COMMON`
    texts have count for nothing, unless a text has few others: this makes the work grow with
    the number of texts, not its square.

    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - it takes a second to load

    if not asked or not among:
        return Neighbours(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True, lowercase=False)
    index = vectorizer.fit_transform(among).astype(np.float32).tocsr()
    counts = np.bincount(index.indices, minlength=index.shape[1])
    matrix = _telling(index if asked is among else vectorizer.transform(asked).astype(np.float32).tocsr(), counts)
    columns = (matrix if asked is among else _telling(index, counts)).T.tocsr()
    parts = []
    for begin in range(0, matrix.shape[0], _BLOCK):
        rows = np.arange(begin, min(begin + _BLOCK, matrix.shape[0]))
        parts.append(_nearest(matrix, columns, rows, most, least))
        if progress is not None:
            progress(begin + len(rows), matrix.shape[0])
    return Neighbours(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _telling(matrix: csr_matrix, counts: NDArray[np.int64]) -> csr_matrix:
    """Return the rows without their common n-grams, each of length 1 again; a row of few others keeps all."""
    from sklearn.preprocessing import normalize  # noqa: PLC0415 - it takes a second to load

    rare = counts[matrix.indices] <= _COMMON
    rows = rows_of(matrix.indptr)
    few = np.bincount(rows[rare], minlength=matrix.shape[0]) < _FEW
    kept = matrix.copy()
    kept.data = np.where(rare | few[rows], kept.data, np.float32(0))
    kept.eliminate_zeros()
    normal: csr_matrix = normalize(kept, copy=False)
    return normal


def _nearest(matrix: csr_matrix, columns: csr_matrix, rows: NDArray[np.int64], most: int, least: float) -> Neighbours:
    """Return the nearest ones of some rows, after so many that it is known which of equally near ones are first."""
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415 - only who compares names needs it

    count = max(_ASKED, 2 * most)
    parts = []
    while len(rows):
        product = sp_matmul_topn(matrix[rows], columns, top_n=count, threshold=least - 10**-_DIGITS, sort=True)
        told = np.diff(product.indptr)
        cosine = np.round(product.data[: product.indptr[-1]].astype(np.float64), _DIGITS)
        others = product.indices[: product.indptr[-1]].astype(np.int64)
        # What was left out is no nearer than the last one told: it may count if that is as near as the last to do so.
        open_ended = (told == count) & (count < columns.shape[1])
        begin, end = (each[open_ended] for each in (product.indptr[:-1], product.indptr[1:]))
        open_ended[open_ended] = cosine[begin + most - 1] == cosine[end - 1]
        near = (cosine >= least) & ~np.repeat(open_ended, told)
        parts.append(_first(np.repeat(rows, told)[near], others[near], cosine[near], most))
        rows, count = rows[open_ended], 16 * count
    at, others, cosine = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _first(at, others, cosine, most)


def _first(rows: NDArray[np.int64], others: NDArray[np.int64], cosine: NDArray[np.float64], most: int) -> Neighbours:
    """Return the nearest ones of each row, of equally near ones the first."""
    order = np.lexsort((others, -cosine, rows))
    rows, others, cosine = rows[order], others[order], cosine[order]
    kept = np.arange(len(rows)) - np.searchsorted(rows, rows) < most
    return Neighbours(rows[kept], others[kept], cosine[kept])
