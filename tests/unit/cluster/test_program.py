from __future__ import annotations

from depgraph.cluster.program import described, differences, program


def test_what_a_worker_runs_must_be_the_same_but_for_what_its_bytes_tell() -> None:
    ours = program()
    assert not differences(ours, ours | {"python": "3.12.0", "numba": "0.1"})
    for name, words in (("depgraph", "version of depgraph"), ("code", "code of depgraph"), ("numpy", "NumPy")):
        assert f"its {words} is other, and {ours[name][:12]} here" in differences(ours, ours | {name: "other"})
    assert "none" in differences(ours, {})
    assert all(ours[name] in described(ours) for name in ("numpy", "numba", "llvmlite", "cpu"))
