"""The collector is put back as it was, whatever happens."""

from __future__ import annotations

import gc

import pytest

from depgraph.usecases.keeping.garbage import seldom_collected


def test_thresholds_are_raised_and_put_back() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
    assert gc.get_threshold() == before


def test_an_error_puts_them_back_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), seldom_collected():
        raise ValueError("broken")
    assert gc.get_threshold() == before
