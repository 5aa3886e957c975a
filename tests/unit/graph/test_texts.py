"""Texts at rest are read as NumPy's columns of texts are."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from depgraph.graph.columns import strings
from depgraph.graph.texts import TextMap, Texts, at_rest

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = ("", "a", "é", "zero\0within", "𝄞 clef", "longer than fifteen bytes", "Ω")


def column(kind: str) -> list[str]:
    random = Random(7)
    if kind == "few":
        return [random.choice(WORDS) for _ in range(300)]
    if kind == "plain":
        return [f"id:{at}" for at in range(300)]
    return [f"{random.choice(WORDS)}{at}" for at in range(300)]


@pytest.fixture(params=["few", "plain", "all different"])
def texts(request: pytest.FixtureRequest) -> list[str]:
    return column(request.param)


KEYS: Sequence[object] = (
    0,
    -1,
    np.int32(7),
    np.uint8(7),
    slice(None),
    slice(3, 9),
    slice(None, None, -1),
    slice(5, 5),
    [],
    [1, 2, -3],
    np.array([0, 299, 0]),
    np.array([], dtype=np.int64),
    np.array([[1, 2], [3, 4]]),
    np.arange(300) % 3 == 0,
    np.zeros(300, dtype=np.bool_),
)


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("looked_at", [False, True])
def test_a_row_or_rows_are_those_of_the_column(texts: list[str], key: object, *, looked_at: bool) -> None:
    rest, plain = at_rest(texts), strings(texts)
    if looked_at:
        rest.copy()
    found, right = rest[key], plain[key]
    assert type(found) is type(right)
    if isinstance(found, str):
        assert found == right
    else:
        assert found.dtype == right.dtype
        assert found.shape == right.shape
        assert found.tolist() == right.tolist()


@pytest.mark.parametrize("key", [300, -301, [300], np.array([-301])], ids=str)
def test_a_row_that_is_not_there_is_an_error(texts: list[str], key: object) -> None:
    with pytest.raises(IndexError):
        at_rest(texts)[key]


@pytest.mark.parametrize("other", [*WORDS, "id:7", "not there", "zzz"])
def test_comparing_gives_a_column_of_truth(texts: list[str], other: str) -> None:
    rest, plain = at_rest(texts), strings(texts)
    assert (rest == other).tolist() == (plain == other).tolist()
    assert (rest != other).tolist() == (plain != other).tolist()


def test_columns_are_compared_row_by_row(texts: list[str]) -> None:
    rest, plain = at_rest(texts), strings(texts)
    assert (rest == plain).all()
    assert (plain == rest).all()
    assert (rest == at_rest(texts)).all()
    assert (rest[:3] != plain[1:4]).tolist() == (plain[:3] != plain[1:4]).tolist()


def test_numpy_takes_it_as_a_column_of_texts(texts: list[str]) -> None:
    rest, plain = at_rest(texts), strings(texts)
    assert np.unique(rest).tolist() == np.unique(plain).tolist()
    assert np.concatenate((rest, plain)).tolist() == texts * 2
    assert rest.astype(object).tolist() == texts
    assert np.asarray(rest).dtype == plain.dtype
    assert np.isin(rest[:9], ["a", "id:3"]).tolist() == np.isin(plain[:9], strings(["a", "id:3"])).tolist()
    assert (list(rest), rest.tolist(), len(rest), rest.size) == (texts, texts, 300, 300)


def test_a_copy_may_be_changed_and_the_column_may_not(texts: list[str]) -> None:
    rest = at_rest(texts)
    copy = rest.copy()
    copy[0] = "changed"
    assert rest[0] == texts[0]
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(rest)[0] = "changed"


def test_few_different_texts_take_one_byte_a_row() -> None:
    _, offsets, codes = at_rest(column("few")).parts
    assert codes is not None
    assert codes.dtype == np.uint8
    assert len(offsets) == len(set(column("few"))) + 1


def test_no_texts_are_a_column_too() -> None:
    rest = at_rest([])
    assert rest.tolist() == []
    assert (rest == "").tolist() == []
    assert rest[:].tolist() == []


def test_it_has_no_hash_as_arrays_have_none() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(at_rest(["a"]))


def test_a_table_of_texts_is_read_as_a_dict_is() -> None:
    known = {word: word.upper() for word in sorted(WORDS)}
    table = TextMap(at_rest(list(known)), at_rest(list(known.values())))
    assert dict(table) == known
    assert table == known
    assert dict(table.items()) == known
    assert [table.get(word) for word in (*WORDS, "", "b", "zzzz")] == [
        known.get(word) for word in (*WORDS, "", "b", "zzzz")
    ]
    assert "b" not in table
    with pytest.raises(KeyError):
        table["b"]
    assert not TextMap(at_rest([]), at_rest([]))


def test_what_it_is_made_of_makes_it_again(texts: list[str]) -> None:
    assert Texts(*at_rest(texts).parts).tolist() == texts
