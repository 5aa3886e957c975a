"""What stands for a file on a command line: the file itself where there is one, whatever its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.main import main
from cli.written import is_written_out

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_whose_name_begins_as_json_does_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "needs.csv").write_text("dependent,provider\nTown,Cloud\n", encoding="utf-8")
    (tmp_path / "[draft] names.csv").write_text("name\nCloud\n", encoding="utf-8")
    found = []
    for asked in (["import", "register", "needs.csv"], ["match", "[draft] names.csv", "--json"]):
        with pytest.raises(SystemExit) as ended:
            main([*asked, "--store", "s.sqlite"])
        assert ended.value.code == 0, capsys.readouterr().err
        found.append(capsys.readouterr().out)
    assert [row["match_id"] for row in json.loads(found[1])["rows"]] == ["name:Cloud"]


@pytest.mark.parametrize("given", ['["Cloud"]', '{"name": "\\u0000"}', "[" * 10_000, '["\0"]'])
def test_what_is_no_file_and_begins_as_json_does_is_json(given: str) -> None:
    assert is_written_out(given)
