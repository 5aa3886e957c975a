"""Where a file is to be written: a folder is told to be one, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main

COMMANDS = (
    ("report auditor --as-keeper --out {}", ("there", "there.html", "there.pdf")),
    ("report hub --hub care --pack {}", ("there", "there.zip")),
    ("trace --seed 7 --out {}", ("there", "there.xlsx")),
    ("clearing --organisation Ede --out {}", ("there", "there.xlsx")),
    ("trend --measure hhi --out {}", ("there", "there.svg")),
    ("sample register --force --out {}", ("there.xlsx",)),
    ("map table.csv --force --out {}", ("there", "there.toml")),
    ("audit export --out {}", ("there",)),
    ("import register table.csv --findings {}", ("there", "there.csv")),
)


@pytest.mark.parametrize(
    ("asked", "name"), [(asked, name) for asked, names in COMMANDS for name in names], ids=lambda each: each.split()[0]
)
def test_a_folder_in_place_of_a_file_is_told_to_be_one(
    asked: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()
    Path("table.csv").write_text("dependent,provider\na,b\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(
            [*asked.format(name).split(), *(["--store", "s.sqlite"] if not asked.startswith(("sample", "map")) else [])]
        )
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"depgraph: {name}: is a folder: name a file\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted((name, "table.csv"))
