"""Whether ShipStation sent it: every way in which a notification can be wrong is refused."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist import ConfigurationError, ShipStationError, WebhookVerificationError
from shipstation_aissist.webhooks import WebhookVerifier
from support.notifications import BODY, KEY_ID, NOW, SIGNATURE, TIMESTAMP, KeyHost, signed


@pytest.fixture
def host() -> KeyHost:
    return KeyHost()


def refusal(call: Callable[[], None]) -> WebhookVerificationError:
    """The error of a call, which must say what to do next."""
    with pytest.raises(WebhookVerificationError) as caught:
        call()
    assert "401" in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return caught.value


# --- what is right --------------------------------------------------------------------------------------------------


def test_text_stands_for_its_utf_8(host: KeyHost) -> None:
    text = '{"name": "Grüße"}'
    host.verifier().verify(signed(text.encode()), text)


def test_a_body_of_bytes_that_are_no_text_is_verified_as_it_is(host: KeyHost) -> None:
    host.verifier().verify(signed(b"\xff\x00\r\n"), b"\xff\x00\r\n")


@pytest.mark.parametrize("at", ["2026-01-15T12:00:00.1234567Z", "2026-01-15T13:00:00+01:00", "2026-01-15T12:00:00"])
def test_a_time_of_signing_may_be_in_any_form_of_iso_8601(host: KeyHost, at: str) -> None:
    host.verifier().verify(signed(at=at), BODY)


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], BODY.replace(b"IT", b"DE"), b"", "\ud800"])
def test_a_changed_body_is_refused(host: KeyHost, body: bytes | str) -> None:
    assert "not over these bytes" in str(refusal(lambda: host.verifier().verify(signed(), body)))


def test_every_single_bit_of_body_timestamp_and_signature_counts(host: KeyHost) -> None:
    verifier = host.verifier()
    body = b'{"a": 1}'
    headers = {name.encode(): value.encode() for name, value in signed(body).items()}
    verifier.verify(list(headers.items()), body)
    for name, whole in [(b"body", body), *headers.items()]:
        for position in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[position // 8] ^= 1 << position % 8
            changed = headers | ({name: bytes(flipped)} if name != b"body" else {})
            with pytest.raises(WebhookVerificationError):
                verifier.verify(list(changed.items()), bytes(flipped) if name == b"body" else body)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_any_single_bit_of_any_body_or_signature_counts(body: bytes, data: st.DataObject) -> None:
    verifier = KeyHost().verifier()
    headers = signed(body)
    raw = base64.b64decode(headers[SIGNATURE])
    part, whole = data.draw(st.sampled_from([("body", body), ("signature", raw), ("time", NOW.encode())]))
    position = data.draw(st.integers(0, 8 * len(whole) - 1))
    flipped = bytearray(whole)
    flipped[position // 8] ^= 1 << position % 8
    if part == "signature":
        headers[SIGNATURE] = base64.b64encode(flipped).decode()
    if part == "time":
        headers[TIMESTAMP] = flipped.decode("latin-1")
    verifier.verify(signed(body), body)
    with pytest.raises(WebhookVerificationError):
        verifier.verify(headers, bytes(flipped) if part == "body" else body)


@pytest.mark.parametrize("at", ["2026-01-15T11:54:59Z", "2025-01-15T12:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_an_old_notification_is_refused_as_a_possible_replay(host: KeyHost, at: str) -> None:
    assert "s ago" in str(refusal(lambda: host.verifier().verify(signed(at=at), BODY)))


@pytest.mark.parametrize("at", ["2026-01-15T12:05:01Z", "9999-12-31T23:59:59-14:00"])
def test_a_notification_of_the_future_is_refused(host: KeyHost, at: str) -> None:
    assert "in the future" in str(refusal(lambda: host.verifier().verify(signed(at=at), BODY)))


@pytest.mark.parametrize("at", ["2026-01-15T11:55:00Z", "2026-01-15T12:05:00Z"])
def test_five_minutes_into_the_past_or_the_future_are_allowed(host: KeyHost, at: str) -> None:
    host.verifier().verify(signed(at=at), BODY)


def test_another_skew_may_be_allowed(host: KeyHost) -> None:
    host.verifier(max_skew=3600).verify(signed(at="2026-01-15T11:00:00Z"), BODY)
    refusal(lambda: host.verifier(max_skew=0.5).verify(signed(at="2026-01-15T11:59:59Z"), BODY))


@pytest.mark.parametrize(
    "at", ["yesterday", "1768478400", "2026-01-15T12:00:00Zz", "2026-13-15T12:00:00Z", "2026-01-15é12:00:00"]
)
def test_a_time_of_signing_that_is_none_is_refused(host: KeyHost, at: str) -> None:
    assert "ISO 8601" in str(refusal(lambda: host.verifier().verify(signed() | {TIMESTAMP: at}, BODY)))


@pytest.mark.parametrize("name", [KEY_ID, SIGNATURE, TIMESTAMP])
def test_a_doubled_header_is_refused_also_where_a_server_has_joined_both(host: KeyHost, name: str) -> None:
    headers = signed()
    joined = headers | {name: f"{headers[name]},{headers[name]}"}  # what a WSGI server makes of it
    refusal(lambda: host.verifier().verify(joined, BODY))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "!" + text[1:],
        lambda text: text.rstrip("="),
        lambda text: text + "=",
        lambda text: text[:-3] + chr(ord(text[-3]) + 1) + "==",  # the same bytes, spelt otherwise
        lambda text: text + "\n",
        lambda text: "\xa0" + text,
        lambda text: text[:100] + "\n" + text[100:],
        lambda text: text.replace("A", "é", 1),
        lambda text: "====",
    ],
)
def test_a_signature_that_is_not_base64_is_refused_before_keys_are_asked_for(host: KeyHost, change: Any) -> None:
    headers = signed()
    headers[SIGNATURE] = change(headers[SIGNATURE])
    assert "not base64" in str(refusal(lambda: host.verifier().verify(headers, BODY)))
    assert host.asked == []


@pytest.mark.parametrize("name", [KEY_ID, SIGNATURE, TIMESTAMP])
@pytest.mark.parametrize(("before", "after"), [(" ", ""), ("", " "), ("\t ", " \t")])
def test_blanks_around_the_value_of_a_header_do_not_count(host: KeyHost, name: str, before: str, after: str) -> None:
    headers = signed()
    host.verifier().verify(headers | {name: f"{before}{headers[name]}{after}"}, BODY)
    host.verifier().verify(headers | {name: f"{before}{headers[name]}{after}".encode()}, BODY)


@pytest.mark.parametrize("name", [KEY_ID, SIGNATURE, TIMESTAMP])
def test_a_header_of_blanks_alone_is_missing(host: KeyHost, name: str) -> None:
    assert f"has no {name}" in str(refusal(lambda: host.verifier().verify(signed() | {name: " "}, BODY)))


@pytest.mark.parametrize("length", [1, 255, 257, 1024])
def test_a_signature_of_another_length_is_refused(host: KeyHost, length: int) -> None:
    headers = signed() | {SIGNATURE: base64.b64encode(b"x" * length).decode()}
    refusal(lambda: host.verifier().verify(headers, BODY))


def test_the_signature_of_another_key_is_refused(host: KeyHost) -> None:
    host.publish("first", "second")
    refusal(lambda: host.verifier().verify(signed(key="second", named="first"), BODY))


def test_a_body_that_was_read_already_is_refused_with_advice(host: KeyHost) -> None:
    with pytest.raises(TypeError, match="raw bytes"):
        host.verifier().verify(signed(), {"resource_type": "X"})  # type: ignore[arg-type]


def test_what_an_error_says_and_chains_holds_neither_header_nor_body(host: KeyHost) -> None:
    headers = signed(b"a secret body") | {KEY_ID: "a secret id"}
    error: BaseException | None = refusal(lambda: host.verifier().verify(headers, b"a secret body"))
    while error is not None:
        assert "secret" not in repr(error)
        assert headers[SIGNATURE] not in repr(error)
        error = error.__cause__ or error.__context__


# --- what it is made with -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        *({"timeout": value} for value in (0, -1, 180.1, float("nan"), float("inf"), 10**400, "10", True, None)),
        *({"max_skew": value} for value in (0, -1, float("nan"), float("inf"), 10**400, "300", True, None)),
        *(
            {"jwks_url": value}
            for value in (
                "http://api.shipengine.com/jwks",
                "https://user:pw@api.shipengine.com/jwks",
                "https://api.shipengine.com/jwks?x=1",
                "https://",
                "jwks",
                "",
                "https://api.shipengine.com/j wks",
                None,
                7,
            )
        ),
    ],
)
def test_an_unusable_setting_is_a_configuration_error_that_names_it(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))) as caught:
        WebhookVerifier(**options)
    assert "pw" not in str(caught.value)


def test_what_it_is_made_with_can_be_seen() -> None:
    assert repr(WebhookVerifier(max_skew=60)) == (
        "WebhookVerifier('https://api.shipengine.com/jwks', max_skew=60, timeout=10)"
    )


def run(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def test_an_import_loads_no_cryptography() -> None:
    script = "import sys, shipstation_aissist.webhooks; print('cryptography' in sys.modules)"
    assert run(script) == "False"


def test_without_the_extra_the_error_says_which_one_to_install() -> None:
    script = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from shipstation_aissist.webhooks import WebhookVerifier, parse_webhook\n"
        'parse_webhook(\'{"resource_type": "X"}\')\n'
        "try: WebhookVerifier()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = run(script)
    assert said.startswith("ConfigurationError ")
    assert "pip install 'shipstation-aissist[webhooks]'" in said


def test_threads_may_share_a_verifier(host: KeyHost) -> None:
    verifier = host.verifier()
    together = threading.Barrier(8)

    def verify(number: int) -> bool:
        together.wait()
        try:
            verifier.verify(signed(), BODY if number % 2 else BODY + b" ")
        except ShipStationError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(verify, range(64))) == [bool(number % 2) for number in range(64)]
    assert len(host.asked) == 1
