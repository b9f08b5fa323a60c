"""What a client can be made of: bad construction is a ConfigurationError, before any request."""

from __future__ import annotations

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shipstation_aissist import ConfigurationError, ShipStationClient, ShipStationError

KEY = "sk-of-the-tests"


def refusal(*arguments: Any, **options: Any) -> str:
    """What the client says against it."""
    with pytest.raises(ConfigurationError) as raised:
        ShipStationClient(*arguments, **options)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, ShipStationError)
    assert raised.value.__cause__ is raised.value.__context__ is None
    return str(raised.value)


# --- the key ---------------------------------------------------------------------------------------------------------


def test_without_a_key_there_is_no_client_and_the_message_says_where_keys_are_made() -> None:
    assert "SHIPSTATION_API_KEY" in refusal()
    assert "API Settings" in refusal(None)


@pytest.mark.parametrize("key", ["", " ", "\t", "\n", "\u00a0"])
def test_a_blank_key_is_refused(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_API_KEY", "of the environment")
    assert "API key is blank" in refusal(key)


@pytest.mark.parametrize("bad", ["\n", "\r", "\r\nX-Other: 1", "\t", "\x00", "\x1f", "\x7f", "\x85", "\x9f"])
@pytest.mark.parametrize("shape", ["{bad}key", "ke{bad}y", "key{bad}"])
def test_a_key_with_control_characters_is_refused(bad: str, shape: str) -> None:
    assert "control characters" in refusal(shape.format(bad=bad))


@pytest.mark.parametrize("key", ["k\u20acy", "ключ", "key\u200b", "\ud83d\udce6", "\ud800"])
def test_a_key_that_is_not_latin_1_is_refused(key: str) -> None:
    assert "no HTTP header can hold" in refusal(key)


@pytest.mark.parametrize("key", [b"key", 7, ["key"], {"key": 1}, object(), True])
def test_a_key_of_another_type_is_refused(key: Any) -> None:
    assert "str" in refusal(key)


@pytest.mark.parametrize("key", ["k", "TEST_x+/=", 'a"b', "schlüssel", "two words", "x" * 4000])
def test_any_other_key_is_taken_as_it_is(key: str) -> None:
    ShipStationClient(key).close()


def test_the_key_comes_from_the_environment_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_API_KEY", "of the environment")
    ShipStationClient().close()
    monkeypatch.setenv("SHIPSTATION_API_KEY", "")
    assert "No API key" in refusal()
    monkeypatch.setenv("SHIPSTATION_API_KEY", " ")
    assert "blank" in refusal()
    monkeypatch.setenv("SHIPSTATION_API_KEY", "key\n")
    assert "control characters" in refusal()


# --- timeout, retries, name, listener --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "timeout",
    [
        *(9.9, 9.999999, 0, -1, 180.1, 181, 10**400, math.inf, -math.inf, math.nan, True, False),
        *("30", None, (5, 30), Decimal(30), Fraction(30), 30j, [30], b"30"),
    ],
)
def test_a_timeout_that_is_no_number_from_10_to_180_is_refused(timeout: Any) -> None:
    assert "timeout" in refusal(KEY, timeout=timeout)


@pytest.mark.parametrize("timeout", [10, 10.0, 12.5, 180, 180.0])
def test_a_timeout_from_10_to_180_seconds_is_taken(timeout: float) -> None:
    with ShipStationClient(KEY, timeout=timeout) as client:
        assert client.timeout == timeout


@pytest.mark.parametrize("max_retries", [-1, 11, 10**400, 1.0, 2.5, True, False, "2", None, math.nan])
def test_max_retries_that_is_no_whole_number_from_0_to_10_is_refused(max_retries: Any) -> None:
    assert "max_retries" in refusal(KEY, max_retries=max_retries)


@pytest.mark.parametrize("max_retries", [0, 2, 10])
def test_max_retries_from_0_to_10_is_taken(max_retries: int) -> None:
    with ShipStationClient(KEY, max_retries=max_retries) as client:
        assert client.max_retries == max_retries


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x00", 7, b"shop"])
def test_a_name_that_a_log_line_cannot_hold_is_refused(name: Any) -> None:
    assert "name" in refusal(KEY, name=name)


@pytest.mark.parametrize("on_event", [7, "print", []])
def test_a_listener_that_cannot_be_called_is_refused(on_event: Any) -> None:
    assert "on_event" in refusal(KEY, on_event=on_event)


def test_a_client_has_sensible_defaults() -> None:
    with ShipStationClient(KEY) as client:
        assert (client.base_url, client.timeout, client.max_retries, client.name) == (
            *("https://api.shipstation.com/v2", 10.0, 2, None),
        )


def test_everything_but_the_key_is_a_keyword() -> None:
    with pytest.raises(TypeError):
        ShipStationClient(KEY, "https://api.shipstation.com/v2")  # type: ignore[misc]


