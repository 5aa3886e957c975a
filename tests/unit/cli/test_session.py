"""What every command does around its use case."""

from __future__ import annotations

from math import nan

import pytest
import typer

from cli.session import fail_if


@pytest.mark.parametrize(("highest", "allowed"), [(0.5, 0.5), (0.5, None), (nan, None), (0.0, 0.0)])
def test_a_gate_lets_pass_what_is_at_most_allowed(highest: float, allowed: float | None) -> None:
    fail_if(highest, allowed)


@pytest.mark.parametrize(
    ("highest", "said"), [(0.6, "bound is 0.6, above 0.5"), (nan, "bound is not a number, so that nothing shows")]
)
def test_a_gate_stops_what_is_above_or_no_number(highest: float, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        fail_if(highest, 0.5)
    assert caught.value.exit_code == 1
    assert said in capsys.readouterr().err
