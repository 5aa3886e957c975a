"""The files of the measurement: what they hold, what is odd, what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import InputError, MissingPathError
from depgraph.model import Level
from depgraph.ports import Given
from importers.municipal_mail.measurements import read_measurements, stated_date

if TYPE_CHECKING:
    from importers.municipal_mail.measurements import Measurements

EDE = {
    "domain": "ede.nl",
    "name": "Ede",
    "country": "NL",
    "bfs": "NL-0228",
    "canton": "Gelderland",
    "population": 120_000,
}


def write(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def read(folder: Path) -> Measurements:
    return read_measurements(Given((folder,)))


def test_all_municipalities_of_both_countries_are_there(measured: Measurements, folder: Path) -> None:
    found = measured.municipalities
    assert Counter(municipality.country for municipality in found) == {"NL": 342, "BE": 565}
    assert len({municipality.code for municipality in found}) == 907
    people = Counter[str]()
    for municipality in found:
        people[municipality.country] += municipality.population or 0
    assert people == {"NL": 17_403_142, "BE": 11_234_882}
    assert sum(municipality.population is None for municipality in found) == 7
    # One name, three municipalities: Mons in Hainaut is called Bergen in Dutch.
    bergen = [municipality.code for municipality in found if municipality.name == "Bergen"]
    assert bergen == ["BE-53053", "NL-0373", "NL-0893"]
    assert stated_date(Given((folder,))) == "2026-05-03"
    assert stated_date(Given((folder / "summary_nl.json", folder / "dns_cache_nl.json"))) == "2026-04-28"


def test_what_is_odd_is_noted(measured: Measurements) -> None:
    assert Counter((finding.level, finding.code) for finding in measured.findings) == {
        (Level.NOTE, "other-domain"): 11,
        (Level.NOTE, "no-lookup"): 3,
        (Level.NOTE, "no-municipality"): 4,
    }


def test_the_summary_alone_is_enough(tmp_path: Path) -> None:
    found = read(write(tmp_path, summary_nl=[EDE]))
    assert [municipality.domain for municipality in found.municipalities] == ["ede.nl"]
    assert found.findings == ()
    assert stated_date(Given((tmp_path,))) is None


def test_keys_of_the_original_files_that_mean_nothing_here_are_ignored_by_name(tmp_path: Path) -> None:
    original = EDE | {
        "provider": "microsoft", "reason": "MX", "mx_countries": ["US"], "has_mx": True, "mx": ["mx.ede.nl"],
        "txt_verifications": {"microsoft": "ms1"}, "tenant": "Managed", "gateway": "mimecast", "isp_name": "Ziggo (NL)",
        "district": "", "osm_relation_id": 1,
    }  # fmt: skip
    lookup = {
        "mx": [], "spf": "", "spf_resolved": "", "mx_cnames": {}, "mx_asns": [1136], "mx_countries": [],
        "autodiscover": {}, "dkim": {}, "txt_verifications": {}, "ts": 1_777_358_932, "tenant": "Managed",
    }  # fmt: skip
    listed = {"id": "NL-0228", "name": "Ede", "country": "NL", "region": "Gelderland", "domain": "ede.nl", "osm_relation_id": 1, "population": 120_000}  # fmt: skip
    found = read(write(tmp_path, summary_nl=[original], dns_cache_nl={"ede.nl": lookup}, municipalities_nl=[listed]))
    assert found.findings == ()
    assert found.lookups["ede.nl"].networks == (1136,)


def test_a_list_that_differs_is_noted(tmp_path: Path) -> None:
    rows = [
        {"id": "NL-0228", "name": "Ede", "region": "Gelderland", "domain": "www.ede.nl", "population": 1},
        {"id": "NL-9999", "name": "Elders", "region": "", "domain": ""},
    ]
    found = read(write(tmp_path, summary_nl=[EDE], municipalities_nl=rows))
    assert [finding.code for finding in found.findings] == ["list-differs", "other-domain", "not-measured"]


@pytest.mark.parametrize(
    ("change", "record", "message"),
    [
        ({"population": "many"}, "summary_nl.json#/0/population", "is a text: a whole number is wanted"),
        ({"mx": "mx.ede.nl"}, "summary_nl.json#/0/mx", "is a text: a list is wanted"),
        ({"mx": [1]}, "summary_nl.json#/0/mx/0", "is a whole number: a text is wanted"),
        ({"country": "Nederland"}, "summary_nl.json#/0/country", "is not an ISO 3166-1 alpha-2 code"),
        ({"bfs": None}, "summary_nl.json#/0/bfs", "is null: a text is wanted"),
        ({"dkim": {"selector1": 3}}, "summary_nl.json#/0/dkim/selector1", "is a whole number: a text is wanted"),
        ({"autodiscover": {"mx": "a.nl"}}, "summary_nl.json#/0/autodiscover/mx", "the key is not known"),
        ({"colour": "red"}, "summary_nl.json#/0/colour", "the key is not known"),
    ],
)
def test_a_bad_record_is_an_error_and_does_not_hide_the_others(
    tmp_path: Path, change: dict[str, Any], record: str, message: str
) -> None:
    found = read(write(tmp_path, summary_nl=[EDE | change, EDE | {"bfs": "NL-0200", "domain": "apeldoorn.nl"}]))
    (finding,) = found.findings
    assert (finding.level, finding.record) == (Level.ERROR, record)
    assert message in finding.message
    assert [municipality.code for municipality in found.municipalities] == ["NL-0200"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("summary_nl.json", "{}", "is an object: a list is wanted"),
        ("summary_nl.json", "[7]", "is a whole number: an object is wanted"),
        ("summary_nl.json", '[{"domain": "ede.nl"', "the file seems cut off"),
        ("summary_nl.json", "", "is empty"),
        ("dns_cache_nl.json", "[]", "is a list: an object is wanted"),
        ("dns_cache_nl.json", '{"ede.nl": "v=spf1"}', "is a text: an object is wanted"),
        ("municipalities_nl.json", "{}", "is an object: a list is wanted"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, name: str, content: str, message: str) -> None:
    write(tmp_path, summary_nl=[EDE])
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert message in str(caught.value)


def test_without_a_summary_nothing_is_read(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"no summary_XX\.json"):
        read(write(tmp_path, dns_cache_nl={}))
    other = tmp_path / "data.json"
    other.write_text("[]", encoding="utf-8")
    with pytest.raises(MissingPathError, match="is no file of the measurement"):
        read_measurements(Given((other,)))
