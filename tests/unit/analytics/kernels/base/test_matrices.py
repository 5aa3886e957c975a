"""A command has Numba do without products of matrices: SciPy's are not loaded, and there for everybody else."""

from __future__ import annotations

import json
import subprocess
import sys

ASKED = """
import json, sys
if sys.argv[1] == "without":
    from depgraph.usecases.compiling import leave_out_matrices
    leave_out_matrices()
from depgraph.analytics.measures.impact import impacts
from depgraph.analytics.basis.scope import scope_of
from depgraph.analytics.basis.units import By, units
from depgraph.testing import graph
small = graph("a>x b>x|y")
found = impacts(small, units(small, By.PARTY), scope_of(small)).fails_lower.tolist()
loaded = "scipy.linalg" in sys.modules
import scipy.linalg
print(json.dumps([loaded, float(scipy.linalg.norm([3.0, 4.0])), found]))
"""


def asked(how: str) -> list[object]:
    done = subprocess.run([sys.executable, "-c", ASKED, how], check=True, capture_output=True, text=True)
    found: list[object] = json.loads(done.stdout)
    return found


def test_without_them_the_same_is_found() -> None:
    loaded, norm, found = asked("without")
    assert (loaded, norm) == (False, 5.0)
    assert [norm, found] == asked("with")[1:]
