"""A client of the API in twenty lines: the parties that most may stop with, page by page.

KEY=north.key python docs/client.py http://127.0.0.1:8000
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

KEY = Path(os.environ["KEY"]).read_text(encoding="ascii").strip() if "KEY" in os.environ else ""


def rows(base: str, question: str, **asked: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of all pages of an answer."""
    while True:
        headers = {"Authorization": f"Bearer {KEY}"} if KEY else {}
        with urlopen(Request(f"{base}/api/v1/{question}?{urlencode(asked)}", headers=headers)) as answer:  # noqa: S310
            found = json.load(answer)
        yield from found["rows"]
        if "next_cursor" not in found["meta"]:
            return
        asked["cursor"] = found["meta"]["next_cursor"]


if __name__ == "__main__":
    for row in rows(sys.argv[1], "single-points-of-failure", pageSize="2"):
        print(row["name"], row["functions_lower"], row["functions_upper"])  # noqa: T201
