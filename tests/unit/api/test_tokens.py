"""Access tokens of an issuer: a real one that rotates its keys, and tokens that are forged or not for us."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.responses import JSONResponse
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.audit.writer import AuditLog
from api.security.gate import Access, Gate, viewer_in
from api.security.issuer import Issuer, read_issuer
from api.security.keyring import Keyring
from api.security.published import PublishedKeys
from api.security.refusals import IssuerUnreachableError
from api.security.tokens import Tokens
from api.serving import serve_api
from depgraph.errors import InputError, UsageError
from depgraph.model import Label, Marking
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.viewers import words_of
from tests.unit.api.conftest import FACTS, Ask, asker, need, run

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
AT = NOW.timestamp()
CLIENT = httpx.Client(trust_env=False)
ISSUER = Path(__file__).parents[2] / "oidc" / "issuer.py"

CONFIGURED = """
issuer = "{issuer}"
audience = "depgraph"
ceiling = "tlp:amber"

[claims]
role = ["realm_access", "roles"]
hub = "hub"
organisation = "organisation"
recipient = "recipient"
ceiling = "ceiling"

[roles]
dg-hub = "hub"
dg-auditor = "auditor"
dg-organisation = "organisation"
dg-operator = "operator"
"""


class Clock:
    """Seconds that the test sets."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run an issuer; give its address."""
    with subprocess.Popen([sys.executable, str(ISSUER)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


@pytest.fixture
def configured(issuer: str, tmp_path: Path) -> Issuer:
    (tmp_path / "oidc.toml").write_text(CONFIGURED.format(issuer=issuer), encoding="utf-8")
    CLIENT.get(f"{issuer}/rotate", params={"alg": "RS256", "kid": "first"})
    return read_issuer(tmp_path / "oidc.toml")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(configured: Issuer, clock: Clock) -> PublishedKeys:
    return PublishedKeys(configured, clock=clock)


@pytest.fixture
def access(configured: Issuer, keys: PublishedKeys, tmp_path: Path) -> Access:
    return Access(Keyring(tmp_path / "access"), now=lambda: NOW, tokens=Tokens(configured, keys))


@pytest.fixture
def ask(access: Access) -> Ask:
    """Send requests to what tells no more than whom the gate let in."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        viewer = viewer_in(scope)
        assert viewer is not None
        await JSONResponse(words_of(viewer))(scope, receive, send)

    return asker(Gate(tell, access))


def claims_of(issuer: str, **more: Any) -> dict[str, Any]:
    told = {"iss": issuer, "sub": "u-1", "aud": ["other", "depgraph"], "client_id": "c", "jti": "1", "iat": AT}
    told |= {"exp": AT + 300, "realm_access": {"roles": ["x", "dg-hub"]}, "hub": "care", "ceiling": "tlp:amber"}
    return {name: value for name, value in (told | more).items() if value is not None}


def signed(issuer: str, header: dict[str, Any] | None = None, **more: Any) -> str:
    """Have the issuer sign a token."""
    asked = {"header": json.dumps({"alg": "RS256", **(header or {})}), "claims": json.dumps(claims_of(issuer, **more))}
    token: str = CLIENT.get(f"{issuer}/token", params=asked).json()
    return token


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def status(ask: Ask, token: str) -> int:
    return ask("methods", headers=bearing(token)).status_code


def test_a_token_opens_what_its_holder_may_see(empty: SqliteStore, access: Access, issuer: str, tmp_path: Path) -> None:
    empty.replace(run(), [FACTS])
    hidden = run("care", "2026-03-01")._replace(marking=Marking(Label.AMBER, hubs=("care",)))
    empty.replace(hidden, [FACTS._replace(nodes=(), ties=(), needs=(need("name:Ede", "name:Spy", "uses", "s.csv:2"),))])
    with closing(AuditLog(tmp_path / "access" / "audit")) as log:
        ask = asker(create_app(empty, access=access, log=log))
        assert ask("nodes/name:Spy", headers=bearing(signed(issuer))).status_code == 200
        assert ask("nodes/name:Spy", headers=bearing(signed(issuer, hub="water"))).status_code == 404
        assert ask("nodes/name:Spy", headers=bearing(signed(issuer, ceiling="green"))).status_code == 404
    written = (tmp_path / "access" / "audit" / "00000001.jsonl").read_text()
    (holder,) = {json.loads(line).get("key") for line in written.splitlines()} - {None}
    assert holder.startswith("oidc:")  # a hash of his name, and not that
    assert "u-1" not in written


def test_claims_mean_what_the_file_says(ask: Ask, issuer: str) -> None:
    as_auditor = {"realm_access": {"roles": ["dg-auditor"]}, "hub": ["care", "water"], "ceiling": "red"}
    # The ceiling of the file is the highest, whatever the token says.
    assert ask("nodes", headers=bearing(signed(issuer, **as_auditor))).json() == [
        "auditor", "hub:care", "hub:water", "ceiling:tlp:amber",
    ]  # fmt: skip
    own = {"realm_access": {"roles": "dg-organisation"}, "organisation": "Ede", "hub": None, "recipient": "press"}
    assert ask("nodes", headers=bearing(signed(issuer, **own, ceiling="green"))).json() == [
        "organisation:Ede", "recipient:press", "ceiling:tlp:green",
    ]  # fmt: skip


def test_access_keys_go_on_to_open(ask: Ask, issuer: str, tmp_path: Path) -> None:
    written, _ = Keyring(tmp_path / "access").create(["operator"], days=1, now=NOW)
    assert status(ask, written) == 200
    assert status(ask, signed(issuer)) == 200
    answer = ask("methods")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
def test_every_sort_of_signature_with_a_public_key_is_taken(ask: Ask, issuer: str, alg: str) -> None:
    CLIENT.get(f"{issuer}/rotate", params={"alg": alg, "kid": "curve"})
    assert status(ask, signed(issuer, {"alg": alg})) == 200


def test_keys_that_rotate_are_fetched_once_and_not_for_every_stranger(ask: Ask, issuer: str, clock: Clock) -> None:
    asked = CLIENT.get(f"{issuer}/asked").json()
    old = signed(issuer)
    assert [status(ask, old) for _ in range(3)] == [200, 200, 200]
    assert CLIENT.get(f"{issuer}/asked").json() == asked + 1
    CLIENT.get(f"{issuer}/rotate", params={"alg": "RS256", "kid": "second"})
    new = signed(issuer)
    assert status(ask, new) == 401  # it was fetched a moment ago
    clock.seconds += 11
    assert [status(ask, new), status(ask, old)] == [200, 401]
    assert CLIENT.get(f"{issuer}/asked").json() == asked + 2
    for number in range(20):
        assert status(ask, signed(issuer, {"kid": f"stranger{number}"})) == 401
    assert CLIENT.get(f"{issuer}/asked").json() == asked + 2
    clock.seconds += 3_601  # a key that was taken back is taken no longer than an hour
    CLIENT.get(f"{issuer}/rotate", params={"alg": "RS256", "kid": "third"})
    assert status(ask, new) == 401
    assert CLIENT.get(f"{issuer}/asked").json() == asked + 3


def test_an_issuer_that_is_down_closes_nobody_out_for_a_day(
    ask: Ask, keys: PublishedKeys, configured: Issuer, clock: Clock, issuer: str
) -> None:
    token, down = signed(issuer), replace(configured, jwks_uri=f"{issuer}/nothing")
    keys._issuer = down
    answer = ask("methods", headers=bearing(token))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    keys._issuer = configured
    assert status(ask, token) == 503  # it is not asked again at once
    clock.seconds += 11
    assert status(ask, token) == 200
    keys._issuer = down
    clock.seconds += 80_000
    assert status(ask, token) == 200
    clock.seconds += 6_401
    assert status(ask, token) == 503


def part(told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def forged(issuer: str) -> dict[str, str]:
    """Return tokens that open nothing, by what is wrong."""
    claims, good = claims_of(issuer), signed(issuer)
    head, body, signature = good.split(".")
    header = {"alg": "RS256", "kid": "first", "typ": "at+jwt"}
    (public,) = [key for key in CLIENT.get(f"{issuer}/jwks").json()["keys"] if key.get("kid") == "first"]
    pem = RSAKey.import_key(public).as_pem(private=False)
    other = RSAKey.generate_key(2048, {"kid": "first"})
    hmac = jws.serialize_compact(
        {**header, "alg": "HS256"}, json.dumps(claims), OctKey.import_key(pem.decode()[26:]), algorithms=["HS256"]
    )
    as_shared = jwt.encode({**header, "alg": "HS256", "kid": "shared"}, claims, OctKey.import_key("c2VjcmV0c2VjcmV0"), algorithms=["HS256"])  # fmt: skip
    return {
        "alg none": f"{part({**header, 'alg': 'none'})}.{body}.",
        "alg none, with a signature": f"{part({**header, 'alg': 'None'})}.{body}.{signature}",
        "an HMAC with the public key": hmac,
        "an HMAC with a key in the list": as_shared,
        "a key of another": jwt.encode(header, claims, other),
        "a key that comes with it": jwt.encode({**header, "jwk": other.as_dict(private=False)}, claims, other),
        "a key at an address that comes with it": jwt.encode({**header, "jku": f"{issuer}/jwks"}, claims, other),
        "other claims under the signature": f"{head}.{part({**claims, 'hub': 'water'})}.{signature}",
        "another issuer": signed(issuer, iss="https://login.example"),
        "the issuer with a slash": signed(issuer, iss=f"{issuer}/"),
        "another audience": signed(issuer, aud="other"),
        "a part of the audience": signed(issuer, aud="depgraph2"),
        "expired": signed(issuer, exp=AT - 31),
        "no end": signed(issuer, exp=None),
        "an end that is a text": signed(issuer, exp="9999999999"),
        "an end that is no number": signed(issuer, exp=True),
        "not yet": signed(issuer, nbf=AT + 31),
        "made later": signed(issuer, iat=AT + 31),
        "nobody": signed(issuer, sub=None),
        "no client": signed(issuer, client_id=None),
        "truncated": good[:-5],
        "without its end": f"{head}.{body}",
        "half of its claims": f"{head}.{body[: len(body) // 2]}.{signature}",
        "an id token": signed(issuer, {"typ": "JWT"}),
        "no type": signed(issuer, {"typ": None}),
        "no key id": signed(issuer, {"kid": None}),
        "a critical extension": f"{part({**header, 'crit': ['b64'], 'b64': True})}.{body}.{signature}",
        "longer than any": good + "A" * 20_000,
        "no token": "a.b.c",
        "dots": "..",
    }


def test_no_forged_token_opens_anything(ask: Ask, issuer: str) -> None:
    assert status(ask, signed(issuer)) == 200
    for what, token in forged(issuer).items():
        answer = ask("nodes", headers=bearing(token))
        assert answer.status_code == 401, what
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"', what
        assert answer.headers["content-type"] == "application/problem+json", what


@pytest.mark.parametrize("typ", ["application/at+jwt", "AT+JWT"])
def test_the_type_may_be_written_in_other_ways(ask: Ask, issuer: str, typ: str) -> None:
    assert status(ask, signed(issuer, {"typ": typ}, exp=AT - 29, nbf=AT + 29, aud="depgraph")) == 200


@pytest.mark.parametrize(
    "said",
    [
        {"realm_access": None},
        {"realm_access": {"roles": ["x"]}},
        {"realm_access": {"roles": ["dg-hub", "dg-operator"]}},
        {"realm_access": "dg-hub"},
        {"hub": None},
        {"hub": ["care", "water"]},
        {"hub": ""},
        {"hub": 5},
        {"ceiling": None},
        {"ceiling": "blue"},
        {"ceiling": ["tlp:green", "tlp:red"]},
        {"realm_access": {"roles": ["dg-organisation"]}},
    ],
)
def test_a_good_token_that_means_nobody_here_is_refused(ask: Ask, issuer: str, said: dict[str, Any]) -> None:
    answer = ask("nodes", headers=bearing(signed(issuer, **said)))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (403, 'Bearer error="insufficient_scope"')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("issuer =", "isuer ="), "oidc.toml: 'isuer' is no key here: use issuer"),
        (('issuer = "{issuer}"', 'issuer = "http://login.example"'), "oidc.toml: issuer: .*write https"),
        (('issuer = "{issuer}"', 'issuer = "https://a:b@login.example"'), "oidc.toml: issuer: "),
        (('issuer = "{issuer}"', 'issuer = "https://[login"'), "oidc.toml: issuer: "),
        (('issuer = "{issuer}"', 'issuer = "http://127.0.0.1.login.example"'), "oidc.toml: issuer: "),
        (('audience = "depgraph"', ""), "oidc.toml: audience: a text"),
        (('"tlp:amber"', '"blue"'), "oidc.toml: ceiling: .*use tlp:clear"),
        (("[claims]", 'algorithms = ["HS256"]\n[claims]'), "oidc.toml: algorithms: 'HS256' is not taken: use RS256"),
        (("[claims]", 'algorithms = ["none"]\n[claims]'), "oidc.toml: algorithms: 'none'"),
        (("[claims]", 'jwks_uri = "http://login.example"\n[claims]'), "oidc.toml: jwks_uri: .*https"),
        (('role = ["realm_access", "roles"]', ""), "oidc.toml: claims.role is missing"),
        (('role = ["realm_access", "roles"]', "role = 5"), "oidc.toml: claims.role: the name"),
        (('\nhub = "hub"', ""), "oidc.toml: claims.hub is missing"),
        (('dg-hub = "hub"', 'dg-hub = "king"'), "oidc.toml: roles: 'dg-hub' means 'king'.*use operator"),
        (("[roles]", "[other]"), "oidc.toml: 'other' is no key"),
        (("[roles]", "[roles"), "oidc.toml: is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_at_the_start(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "oidc.toml"
    path.write_text(CONFIGURED.replace(*change).replace("{issuer}", "https://login.example"), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        serve_api(str(tmp_path / "none"), host="127.0.0.1", port=0, oidc=path)


def test_what_an_issuer_says_of_itself_is_held_against_the_file(configured: Issuer, issuer: str) -> None:
    with pytest.raises(UsageError, match="is of the issuer"):
        PublishedKeys(replace(configured, name=f"{issuer}/other")).fetched("first")
    assert PublishedKeys(replace(configured, jwks_uri=f"{issuer}/jwks")).fetched("first")
    for nowhere in ("moved", "asked", "nothing"):
        with pytest.raises(IssuerUnreachableError):
            PublishedKeys(replace(configured, jwks_uri=f"{issuer}/{nowhere}")).fetched("first")
