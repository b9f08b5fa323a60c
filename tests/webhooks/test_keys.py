"""The key set: read when it is needed, kept, renewed, and never trusted further than it can be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from shipstation_aissist import APIError, APITimeoutError, WebhookVerificationError
from shipstation_aissist.testing import FakeAdapter, FakeReply
from support.notifications import BODY, KeyHost, public_key, reply_of, signed

DAY = 86_400.0


@pytest.fixture
def host() -> KeyHost:
    return KeyHost()


def test_keys_are_read_once_from_the_documented_url_without_an_api_key(host: KeyHost) -> None:
    verifier = host.verifier()
    assert host.asked == []
    for _ in range(3):
        verifier.verify(signed(), BODY)
    assert host.asked == ["GET https://api.shipengine.com/jwks"]
    assert "api-key" not in {name.lower() for name in host.headers[0]}


@pytest.mark.parametrize(
    "url", ["https://keys.example/a/b%20c/jwks", "https://keys.example:8443/", "http://127.0.0.1:9/j"]
)
def test_another_url_is_asked_as_it_is(host: KeyHost, url: str) -> None:
    host.verifier(jwks_url=url).verify(signed(), BODY)
    assert host.asked == [f"GET {url}"]


def test_no_connection_is_kept_since_the_next_reading_is_hours_away(
    host: KeyHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[FakeAdapter] = []
    monkeypatch.setattr(FakeAdapter, "close", lambda adapter: closed.append(adapter))
    host.verifier().verify(signed(), BODY)
    assert len(closed) == 1


def test_a_rotated_key_is_found_by_one_more_request(host: KeyHost) -> None:
    verifier = host.verifier()
    verifier.verify(signed(), BODY)
    host.publish("first", "second")
    verifier.verify(signed(key="second"), BODY)
    verifier.verify(signed(), BODY)
    assert len(host.asked) == 2


def test_unknown_keys_make_the_set_be_read_at_most_once_a_minute(host: KeyHost) -> None:
    verifier = host.verifier()
    verifier.verify(signed(), BODY)
    for minute in range(3):
        for number in range(5):
            with pytest.raises(WebhookVerificationError, match="signing key that the key set does not hold"):
                verifier.verify(signed(named=f"unknown-{number}"), BODY)
            verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
        assert len(host.asked) == 2 + minute
        host.clock.advance(59.9)
        with pytest.raises(WebhookVerificationError):
            verifier.verify(signed(named="unknown", at=host.clock.now().isoformat()), BODY)
        assert len(host.asked) == 2 + minute
        host.clock.advance(0.1)


def test_an_unknown_key_at_the_very_beginning_counts_too(host: KeyHost) -> None:
    verifier = host.verifier()
    for _ in range(5):
        with pytest.raises(WebhookVerificationError):
            verifier.verify(signed(named="unknown"), BODY)
    verifier.verify(signed(), BODY)
    assert len(host.asked) == 1


def test_a_withdrawn_key_is_forgotten_after_a_day(host: KeyHost) -> None:
    verifier = host.verifier()
    verifier.verify(signed(), BODY)
    host.publish("second")
    host.clock.advance(DAY - 1)
    verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
    host.clock.advance(1)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
    assert len(host.asked) == 2


def test_known_keys_outlive_an_outage_of_their_host_which_is_asked_once_a_minute(host: KeyHost) -> None:
    verifier = host.verifier()
    verifier.verify(signed(), BODY)
    host.reply = reply_of(b"", 404)
    host.clock.advance(DAY)
    for _ in range(3):
        verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
    assert len(host.asked) == 2


BROKEN: dict[str, tuple[FakeReply, str]] = {
    "down": (reply_of(b"<html>down</html>", 503), "was answered with status 503"),
    "missing": (reply_of(b"", 404), "was answered with status 404"),
    "elsewhere": (reply_of(b"", 302, Location="http://evil.example/jwks"), "was answered with status 302"),
    "unreachable": (FakeReply(0, {}, b"", "reset"), "cannot be reached"),
    "stalled": (FakeReply(0, {}, b"", "timeout"), "did not arrive in time"),
    "cut short": (FakeReply(200, {"Content-Length": "200"}, b"{" * 200, "truncated"), "cannot be reached"),
    "HTML": (reply_of(b"<html></html>"), "is not JSON"),
    "empty": (reply_of(b'{"keys": []}'), "holds no RSA key"),
    "nothing": (reply_of(b""), "is not JSON"),
    "a list": (reply_of(b"[]"), "not a JSON Web Key Set"),
    "without keys": (reply_of(b"{}"), "not a JSON Web Key Set"),
    "keys that are none": (reply_of(b'{"keys": {"a": 1}}'), "not a JSON Web Key Set"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_key_set_that_cannot_be_used_is_an_error_that_says_why_and_what_to_do(host: KeyHost, name: str) -> None:
    host.reply, why = BROKEN[name]
    started = host.clock.monotonic()
    with pytest.raises(WebhookVerificationError, match=why) as caught:
        host.verifier(timeout=8).verify(signed(), BODY)
    assert "401" in str(caught.value)
    assert host.clock.monotonic() - started <= 8  # T1
    assert set(host.asked) == {"GET https://api.shipengine.com/jwks"}  # T4: no redirect is followed
    read_as_json = name in ("empty", "a list", "without keys", "keys that are none")
    assert isinstance(caught.value.__cause__, type(None) if read_as_json else APIError)


@pytest.mark.parametrize("name", BROKEN)
def test_forged_notifications_make_one_request_a_minute_also_while_no_key_was_ever_read(
    host: KeyHost, name: str
) -> None:
    host.reply = BROKEN[name][0]
    verifier = host.verifier()
    for minute in range(3):
        began = host.clock.monotonic()
        for number in range(5):
            with pytest.raises(WebhookVerificationError):
                verifier.verify(signed(named=f"forged-{number}", at=host.clock.now().isoformat()), BODY)
            with pytest.raises(WebhookVerificationError):
                verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
        assert len(host.asked) == 1 + minute
        host.clock.advance(60 - (host.clock.monotonic() - began))


def test_a_notification_that_names_a_known_key_but_is_forged_closes_the_gate_too(host: KeyHost) -> None:
    verifier = host.verifier()
    for headers in (signed(b"another body"), signed(named="unknown"), signed(b"another body")):
        with pytest.raises(WebhookVerificationError):
            verifier.verify(headers, BODY)
    assert len(host.asked) == 1
    verifier.verify(signed(), BODY)


@pytest.mark.parametrize("name", ["down", "stalled", "HTML", "empty"])
def test_a_key_set_that_is_back_is_used_from_the_next_minute_on(host: KeyHost, name: str) -> None:
    working, host.reply = host.reply, BROKEN[name][0]
    verifier = host.verifier()
    with pytest.raises(WebhookVerificationError):
        verifier.verify(signed(), BODY)
    host.reply = working
    with pytest.raises(WebhookVerificationError, match="once a minute"):
        verifier.verify(signed(at=host.clock.now().isoformat()), BODY)
    host.clock.advance(60)
    verifier.verify(signed(at=host.clock.now().isoformat()), BODY)


def test_a_reading_that_was_broken_off_counts_and_does_not_make_others_wait_for_ever(
    host: KeyHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier = host.verifier()
    answer = host.handle

    def interrupted(*_request: Any) -> FakeReply:
        host.asked.append("interrupted")
        raise KeyboardInterrupt

    monkeypatch.setattr(host, "handle", interrupted)
    with pytest.raises(KeyboardInterrupt):
        verifier.verify(signed(), BODY)
    monkeypatch.setattr(host, "handle", answer)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(signed(), BODY)
    assert host.asked == ["interrupted"]
    host.clock.advance(60)
    verifier.verify(signed(at=host.clock.now().isoformat()), BODY)


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "EC", "crv": "P-256", "kid": "first", "x": "AA", "y": "AA"},
        {"kty": "oct", "kid": "first", "k": "AA"},
        public_key(use="enc"),
        public_key(kty=None),
        public_key(n=None),
        public_key(n="!"),
        public_key(n=""),
        public_key(n=public_key()["n"][:9] + "!" + public_key()["n"][9:]),
        public_key(n="é"),
        public_key(e="AA"),
        public_key(e="Ag"),
        public_key(e=65537),
        public_key(n="_" * 4000),
        public_key(kid=7),
        public_key(kid=["first"]),
        {},
        None,
        "first",
    ],
)
def test_an_entry_that_is_no_usable_rsa_key_is_skipped_and_the_others_are_used(host: KeyHost, entry: Any) -> None:
    host.say({"keys": [entry, public_key("second")]})
    verifier = host.verifier()
    verifier.verify(signed(key="second"), BODY)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(signed(), BODY)


def test_a_padded_modulus_and_unknown_members_are_accepted(host: KeyHost) -> None:
    entry = public_key(use="sig", alg="RS256", x5c=["any"])
    host.say({"keys": [entry | {"n": entry["n"] + "=="}], "more": 1})
    host.verifier().verify(signed(), BODY)


def test_a_weak_rsa_key_is_refused(host: KeyHost) -> None:
    host.say({"keys": [public_key("weak", 1024), public_key()]})
    verifier = host.verifier()
    with pytest.raises(WebhookVerificationError, match="2048 bits"):
        verifier.verify(signed(key="weak", bits=1024), BODY)


@pytest.mark.parametrize(("status", "passes"), [(200, True), (404, False)])
def test_threads_that_come_while_the_keys_are_read_share_what_comes_of_it(
    host: KeyHost, monkeypatch: pytest.MonkeyPatch, status: int, passes: bool
) -> None:
    host.reply = attrs.evolve(host.reply, status=status)
    here: set[int] = set()
    all_here = threading.Event()
    look = host.clock.monotonic
    answer = host.handle

    def look_and_count() -> float:
        here.add(threading.get_ident())
        if len(here) == 4:
            all_here.set()
        return look()

    def answer_when_all_are_here(*request: Any) -> FakeReply:
        assert all_here.wait(10)
        return answer(*request)

    verifier = host.verifier()
    monkeypatch.setattr(host.clock, "monotonic", look_and_count)
    monkeypatch.setattr(host, "handle", answer_when_all_are_here)
    with ThreadPoolExecutor(4) as pool:
        verified = [pool.submit(verifier.verify, signed(), BODY) for _ in range(4)]
        assert [each.exception() is None for each in verified] == [passes] * 4
    assert len(host.asked) == 1


FORK = """
import os, signal, threading
from support.notifications import BODY, KeyHost, signed

