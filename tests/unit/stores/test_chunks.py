"""Facts in chunks: equal facts make equal chunks, which give them back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depgraph.errors import InputError
from depgraph.model import Decision, Facts, Finding, Level, Need, NeedsInColumns, Node, Tie
from depgraph.stores.chunks import Packer, batched, need_columns, pack, unpack

TIE = Tie("owned_by", "name:a", "name:g", 0.5, None, "2030-12-31", "t:1")
OF_EACH_SORT = Facts(
    nodes=(Node("name:é", {"people": 2, "identifiers": ("kvk:12345678",)}, "n:1"), Node("name:b\0c", {}, "n:2")),
    needs=(Need("name:a", "name:b", "uses", "", "", "S01", 0.1, None, None, "2030-12-31", 1.0, "m:1"),),
    ties=(TIE,),
    decisions=(Decision("name:a", "name:c", same=True, evidence="seen", record="d:1"),),
    findings=(Finding(Level.NOTE, "caveat", "", "", "mind the gap"),),
)


def test_a_chunk_gives_back_its_facts() -> None:
    for sort, facts in OF_EACH_SORT._asdict().items():
        chunk = pack(sort, facts)
        assert repr(tuple(unpack(sort, chunk.text))) == repr(facts)
        assert chunk.size == len(facts)


def test_needs_that_say_nothing_of_evidence_are_as_in_a_chunk_of_before_there_was_any() -> None:
    need = OF_EACH_SORT.needs[0]
    before = pack("needs", [need[:12]])
    assert pack("needs", [need]) == before
    assert list(unpack("needs", before.text)) == [need]
    told = [need._replace(evidence="tested", evidence_date="2025-05-05"), need, need._replace(evidence="stated")]
    assert list(unpack("needs", pack("needs", told).text)) == told


def test_needs_are_read_one_by_one_or_as_columns_and_never_twice() -> None:
    need = OF_EACH_SORT.needs[0]
    told = [need, need._replace(denied=True), need._replace(record="m:3")]
    texts = [pack("needs", told).text, pack("needs", told[:1]).text]
    needs = NeedsInColumns(map(need_columns, texts))
    assert next(iter(needs)) == told[0]
    assert list(needs) == [*told[1:], told[0]]
    assert not list(needs.blocks)
    for text, facts in zip(texts, NeedsInColumns(map(need_columns, texts)).blocks, strict=True):
        assert list(map(Need._make, zip(*facts, strict=True))) == list(unpack("needs", text))


def test_equal_facts_have_one_name_and_others_another() -> None:
    assert pack("ties", [TIE]).hash == pack("ties", [TIE]).hash
    assert pack("ties", [TIE]).hash != pack("ties", [TIE._replace(share=0.6)]).hash


def test_the_name_of_a_chunk_does_not_change_between_versions() -> None:
    assert pack("ties", [TIE]).hash == "602f55d0e1b224152c9637a782a0449eb95271fb690043d8db4db69d58fc4fda"


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"share": 1.0, "cost_eur": 1},
        {"record": "m:2", "requirement": 'a "b"'},
        {"dependent": "name:é", "provider": "name:b\0c", "confidence": 0.5},
    ],
)
@pytest.mark.parametrize("ends", [0, 1])
def test_columns_are_json_whether_or_not_they_have_one_value(others: dict[str, Any], ends: int) -> None:
    need = OF_EACH_SORT.needs[0]
    needs = [need, need._replace(**others), *[need] * ends]
    columns = [*zip(*needs, strict=True)][:12]
    assert pack("needs", needs).text.decode() == json.dumps(columns, ensure_ascii=False, separators=(",", ":"))


@given(
    st.lists(st.text(max_size=3) | st.sampled_from(['"', "\\", "\x1f", "\x7f", "\n", "é", '","', "\u2028"]), min_size=1)
)
def test_texts_are_json_whatever_is_in_them(texts: list[str]) -> None:
    ties = [TIE._replace(record=text) for text in texts]
    columns = [*zip(*ties, strict=True)]
    assert pack("ties", ties).text.decode() == json.dumps(columns, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("together", [1, 7, 25])
def test_facts_fill_chunks_in_order(together: int) -> None:
    ties = [TIE._replace(record=str(at)) for at in range(25)]
    facts = (Facts(ties=tuple(ties[at : at + together])) for at in range(0, len(ties), together))
    chunks = list(Packer(10).chunks(facts))
    assert [chunk.size for chunk in chunks] == [10, 10, 5]
    assert [tie for chunk in chunks for tie in unpack("ties", chunk.text)] == ties


def test_facts_of_many_records_come_together() -> None:
    assert list(batched([OF_EACH_SORT, Facts(ties=(TIE,))])) == [OF_EACH_SORT._replace(ties=(TIE, TIE))]


def test_half_a_character_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"U\+D800"):
        pack("ties", [TIE._replace(record="\ud800")])


def test_a_decision_that_an_older_depgraph_wrote_lacks_who_and_when() -> None:
    (decision,) = unpack("decisions", b'[["name:a"],["name:b"],[true],["seen"],["d:1"]]')
    assert decision == Decision("name:a", "name:b", same=True, evidence="seen", record="d:1")
    assert (decision.who, decision.reasons, decision.undone) == ("", (), False)