# --- the base URL ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base_url", "why"),
    [
        ("http://api.shipstation.com/v2", "https"),
        ("http://10.0.0.1/v2", "https"),
        ("http://localhost.example.com/v2", "https"),
        ("http://127.0.0.1.example.com/v2", "https"),
        ("http://0.0.0.0/v2", "https"),
        ("http://[2001:db8::1]/v2", "https"),
        ("ftp://localhost/v2", "https"),
        ("//api.shipstation.com/v2", "https"),
        ("file:///etc/passwd", "host"),
        ("https://user:password@api.shipstation.com/v2", "user name"),
        ("https://user@api.shipstation.com/v2", "user name"),
        ("https://@api.shipstation.com/v2", "user name"),
        ("http://user:password@localhost/v2", "user name"),
        ("https://localhost:x/v2", "cannot be read"),
        ("https://localhost:99999/v2", "cannot be read"),
        ("https://[::1/v2", "cannot be read"),
        ("https://", "host"),
        ("https:///v2", "host"),
        ("api.shipstation.com/v2", "host"),
        ("https://api.shipstation.com/v2?x=1", "query"),
        ("https://api.shipstation.com/v2?", "query"),
        ("https://api.shipstation.com/v2#x", "query"),
        ("https://api.shipstation.com/v2\n", "blanks"),
        (" https://api.shipstation.com/v2", "blanks"),
        ("https://api.shipstation.com\\@evil.example/v2", "backslashes"),
        ("https://api.shipst\u0430tion.com/v2", "characters"),
        ("https://api.shipstation.com/v2|x", "characters"),
        ("https://api.shipstation.com/v2/..", "lead elsewhere"),
        ("https://api.shipstation.com/../v2", "lead elsewhere"),
        ("https://api.shipstation.com/v2/../admin", "lead elsewhere"),
        ("https://api.shipstation.com/./v2", "lead elsewhere"),
        ("https://api.shipstation.com/v2/..;/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/..;x=1/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/;x=1/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/%2e%2E/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/..%2fadmin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/%252e%252e/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/..%3b/admin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/%5c..%5cadmin", "lead elsewhere"),
        ("https://api.shipstation.com/v2/%3Fx=1", "lead elsewhere"),
        ("https://api.shipstation.com/v2%0d%0a", "lead elsewhere"),
        ("https://api.shipstation.com//v2", "lead elsewhere"),
        ("https://api.shipstation.com/v2//x", "lead elsewhere"),
        ("https://.../v2", "no name and no address"),
        ("https://.api.shipstation.com/v2", "no name and no address"),
        ("https://api..shipstation.com/v2", "no name and no address"),
        ("https://api.shipstation.com%2eevil.example/v2", "no name and no address"),
        ("https://api.shipstation.com;evil.example/v2", "no name and no address"),
        ("https://api.shipstation.com,evil.example/v2", "no name and no address"),
        ("", "host"),
        (7, "str"),
        (b"https://api.shipstation.com/v2", "str"),
    ],
)
def test_a_base_url_that_could_lead_the_key_astray_is_refused(base_url: Any, why: str) -> None:
    said = refusal(KEY, base_url=base_url)
    assert why in said
    assert "password" not in said.replace("user name or password", "")


@pytest.mark.parametrize(
    ("base_url", "used"),
    [
        ("https://api.eu.shipengine.com/v1", "https://api.eu.shipengine.com/v1"),
        ("https://api.shipstation.com/v2/", "https://api.shipstation.com/v2"),
        ("https://api.shipstation.com", "https://api.shipstation.com"),
        ("https://localhost:8443/a/b", "https://localhost:8443/a/b"),
        ("http://localhost:8000/v2", "http://localhost:8000/v2"),
        ("http://127.0.0.1:8000/v2", "http://127.0.0.1:8000/v2"),
        ("http://127.8.9.1/v2", "http://127.8.9.1/v2"),
        ("http://[::1]:8000/v2", "http://[::1]:8000/v2"),
        ("https://api.shipstation.com./v2", "https://api.shipstation.com./v2"),
        ("https://my_gateway.internal/v2;a=1/x.y", "https://my_gateway.internal/v2;a=1/x.y"),
    ],
)
def test_https_anywhere_and_http_to_this_machine_are_taken(base_url: str, used: str) -> None:
    with ShipStationClient(KEY, base_url=base_url) as client:
        assert client.base_url == used


def test_the_base_url_comes_from_the_environment_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_BASE_URL", "http://127.0.0.1:9/v2")
    assert ShipStationClient(KEY).base_url == "http://127.0.0.1:9/v2"
    assert ShipStationClient(KEY, base_url="https://localhost/v2").base_url == "https://localhost/v2"
    monkeypatch.setenv("SHIPSTATION_BASE_URL", "")
    assert ShipStationClient(KEY).base_url == "https://api.shipstation.com/v2"
    monkeypatch.setenv("SHIPSTATION_BASE_URL", "http://api.shipstation.com/v2")
    assert "https" in refusal(KEY)


# --- as a value ------------------------------------------------------------------------------------------------------


def test_its_repr_says_where_it_asks_and_for_how_long() -> None:
    client = ShipStationClient(KEY, name="shop", timeout=20)
    assert repr(client) == "ShipStationClient(name='shop', base_url='https://api.shipstation.com/v2', timeout=20)"


def test_a_copy_is_the_client_itself() -> None:
    client = ShipStationClient(KEY)
    assert copy.copy(client) is client
    assert copy.deepcopy({"client": client})["client"] is client


def test_a_closed_client_is_still_closed_after_a_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY)
    client = ShipStationClient()
    client.close()
    with pytest.raises(ShipStationError, match="closed"):
        pickle.loads(pickle.dumps(client)).get_json("tags")


def test_a_listener_goes_into_the_pickle_if_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(ShipStationClient(KEY, on_event=print)))._events.listener is print
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(ShipStationClient(KEY, on_event=lambda _: None))
