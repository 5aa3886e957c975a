"""The files of the measurement: what they hold, what is odd, what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.model import Level
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers.municipal_mail import SOURCE
from importers.municipal_mail.answers import no_answers
from importers.municipal_mail.measurements import Lookup, read_measurements, stated_date

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


def test_all_municipalities_of_the_three_countries_are_there(measured: Measurements, folder: Path) -> None:
    found = measured.municipalities
    assert Counter(municipality.country for municipality in found) == {"NL": 342, "BE": 565, "LU": 100}
    assert len({municipality.code for municipality in found}) == 1_007
    people = Counter[str]()
    for municipality in found:
        people[municipality.country] += municipality.population or 0
    assert people == {"NL": 17_403_142, "BE": 11_234_882, "LU": 673_998}
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
        ({"population": "many"}, "population", "is a text: a whole number is wanted; taken as not stated"),
        ({"population": -1}, "population", "-1 is no number of people; taken as not stated"),
        ({"mx": "mx.ede.nl"}, "mx", "is a text: a list is wanted; taken as not stated"),
        ({"mx": [1]}, "mx/0", "is a whole number: a text is wanted; taken as not stated"),
        ({"mx": ["", "mx.ede.nl"]}, "mx", "a null MX stands beside others, which it must not (RFC 7505); taken as "),
        ({"mx": ["192.0.2.1"]}, "mx", "'192.0.2.1' is no host name; taken as not stated"),
        ({"domain": "see our site"}, "domain", "'see our site' is no domain; taken as not stated"),
        ({"country": "Nederland"}, "country", "is not an ISO 3166-1 alpha-2 code"),
        ({"dkim": {"selector1": 3}}, "dkim/selector1", "is a whole number: a text is wanted; taken as not stated"),
        ({"dkim": {"s": "a.example\\032"}}, "dkim/s", "is no host name; taken as not stated"),
        ({"autodiscover": []}, "autodiscover", "is a list: an object is wanted; taken as not stated"),
        ({"autodiscover": {"mx": "a.nl"}}, "autodiscover/mx", "the key is not known and not read"),
        ({"colour": "red"}, "colour", "the key is not known and not read"),
    ],
)
def test_what_is_odd_in_one_record_is_one_warning_with_its_place(
    tmp_path: Path, change: dict[str, Any], record: str, message: str
) -> None:
    found = read(write(tmp_path, summary_nl=[EDE | change, EDE | {"bfs": "NL-0200", "domain": "apeldoorn.nl"}]))
    (finding,) = found.findings
    assert (finding.level, finding.record) == (Level.WARNING, f"summary_nl.json#/0/{record}")
    assert message in finding.message
    assert [municipality.code for municipality in found.municipalities] == ["NL-0228", "NL-0200"]


@pytest.mark.parametrize(
    ("bad", "record", "message"),
    [
        (EDE | {"bfs": None}, "summary_nl.json#/1/bfs", "is null: a text is wanted"),
        ({"name": "Ede"}, "summary_nl.json#/1", "the key is missing"),
        (7, "summary_nl.json#/1", "is a whole number: an object is wanted"),
        (EDE | {"bfs": "NL-0200"}, "summary_nl.json#/1", "'NL-0200' is the code of summary_nl.json#/0 already"),
    ],
)
def test_a_bad_record_is_one_error_and_does_not_hide_the_others(
    tmp_path: Path, bad: object, record: str, message: str
) -> None:
    found = read(write(tmp_path, summary_nl=[EDE | {"bfs": "NL-0200"}, bad]))
    (finding,) = found.findings
    assert (finding.level, finding.record) == (Level.ERROR, record)
    assert message in finding.message
    assert [municipality.code for municipality in found.municipalities] == ["NL-0200"]


def test_each_bad_record_is_skipped_and_counted_by_itself(tmp_path: Path) -> None:
    write(tmp_path, summary_nl=[EDE, EDE | {"bfs": ""}, 7, {"name": "Elders"}])
    store = SqliteStore(":memory:")
    answer = import_source(store, SOURCE, Given((tmp_path,)), today="2026-01-01", skip_bad=True, allow_implausible=True)
    assert answer.skipped == 3
    store.close()


def test_what_is_no_lookup_among_lookups_is_an_unknown_key(tmp_path: Path) -> None:
    cache = {"ede.nl": {"spf_resolved": "v=spf1 -all", "ts": 10**15}, "version": 2}
    found = read(write(tmp_path, summary_nl=[EDE], dns_cache_nl=cache))
    assert [(finding.code, finding.record) for finding in found.findings] == [
        ("unknown-key", "dns_cache_nl.json#/version"),
        ("not-read", "dns_cache_nl.json#/ede.nl/ts"),
    ]
    assert found.lookups["ede.nl"] == Lookup("v=spf1 -all", (), None, "dns_cache_nl.json#/ede.nl")
    assert stated_date(Given((tmp_path,))) is None


def test_a_new_key_is_one_warning_for_all_countries_unless_it_is_ignored(tmp_path: Path) -> None:
    rows = [EDE | {"colour": "red"}, EDE | {"bfs": "NL-0200", "colour": "blue"}]
    write(tmp_path, summary_nl=rows, summary_lu=[EDE | {"bfs": "LU-0101", "country": "LU", "colour": ""}])
    (finding,) = read(tmp_path).findings
    assert finding.message.endswith("(3 times, here first)")
    assert read_measurements(Given((tmp_path,), frozenset({"colour"}))).findings == ()


def test_without_a_summary_list_and_cache_say_as_much(tmp_path: Path) -> None:
    rows = [
        {"id": "LU-0101", "name": "Dippach", "country": "LU", "region": "Capellen", "domain": "dippach.lu"},
        {"id": "LU-0102", "name": "Garnich", "country": "LU", "region": "Capellen", "domain": "www.garnich.lu"},
    ]
    answers = {"mx": ["MX.dippach.lu."], "spf": "v=spf1 mx -all", "dkim": {"s": "k.example"}, "autodiscover": {}}
    write(tmp_path, municipalities_lu=rows, dns_cache_lu={"dippach.lu": answers | {"ts": 1_777_359_044}})
    dippach, garnich = read(tmp_path).municipalities
    assert (dippach.code, dippach.region, dippach.population) == ("LU-0101", "Capellen", None)
    record = "dns_cache_lu.json#/dippach.lu"
    assert dippach.answers == no_answers(record)._replace(
        mx=("mx.dippach.lu",), spf="v=spf1 mx -all", dkim=("k.example",)
    )
    assert garnich.answers == no_answers("municipalities_lu.json#/1")
    assert [finding.code for finding in read(tmp_path).findings] == ["no-lookup"]


def test_files_are_found_by_their_published_names(tmp_path: Path) -> None:
    data = tmp_path / "repository" / "data"
    for folder in ("summary", "dns_cache"):
        (data / folder).mkdir(parents=True)
    write(data / "summary", nl=[EDE], de_09=[EDE | {"bfs": "DE-09161", "country": "DE"}])
    write(data / "dns_cache", nl={"ede.nl": {"spf_resolved": "", "ts": 1_777_358_932}})
    write(data, municipalities_nl=[{"id": "NL-0228", "name": "Ede", "domain": "www.ede.nl"}], something_else={})
    for paths in ((data,), (data.parent,), (data / "summary/nl.json", data / "summary/de_09.json")):
        found = read_measurements(Given(paths))
        records = {municipality.record for municipality in found.municipalities}
        assert records == {"summary/nl.json#/0", "summary/de_09.json#/0"}
    found = read(data)
    assert found.lookups["ede.nl"].record == "dns_cache/nl.json#/ede.nl"
    assert {finding.record for finding in found.findings} == {"municipalities_nl.json#/0"}


def test_two_measurements_of_one_country_are_not_taken_for_one(tmp_path: Path) -> None:
    folders = [tmp_path / "march", tmp_path / "april"]
    for folder in folders:
        folder.mkdir()
        write(folder, summary_nl=[EDE])
    with pytest.raises(UsageError, match="are both summary of nl: import one measurement at a time"):
        read_measurements(Given(tuple(folders)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("summary_nl.json", "{}", "is an object: a list is wanted"),
        ("summary_nl.json", '[{"domain": "ede.nl"', "the file seems cut off"),
        ("summary_nl.json", "", "summary_nl.json: is empty: no data in it"),
        ("summary_nl.json", "[]", "summary_nl.json: is empty: no data in it"),
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
