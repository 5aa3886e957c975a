"""The layers of the house hold, and a wrong import breaks them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("depgraph", "importers", "api", "cli")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.html", "*.csv")
        )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_house_as_it_is_keeps_every_contract(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("room", "wrong"),
    [
        ("depgraph/ids.py", "from depgraph.graph import Graph"),
        ("depgraph/analytics/basis/units.py", "import depgraph.usecases.questions.spof"),
        ("depgraph/usecases/questions/spof.py", "import depgraph.usecases.keeping.status"),
        ("depgraph/analytics/basis/scope.py", "import depgraph.analytics.measures.impact"),
        ("depgraph/analytics/kernels/outage/downtime.py", "import depgraph.analytics.kernels.failure.fixpoint"),
        ("depgraph/analytics/kernels/failure/fixpoint.py", "import depgraph.analytics.kernels.gaps.kernel"),
        ("depgraph/graph/core.py", "import sqlite3"),
        ("importers/register/__init__.py", "from depgraph.stores import sqlite"),
        ("importers/readers/files.py", "from importers import register"),
        ("importers/fedramp/meaning.py", "from importers.municipal_mail import meaning"),
        ("cli/find.py", "from depgraph.analytics.basis import units"),
        ("api/__init__.py", "import cli.main"),
        ("depgraph/stores/__init__.py", "import depgraph.bootstrap"),
    ],
)
def test_a_wrong_import_breaks_them(house: Path, room: str, wrong: str) -> None:
    with (house / room).open("a", encoding="utf-8") as file:
        file.write(f"\n{wrong}\n")
    result = lint(house)
    assert result.returncode != 0
    assert "BROKEN" in result.stdout


def test_a_new_room_without_a_place_breaks_them(house: Path) -> None:
    (house / "depgraph" / "attic.py").write_text('"""A room that nobody placed."""\n', encoding="utf-8")
    result = lint(house)
    assert result.returncode != 0
    assert "attic" in result.stdout


def test_kernels_know_no_other_room_by_name_either() -> None:
    """Import-linter passes over what only type hints need; kernels need nothing of other rooms there."""
    for module in (ROOT / "depgraph" / "analytics" / "kernels").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        known = re.findall(r"^\s*(?:from|import) (depgraph\.[\w.]+)", text, re.MULTILINE)
        others = [name for name in known if not name.startswith("depgraph.analytics.kernels.")]
        assert set(others) <= {"depgraph.arrays"}, module
