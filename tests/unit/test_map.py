"""Every module stands once on the map, and what the page of the architecture names is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("depgraph", "importers", "api", "cli")


def drawn(root: Path) -> subprocess.CompletedProcess[str]:
    """Draw the map of a copy of the code, with the script as it is."""
    return subprocess.run(
        [sys.executable, root / ".ci" / "map.py"], capture_output=True, text=True, check=False, timeout=60
    )


def copied(folder: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=lambda _, names: [n for n in names if "__py" in n])
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    (folder / "docs").mkdir()
    return folder


def modules_on(page: str) -> list[str]:
    """Return the paths of all modules on a map."""
    found: list[str] = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        room = section.partition("\n")[0]
        found.append(f"{room}__init__.py")
        found += [f"{room}{name}" for name in re.findall(r"^- `([^`]+)`: .", section, re.MULTILINE)]
    return found


def test_every_module_stands_once_on_the_map(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    there = {path.relative_to(ROOT).as_posix() for name in PACKAGES for path in ROOT.joinpath(name).rglob("*.py")}
    on_it = modules_on(page)
    assert sorted(on_it) == sorted(there), "make docs draws the map again"
    done = drawn(copied(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "docs" / "map.md").read_text(encoding="utf-8") == page, "make docs draws the map again"


def test_the_page_on_the_engines_is_what_their_folders_say(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    copied(tmp_path)
    subprocess.run([sys.executable, tmp_path / ".ci" / "engine.py"], check=True, timeout=60)
    assert (tmp_path / "docs" / "engine.md").read_text(encoding="utf-8") == page, "make docs writes the page again"
    engines = {path.parent.name for path in ROOT.glob("depgraph/analytics/kernels/*/__init__.py")}
    assert set(re.findall(r"^## (\w+)/$", page, re.MULTILINE)) == engines


def test_a_module_that_does_not_say_what_it_holds_is_refused(tmp_path: Path) -> None:
    (copied(tmp_path) / "cli" / "attic.py").write_text("x = 1\n", encoding="utf-8")
    done = drawn(tmp_path)
    assert done.returncode == 1
    assert "attic.py has no docstring" in done.stderr


def test_the_pages_for_who_works_on_it_name_what_is_there() -> None:
    named = re.compile(r"`((?:depgraph|importers|api|cli|tests|docs|bench|data_samples|\.ci)/[A-Za-z0-9_./-]*)`")
    for page in (
        ROOT / "docs" / "architecture.md",
        ROOT / "docs" / "engine.md",
        ROOT / "docs" / "style.md",
        ROOT / "CONTRIBUTING.md",
    ):
        paths = named.findall(page.read_text(encoding="utf-8"))
        assert paths
        # A recipe says NAME where the reader has a name of their own.
        assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == []
