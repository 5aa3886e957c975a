"""An issuer of access tokens as a process of its own: it publishes its keys, signs what it is asked to, and rotates."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

KEYS: list[Any] = []
MADE: dict[tuple[str, str], Any] = {}
ASKED = {"jwks": 0}
KINDS = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}),
    "Ed25519": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig"}),
}


def rotate(alg: str, kid: str) -> None:
    """Sign with another key from now on, and publish it alone; one that was made before is the same again."""
    if (alg, kid) not in MADE:
        MADE[alg, kid] = KINDS[alg](kid)
    KEYS[:] = [MADE[alg, kid]]


class Answering(BaseHTTPRequestHandler):
    """Answers what the issuer is asked, by its path."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        told: Any = None
        match url.path:
            case "/.well-known/openid-configuration":
                told = {"issuer": base, "jwks_uri": f"{base}/jwks"}
            case "/other/.well-known/openid-configuration":
                told = {"issuer": base, "jwks_uri": f"{base}/jwks"}
            case "/jwks":
                ASKED["jwks"] += 1
                weak = {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"}
                told = {"keys": [weak, {"kty": "new"}, *(key.as_dict(private=False) for key in KEYS)]}
            case "/asked":
                told = ASKED["jwks"]
            case "/rotate":
                rotate(asked["alg"], asked["kid"])
                told = asked["kid"]
            case "/token":
                key, header = KEYS[0], {"kid": KEYS[0].kid, "typ": "at+jwt", **json.loads(asked["header"])}
                header = {name: value for name, value in header.items() if value is not None}
                told = jwt.encode(
                    header, json.loads(asked["claims"]), key, algorithms=[header["alg"]], default_type=None
                )
        if told is None:
            self.send_response(302 if url.path == "/moved" else 404)
            self.send_header("Location", f"{base}/jwks")
            self.end_headers()
            return
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    rotate("RS256", "first")
    with TCPServer(("127.0.0.1", 0), Answering) as server:
        print(server.server_address[1], flush=True)  # noqa: T201 - to whoever began the process
        sys.stdout.close()
        server.serve_forever()
