"""An audit log as the tests fill and read it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.audit.writer import AuditLog

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def fill(log: AuditLog, count: int) -> None:
    for number in range(count):
        log.submit({"event": "answer", "question": f"/api/v1/needs?page={number}", "rows": number}).result(10)


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "00000001.jsonl").read_bytes().splitlines(keepends=True)


def put(folder: Path, lines: list[bytes]) -> None:
    (folder / "00000001.jsonl").write_bytes(b"".join(lines))
