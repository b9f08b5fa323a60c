"""T7: whatever bytes a reply holds, the caller gets a right answer or a documented error."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
import zlib
from typing import Any

import pytest

from shipstation_aissist import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    BadRequestError,
    MalformedResponseError,
    NotFoundError,
    RateLimitError,
    TraceStep,
)
from support.certificates import Authority
from support.fault_server import Behaviour, Conversation, FaultServer
from support.misbehaviour import bomb, chunked, last_words, message, reply, stall_after
from support.wiring import Connect

MIB = 1024 * 1024
LABEL = json.dumps({"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}).encode()
CHUNKED = {"Transfer-Encoding": "chunked"}
GZIP = {"Content-Encoding": "gzip"}


def padded(size: int) -> bytes:
    """A label in so many bytes."""
    return LABEL + b" " * (size - len(LABEL))


# --- bodies that are answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        reply(LABEL),
        reply(LABEL, status=206),
        reply(b"\xef\xbb\xbf" + LABEL),
        reply(LABEL, headers={"Content-Type": "text/html; charset=nonsense"}),
        reply(chunked(LABEL), length=None, headers=CHUNKED),
        reply(chunked(LABEL, 1), length=None, headers=CHUNKED),
        reply(chunked(LABEL)[:-2] + b"Trailer: x\r\n\r\n", length=None, headers=CHUNKED),
        last_words(message(LABEL, length=None)),
        last_words(message(LABEL, length=None, version="HTTP/1.0")),
        last_words(message(LABEL, version="HTTP/1.0")),
        last_words(message(LABEL, headers={"Connection": "close"})),
        reply(gzip.compress(LABEL), headers=GZIP),
        reply(zlib.compress(LABEL), headers={"Content-Encoding": "deflate"}),
        reply(chunked(gzip.compress(LABEL)), length=None, headers={**CHUNKED, **GZIP}),
        last_words(message(gzip.compress(LABEL), length=None, headers=GZIP)),
        reply(LABEL, headers={"Content-Encoding": "utf-8"}),
        reply(LABEL, headers={"Content-Encoding": "identity"}),
        lambda conversation: conversation.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + message(LABEL)),
        reply(padded(10 * MIB)),
        reply(chunked(padded(10 * MIB), MIB), length=None, headers=CHUNKED),
        reply(gzip.compress(padded(10 * MIB)), headers=GZIP),
    ],
    ids=[
        "plain",
        "another success",
        "with a byte order mark",
        "a wrong type",
        "chunked",
        "chunked by the byte",
        "chunked with a trailer",
        "without a length",
        "HTTP/1.0 without a length",
        "HTTP/1.0",
        "Connection: close",
        "gzip",
        "deflate",
        "gzip in chunks",
        "gzip without a length",
        "an encoding that is none",
        "identity",
        "after 100 Continue",
        "just 10 MiB",
        "just 10 MiB in chunks",
        "gzip of just 10 MiB",
    ],
)
def test_every_way_of_sending_a_body_is_understood(answer: Behaviour, connect: Connect) -> None:
    with FaultServer(answer) as server:
        client = connect(server.base_url, max_retries=0)
        assert client.get_label("se-1").label_id == "se-1"
        assert client.get_label("se-1").label_id == "se-1"


# --- bodies that are too large ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        reply(padded(20 * MIB)),
        reply(padded(10 * MIB + 1)),
        last_words(message(LABEL, length=10**30)),
        reply(chunked(padded(20 * MIB), MIB), length=None, headers=CHUNKED),
        last_words(message(padded(20 * MIB), length=None)),
        reply(bomb(20), headers=GZIP),
        reply(bomb(1000), headers=GZIP),
        reply(chunked(bomb(100), 999), length=None, headers={**CHUNKED, **GZIP}),
        reply(zlib.compress(b" " * 40 * MIB), headers={"Content-Encoding": "deflate"}),
    ],
    ids=[
        "20 MiB",
        "a byte too many",
        "an absurd length",
        "20 MiB in chunks",
        "20 MiB without a length",
        "gzip of 20 MiB",
        "gzip of 1 GiB",
        "gzip of 100 MiB in chunks",
        "deflate of 40 MiB",
    ],
)
def test_a_body_above_ten_mebibytes_is_refused_without_filling_the_memory(answer: Behaviour, connect: Connect) -> None:
    with FaultServer(answer, answer, reply(LABEL)) as server:
        client = connect(server.base_url)
        tracemalloc.start()
        try:
            with pytest.raises(MalformedResponseError, match="larger than 10 MiB") as raised:
                client.get_label("se-1")
            assert tracemalloc.get_traced_memory()[1] < 100 * MIB
        finally:
            tracemalloc.stop()
        assert raised.value.problems == ("$",)
        assert len(server.requests) == 1  # complete enough to know, so never tried again
        with pytest.raises(MalformedResponseError):
            client.get_label("se-1")
        assert client.get_label("se-1").label_id == "se-1"  # what was left unread does not spoil the next call


def test_an_error_with_a_body_that_is_too_large_is_still_that_error(connect: Connect) -> None:
    with FaultServer(reply(b" " * 20 * MIB, status=404)) as server, pytest.raises(NotFoundError) as raised:
        connect(server.base_url).get_label("se-1")
    assert raised.value.errors == ()


# --- bodies that are something else ----------------------------------------------------------------------------------


UNREADABLE: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", {}),
    "HTML": (b"<!DOCTYPE html><p>We are down for maintenance", {"Content-Type": "text/html"}),
    "null": (b"null", {}),
    "a list": (b"[]", {}),
    "a text": (b'"text"', {}),
    "NaN": (b"NaN", {}),
    "Infinity": (b'{"label_id": Infinity}', {}),
    "cut": (b'{"label_id": "se-1"', {}),
    "too much": (b'{"label_id": "se-1"} and more', {}),
    "another type": (b'{"label_id": 1}', {}),
    "another type within": (b'{"label_id": "se-1", "packages": {}}', {}),
    "an empty object": (b"{}", {}),
    "UTF-16": (b'\xff\xfe{\x00}\x00"', {}),
    "nested lists": (b"[" * 200_000, {}),
    "nested objects": (b'{"a":' * 100_000, {}),
    "an endless number": (b"1" * 10_000, {}),
    "no gzip": (b"not gzip at all", GZIP),
    "gzip cut short": (gzip.compress(LABEL)[:-20], GZIP),
    "gzip twice": (gzip.compress(gzip.compress(LABEL)), {"Content-Encoding": "gzip, gzip"}),
    "Brotli, which was not asked for": (b"\x1b\x00", {"Content-Encoding": "br"}),
    "no deflate": (b"garbage", {"Content-Encoding": "deflate"}),
}


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("max_retries", [0, 2])
def test_any_other_body_is_malformed_and_is_not_asked_for_again(what: str, max_retries: int, connect: Connect) -> None:
    body, headers = UNREADABLE[what]
    with FaultServer(reply(body, headers=headers)) as server, pytest.raises(MalformedResponseError) as raised:
        connect(server.base_url, max_retries=max_retries).get_label("se-1")
    assert raised.value.problems
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("what", "coding"), [("no gzip", "gzip"), ("gzip cut short", "gzip"), ("no deflate", "deflate")]
)
def test_a_damaged_body_is_told_as_what_it_is_not(what: str, coding: str, connect: Connect) -> None:
    body, headers = UNREADABLE[what]
    with FaultServer(reply(body, headers=headers)) as server, pytest.raises(MalformedResponseError) as raised:
        connect(server.base_url).get_label("se-1")
    assert f"it is not the {coding} that its header says" in str(raised.value)


def test_a_damaged_body_does_not_hide_the_error_that_its_status_is(connect: Connect) -> None:
    with FaultServer(reply(b"no gzip", status=400, headers=GZIP)) as server, pytest.raises(BadRequestError):
        connect(server.base_url).get_label("se-1")


def test_a_malformed_reply_names_its_paths_and_quotes_nothing(connect: Connect) -> None:
    page = {"labels": [{"label_id": "se-1", "shipment_id": "se-2"}, {"label_id": 88_442_211}], "total": "4422"}
    with FaultServer(reply(page)) as server, pytest.raises(MalformedResponseError) as raised:
        list(connect(server.base_url).list_labels())
    assert "$.labels[1].label_id" in raised.value.problems
    assert "4422" not in str(raised.value)


@pytest.mark.parametrize(
    "body", [b"", b"<h1>", b"[]", b'{"errors": 7}', b'{"errors": [null, 7, {"message": {}}]}', b"\xff"]
)
def test_an_error_reply_may_have_any_body(body: bytes, connect: Connect) -> None:
    answer = reply(body, status=400, headers={"x-shipengine-requestid": "r-1"})
    with FaultServer(answer) as server, pytest.raises(BadRequestError) as raised:
        connect(server.base_url).get_label("se-1")
    assert raised.value.request_id == "r-1"
    assert all(detail.message is None for detail in raised.value.errors)


# --- bytes beyond the reply ------------------------------------------------------------------------------------------


def two_at_once(first: bytes, second: bytes, sent: threading.Semaphore) -> Behaviour:
    """A reply with more behind it than its length says: the beginning of another reply. Tells when all is sent."""

    def behave(conversation: Conversation) -> None:
        try:
            conversation.send(message(first) + second)
        finally:
            sent.release()

    return behave


@pytest.mark.parametrize("size", [200, 5_000, 8_191, 8_192, 8_193, 16_383, 16_384, 40_000])  # 8,192: Python's buffer
@pytest.mark.parametrize("secure", [False, True])
def test_what_comes_beyond_a_reply_is_never_taken_for_the_next_one(
    size: int, secure: bool, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    stranger = message(b'{"label_id": "se-666", "shipment_id": "se-667"}')
    body = LABEL + b" " * (size - len(message(LABEL)) - 5)
    while len(message(body)) < size:
        body += b" "
    sent = threading.Semaphore(0)
    with FaultServer(two_at_once(body, stranger, sent), tls=authority.server_side if secure else None) as server:
        client = connect(server.base_url)
        for _ in range(4):
            assert client.get_label("se-1").label_id == "se-1"
            # What is sent only after the next request has gone out cannot be told from that one's reply, by nobody.
            assert sent.acquire(timeout=5)


@pytest.mark.parametrize(
    "first_line", [b"HTTP/1.1", b"HTTP/1.1 abc", b"", b"\r\n\r\n", b"\x00" * 100, b"HTTP/9.9 200 OK"]
)
def test_a_reply_that_is_no_http_is_a_connection_error(first_line: bytes, connect: Connect) -> None:
    with FaultServer(last_words(first_line + b"\r\n\r\n")) as server, pytest.raises(APIConnectionError):
        connect(server.base_url).get_label("se-1")


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nContent-Length: 30\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 20\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ],
)
def test_what_cannot_become_a_reply_is_a_connection_error_at_once_though_the_server_says_no_more(
    said: bytes, connect: Connect
) -> None:
    with FaultServer(stall_after(said)) as server, pytest.raises(APIConnectionError) as raised:
        connect(server.base_url, max_retries=0).get_label("se-1")
    assert not isinstance(raised.value, APITimeoutError)


@pytest.mark.parametrize("blanks", [b"", b"   ", b"\t", b" \t "])
def test_blanks_around_the_values_of_headers_do_not_count(blanks: bytes, connect: Connect) -> None:
    zipped = gzip.compress(LABEL)
    lines = (b"Content-Length:%d" % len(zipped), b"Content-Encoding:gzip", b"x-shipengine-requestid:r-1")
    head = b"\r\n".join([b"HTTP/1.1 200 OK", *(line.replace(b":", b":" + blanks) + blanks for line in lines), b"", b""])
    steps: list[TraceStep] = []
    with FaultServer(lambda conversation: conversation.send(head + zipped)) as server:
        client = connect(server.base_url, max_retries=0, on_event=steps.append)
        assert [client.get_label("se-1").label_id for _ in range(2)] == ["se-1", "se-1"]
        assert server.connections == 1
    assert [step.request_id for step in steps] == ["r-1", "r-1"]


def test_a_retry_after_that_is_a_date_is_read_against_the_date_of_its_reply(connect: Connect) -> None:
    headers = {"Date": "Mon, 02 Mar 2026 10:00:00 GMT", "Retry-After": "  Mon, 02 Mar 2026 10:01:30 GMT "}
    with FaultServer(reply(b"", status=429, headers=headers)) as server, pytest.raises(RateLimitError) as raised:
        connect(server.base_url).get_label("se-1")
    assert raised.value.retry_after == 90.0


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: -5",
        b"Content-Length: x",
        b"Content-Length: 2, 2",
        b"Content-Length: 2, 3",
        b"Transfer-Encoding: nonsense",
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip",
        b"Set-Cookie: \xff\xfe=;;;=;expires=never",
        b"Content-Type: ;;;charset",
        b": no name",
        b"no colon at all",
        b"Folded: a\r\n b",
        b"\x00\x01: \xff",
        b"Location: http://[",
        b"Retry-After: \xff",
    ],
)
@pytest.mark.parametrize("status", [b"200", b"204", b"304", b"404", b"429", b"101"])
def test_odd_headers_end_in_an_answer_or_a_documented_error(header: bytes, status: bytes, connect: Connect) -> None:
    answer = b"HTTP/1.1 " + status + b" X\r\n" + header + b"\r\n\r\n{}"
    with FaultServer(last_words(answer)) as server:
        client = connect(server.base_url, max_retries=0)
        try:
            result: Any = client.get_json("tags")
        except APIError as failure:
            result = failure
    assert result == {} or isinstance(result, APIError)
