"""What was read is remembered, within bounds, and what is wrong is not."""

from __future__ import annotations

import pytest

from importers.register.memory import Memory


def test_each_text_is_read_once_until_there_are_too_many() -> None:
    asked: list[str] = []

    def read(written: str) -> str:
        asked.append(written)
        return written.upper()

    meanings = Memory(read, most=2)
    assert [meanings[text] for text in ("a", "b", "a", "b", "c", "a")] == ["A", "B", "A", "B", "C", "A"]
    assert asked == ["a", "b", "c", "a"]
    assert len(meanings) == 2


def test_what_is_wrong_is_told_each_time() -> None:
    meanings = Memory(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            meanings["x"]
    assert not meanings


@pytest.mark.parametrize("texts", [("1",), ("1", "1", "1"), ("1", "2", "1")])
def test_a_column_means_what_its_texts_mean(texts: tuple[str, ...]) -> None:
    assert Memory(int).column(texts) == [int(text) for text in texts]
