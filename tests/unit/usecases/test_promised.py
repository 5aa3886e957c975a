"""What the README promises to scripts: names of `depgraph.usecases`, and where they come from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import depgraph.usecases

TEXT = Path(depgraph.usecases.__file__).read_text(encoding="utf-8")
TYPED = {
    name: module
    for module, name in re.findall(r"^    from depgraph\.usecases\.([\w.]+) import (\w+) as \2$", TEXT, re.MULTILINE)
}


def test_every_name_is_the_one_that_its_type_comes_from() -> None:
    assert list(TYPED) != []
    assert set(depgraph.usecases.__all__) == set(TYPED) == set(dir(depgraph.usecases))
    for name, module in TYPED.items():
        assert getattr(depgraph.usecases, name).__module__.startswith(f"depgraph.usecases.{module}"), name


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'rank_everything'"):
        _ = depgraph.usecases.rank_everything


def test_nothing_is_loaded_before_it_is_used() -> None:
    """A command that shows its help would else load the compiled engines."""
    asked = "import sys, depgraph.usecases; print(sorted(name for name in sys.modules if name.startswith('depgraph.')))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "['depgraph.usecases']"
