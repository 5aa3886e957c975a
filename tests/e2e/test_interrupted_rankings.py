"""Ctrl-C on a command that takes long: what is exact so far, the reason it is not all, and exit code 130."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

_BEGIN = """
import sys, time
import typer
from cli.progress import end_if_interrupted
from depgraph.testing import graph
from depgraph.usecases.view import KEEPER, View

def told(done, asked):
    sys.stdout.write(f"{{done}} {{asked}}\\n")  # in one piece: two threads tell
    sys.stdout.flush()
    time.sleep({pause})

view = View(graph(" ".join(f"f{{at}}@a f{{at}}>?(v{{at}},w{{at}}) v{{at}}>z" for at in range(3_000))), KEEPER, 1, (), ())
try:
    answer = {call}
    print("rows", len(answer.rows), flush=True)
    end_if_interrupted(answer)
except typer.Exit as ended:
    sys.exit(ended.exit_code)
except KeyboardInterrupt:
    sys.exit(130)
"""

SPOF = (
    "__import__('depgraph.usecases.questions.spof', fromlist=['spof']).rank_single_points(view, limit=0, progress=told)",
    0.3,
)
GAPS = (
    "__import__('depgraph.usecases.questions.gaps', fromlist=['gaps']).rank_gaps(view, limit=0, progress=told)",
    0.3,
)
_CENTRALITY = "__import__('depgraph.usecases.questions.centrality', fromlist=['centrality']).rank_centrality"
BETWEENNESS = (f"{_CENTRALITY}(view, measure='betweenness', progress=told)", 0.02)


def interrupted(call: str, pause: float) -> tuple[int, str, str]:
    """Return the exit code, what it printed and what it said; it ends soon after the signal."""
    with subprocess.Popen(
        [sys.executable, "-c", _BEGIN.format(call=call, pause=pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=300)
    assert int(first.split()[0]) < int(first.split()[1])
    return process.returncode, printed, said


@pytest.mark.parametrize(("call", "pause"), [SPOF, GAPS], ids=["spof", "gaps"])
def test_what_is_exact_so_far_is_answered(call: str, pause: float) -> None:
    code, printed, said = interrupted(call, pause)
    assert code == 130, said
    assert int(printed.splitlines()[-1].removeprefix("rows ")) > 0
    assert said.startswith("depgraph: ")
    assert "interrupted: " in said
    assert "Traceback" not in said


def test_betweenness_ends_at_once() -> None:
    """Its 9,000 sources would take minutes, at 20 ms each."""
    code, printed, said = interrupted(*BETWEENNESS)
    assert code == 130
    assert "rows" not in printed
    assert said == ""
