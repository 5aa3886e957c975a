"""The wheel, in an environment of its own, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DEPGRAPH"))}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=900, env=environment | settings
    )


@pytest.mark.long
def test_the_demo_runs_from_the_wheel(tmp_path: Path) -> None:
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("depgraph-*.whl")
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    for step in (["--require-hashes", "--requirement", ROOT / "requirements.lock"], ["--no-deps", wheel]):
        installed = run(python, "-m", "pip", "install", "--quiet", *step, cwd=tmp_path)
        assert installed.returncode == 0, installed.stderr

    away = tmp_path / "away"
    away.mkdir()
    command = tmp_path / "clean" / "bin" / "depgraph"
    demo = run(command, "demo", "--out", "shown", cwd=away)
    assert demo.returncode == 0, demo.stderr
    assert "Microsoft" in demo.stdout
    report = (away / "shown" / "report.html").read_text(encoding="utf-8")
    assert "<svg" in report
    checked = run(python, "-m", "pip", "check", cwd=away)
    assert checked.returncode == 0, checked.stdout
