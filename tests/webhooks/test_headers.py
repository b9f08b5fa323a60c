"""A signed notification passes whatever a framework makes of its headers, and none gets through by their form."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from io import BytesIO
from typing import Any
from wsgiref.headers import Headers as WsgirefHeaders

import httpx
import pytest
from requests.structures import CaseInsensitiveDict
from starlette.datastructures import Headers as StarletteHeaders
from werkzeug.datastructures import EnvironHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders

from shipstation_aissist import WebhookVerificationError
from support.notifications import BODY, KEY_ID, SIGNATURE, TIMESTAMP, KeyHost, signed

NAMES = [KEY_ID, SIGNATURE, TIMESTAMP]


def environ(headers: Mapping[str, str]) -> dict[str, Any]:
    """A WSGI environment, as Django's ``request.META`` and Bottle's ``request.environ`` are."""
    meta: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": BytesIO(BODY),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "shop.example",
    }
    return meta | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}


def as_message(headers: Mapping[str, str]) -> Message:
    message = Message()
    for name, value in headers.items():
        message[name] = value
    return message


class CherryPyLike:
    """An object with ``items()`` and nothing else of a mapping."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def items(self) -> list[tuple[str, str]]:
        return list(self._headers.items())


FORMS: dict[str, Any] = {
    "a dict": dict,
    "requests": CaseInsensitiveDict,
    "http.server": as_message,
    "in capitals": lambda headers: {name.upper(): value for name, value in headers.items()},
    "in title case": lambda headers: {name.title(): value for name, value in headers.items()},
    "pairs": lambda headers: list(headers.items()),
    "pairs as lists": lambda headers: [[name, value] for name, value in headers.items()],
    "an iterator of pairs": lambda headers: iter(headers.items()),
    "ASGI": lambda headers: [(name.encode(), value.encode()) for name, value in headers.items()],
    "a dict of bytes": lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
    "views": lambda headers: [
        (memoryview(name.encode()), bytearray(value.encode())) for name, value in headers.items()
    ],
    "API Gateway, multi-value": lambda headers: {name: [value] for name, value in headers.items()},
    "lists of bytes": lambda headers: {name: (value.encode(),) for name, value in headers.items()},
    "WSGI": environ,
    "WSGI, pairs": lambda headers: list(environ(headers).items()),
    "wsgiref": lambda headers: WsgirefHeaders(list(headers.items())),
    "Starlette": lambda headers: StarletteHeaders(
        raw=[(name.lower().encode(), value.encode()) for name, value in headers.items()]
    ),
    "werkzeug": WerkzeugHeaders,
    "werkzeug, of an environment": lambda headers: EnvironHeaders(environ(headers)),
    "httpx": httpx.Headers,
    "an object with items": CherryPyLike,
    "among others": lambda headers: headers | {"Host": "example.com", "x-anything": None, "x-numbers": [1, 2], 7: 8},
}


@pytest.fixture
def host() -> KeyHost:
    return KeyHost()


@pytest.mark.parametrize("form", FORMS)
def test_a_signed_body_passes_however_the_framework_gives_its_headers(host: KeyHost, form: str) -> None:
    host.verifier().verify(FORMS[form](signed()), BODY)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_a_missing_header_is_missing_in_every_form(host: KeyHost, form: str, name: str) -> None:
    headers = signed()
    del headers[name]
    with pytest.raises(WebhookVerificationError, match=f"has no {name}"):
        host.verifier().verify(FORMS[form](headers), BODY)
    assert host.asked == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, "", b"", [], [""], [None], 7, object()])
def test_a_value_that_is_no_text_is_a_missing_one(host: KeyHost, name: str, value: Any) -> None:
    with pytest.raises(WebhookVerificationError, match=f"has no {name}"):
        host.verifier().verify(signed() | {name: value}, BODY)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "doubled",
    [
        lambda headers, name: [*headers.items(), (name.title(), headers[name])],
        lambda headers, name: headers | {name.title(): headers[name]},
        lambda headers, name: headers | {name: [headers[name], headers[name]]},
        lambda headers, name: headers | {name: ["", headers[name]]},
        lambda headers, name: headers | environ(headers),
        lambda headers, name: StarletteHeaders(
            raw=[(each.encode(), headers[each].encode()) for each in [*headers, name]]
        ),
    ],
)
def test_a_header_that_is_there_twice_is_refused_in_every_form(host: KeyHost, name: str, doubled: Any) -> None:
    with pytest.raises(WebhookVerificationError, match="twice"):
        host.verifier().verify(doubled(signed(), name), BODY)
    assert host.asked == []


@pytest.mark.parametrize("headers", [None, "x-shipengine-timestamp: now", b"x", 7, [1, 2], ["ab"], [("a", "b", "c")]])
def test_what_is_no_headers_at_all_is_refused_with_advice(host: KeyHost, headers: Any) -> None:
    with pytest.raises(TypeError, match="WSGI environment"):
        host.verifier().verify(headers, BODY)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda raw: memoryview(b"?" + raw)[1:], bytes.decode])
def test_a_body_may_be_bytes_of_any_kind_or_text(host: KeyHost, wrap: Any) -> None:
    host.verifier().verify(signed(), wrap(BODY))