host, entered, go_on, parent = KeyHost(), threading.Event(), threading.Event(), os.getpid()
answer = host.handle

def answer_slowly(*request):
    if os.getpid() == parent:
        entered.set()
        go_on.wait(10)
    return answer(*request)

host.handle = answer_slowly
verifier = host.verifier()
reading = threading.Thread(target=verifier.verify, args=(signed(), BODY))
reading.start()
entered.wait(10)
child = os.fork()
if not child:
    signal.alarm(20)  # a deadlock ends here
    verifier.verify(signed(), BODY)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
go_on.set()
reading.join()
"""


def test_a_child_that_was_forked_while_the_keys_were_read_reads_them_itself() -> None:
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert (done.stdout.strip(), done.stderr) == ("0", "")


def test_the_cause_of_a_refusal_is_at_hand(host: KeyHost) -> None:
    host.reply = BROKEN["stalled"][0]
    with pytest.raises(WebhookVerificationError) as caught:
        host.verifier().verify(signed(), BODY)
    assert isinstance(caught.value.__cause__, APITimeoutError)


@pytest.mark.parametrize("announced", [True, False])
def test_a_key_set_of_20_mib_is_refused_whether_its_length_is_announced_or_not(host: KeyHost, announced: bool) -> None:
    body = json.dumps({"keys": [public_key()], "more": " " * 20 * 2**20}).encode()
    host.reply = reply_of(body) if announced else FakeReply(200, {}, body)
    with pytest.raises(WebhookVerificationError, match="larger than 10 MiB"):
        host.verifier().verify(signed(), BODY)
    assert len(host.asked) == 1


def test_a_set_of_many_keys_is_read(host: KeyHost) -> None:
    host.say({"keys": [public_key(kid=f"key-{number}") for number in range(500)]})
    host.verifier().verify(signed(named="key-499"), BODY)
