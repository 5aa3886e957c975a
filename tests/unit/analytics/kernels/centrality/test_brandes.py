"""Dependencies on shortest paths: the threads end where an interrupt comes."""

from __future__ import annotations

import signal
from threading import main_thread
from time import sleep

import numpy as np
import pytest

from depgraph.analytics.basis.links import links
from depgraph.analytics.kernels.centrality.brandes import dependencies
from depgraph.testing import graph


def test_an_interrupt_ends_the_pieces_that_run() -> None:
    """Of 2,000 sources in 16 pieces few are begun after it.

    Each source that is done after it takes 10 ms: the main thread has seconds to hear of it.
    """
    ring = links(graph(" ".join(f"a{at}>a{(at + 1) % 2_000}" for at in range(2_000))))
    told: list[int] = []

    def interrupt(done: int, asked: int) -> None:
        assert asked == 2_000
        told.append(done)
        if done == 8:
            signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)
        if done >= 8:
            sleep(0.01)

    with pytest.raises(KeyboardInterrupt):
        dependencies(ring.providers, np.arange(2_000, dtype=np.int32), progress=interrupt)
    assert 8 <= max(told) < 2_000
