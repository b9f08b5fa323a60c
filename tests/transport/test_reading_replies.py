"""Replies as bytes (T6, T7): what is one, where it ends, and what is none. No socket is needed for that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.transport.http1 import (
    LARGEST_BODY,
    LARGEST_HEAD,
    BrokenReplyError,
    Incoming,
    NoReplyError,
    RawReply,
    read_reply,
)
from support.misbehaviour import chunked
from support.wiring import outcome_of

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def arriving(pieces: Iterable[bytes]) -> Incoming:
    """Bytes as they come: at most so many at once as are asked for, and none at the end."""
    waiting = list(pieces)

    def receive(most: int) -> bytes:
        if not waiting:
            return b""
        piece = waiting[0][:most]
        waiting[0] = waiting[0][most:]
        if not waiting[0]:
            waiting.pop(0)
        return piece

    return Incoming(receive)


def read(data: bytes) -> RawReply:
    return read_reply(arriving([data]))


def said(reply: RawReply) -> tuple[int, dict[str, str], bytes | None, bool]:
    return reply.status, reply.headers, reply.body, reply.is_last


def with_headers(*lines: bytes, body: bytes = b"{}") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", body])


# --- where a reply ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "body", "is_last", "left"),
    [
        (with_headers(b"Content-Length: 2"), b"{}", False, 0),
        (with_headers(b"Content-Length: 2", body=b"{}HTTP/1.1 200"), b"{}", False, 12),
        (with_headers(b"Content-Length: 0", body=b"x"), b"", False, 1),
        (with_headers(b"Content-Length: 2, 2"), b"{}", False, 0),
        (with_headers(b"Content-Length: 2", b"content-length: 2"), b"{}", False, 0),
        (with_headers(b"Content-Length: 2", b"Connection: close"), b"{}", True, 0),
        (with_headers(b"Content-Length: 2", b"Connection: Keep-Alive, CLOSE"), b"{}", True, 0),
        (with_headers(b"Content-Length: 2", b"Connection: keep-alive"), b"{}", False, 0),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"{}", True, 0),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}", b"{}", False, 0),
        (with_headers(b"Server: x"), b"{}", True, 0),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", b"{}", True, 0),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", b"{}", False, 0),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", b"{}", False, 0),
        (b"HTTP/1.1 204 No\r\n\r\nx", b"", False, 1),
        (b"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\nx", b"", False, 1),
        (CHUNKED + chunked(b"0123456789", 3) + b"x", b"0123456789", False, 1),
        (CHUNKED + b"2;name=value\r\n{}\r\n0\r\n\r\n", b"{}", False, 0),
        (CHUNKED + b"002 \r\n{}\r\n000\r\nTrailer: x\r\n\r\nx", b"{}", False, 1),
        (CHUNKED + b"2\n{}\n0\n\n", b"{}", False, 0),
        (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n", b"", True, 0),
        (with_headers(b"Transfer-Encoding: chunked", b"Content-Length: 2", body=b"0\r\n\r\n"), b"", True, 0),
    ],
)
def test_a_reply_ends_where_its_length_its_chunks_or_its_status_say(
    data: bytes, body: bytes, is_last: bool, left: int
) -> None:
    incoming = arriving([data])
    reply = read_reply(incoming)
    assert (reply.body, reply.is_last, len(incoming)) == (body, is_last, left)


@given(
    data=st.sampled_from(
        [
            with_headers(b"Content-Length: 2", b"A: b"),
            with_headers(b"A: b\r\n  c"),
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\nContent-Length: 1\n\nx",
            CHUNKED + chunked(b"0123456789" * 9),
            b"HTTP/1.1 204 No\r\n\r\n",
        ]
    ),
    cuts=st.lists(st.integers(0, 300)),
)
def test_a_reply_is_the_same_in_whatever_pieces_it_comes(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert said(read_reply(arriving(pieces))) == said(read(data))


def test_replies_that_follow_each_other_are_read_one_after_the_other() -> None:
    incoming = arriving([b"".join(with_headers(b"Content-Length: 1", body=b"%d" % number) for number in range(9))])
    assert [read_reply(incoming).body for _ in range(9)] == [b"%d" % number for number in range(9)]
    with pytest.raises(NoReplyError):
        read_reply(incoming)


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        b"Retry-After: 5",
        b"Retry-After:5",
        b"Retry-After:   5  ",
        b"Retry-After:\t5\t ",
        b"RETRY-AFTER: 5",
        b"retry-after:\r\n  5",
        b"retry-after:\r\n\t5 \r\n ",
    ],
)
def test_blanks_around_a_headers_value_and_the_case_of_its_name_do_not_count(line: bytes) -> None:
    assert read(with_headers(line, b"Content-Length: 2")).headers["retry-after"] == "5"


@pytest.mark.parametrize("blanks", [b"  ", b"\t", b" \t "])
def test_blanks_around_lengths_and_codings_do_not_count(blanks: bytes) -> None:
    assert read(with_headers(b"Content-Length:" + blanks + b"2" + blanks)).body == b"{}"
    coded = with_headers(b"Transfer-Encoding:" + blanks + b"Chunked" + blanks, body=chunked(b"{}"))
    assert read(coded).body == b"{}"


def test_the_values_of_a_repeated_header_are_joined_and_a_folded_one_is_unfolded() -> None:
    reply = read(with_headers(b"A: 1", b"b: x\r\n  y", b"a: 2", b"Content-Length: 2"))
    assert reply.headers == {"a": "1, 2", "b": "x y", "content-length": "2"}


# --- interim replies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints", b"199 Whatever"])
@pytest.mark.parametrize("count", [1, 2, 500])
def test_interim_replies_are_passed_over_however_many_they_are(status: bytes, count: int) -> None:
    interim = b"HTTP/1.1 " + status + b"\r\nLink: </x>; rel=preload\r\nContent-Length: 9\r\n\r\n"
    incoming = arriving([interim * count + with_headers(b"Content-Length: 2")])
    assert read_reply(incoming).body == b"{}"
    assert len(incoming) == 0


def test_a_reply_that_interim_ones_put_off_for_ever_is_broken() -> None:
    def receive(_: int) -> bytes:
        return b"HTTP/1.1 103 Early Hints\r\n\r\n"

    with pytest.raises(BrokenReplyError, match="for ever"):
        read_reply(Incoming(receive))


# --- what is none ----------------------------------------------------------------------------------------------------

FAULTS: dict[str, Callable[[], bytes]] = {
    "another protocol": lambda: b"SSH-2.0-OpenSSH_9.6\r\n",
    "another version": lambda: b"HTTP/2 200 OK\r\n\r\n",
    "no status": lambda: b"HTTP/1.1 OK\r\n\r\n",
    "a status of two digits": lambda: b"HTTP/1.1 20 OK\r\n\r\n",
    "a status below 100": lambda: b"HTTP/1.1 099 OK\r\n\r\n",
    "a blank line first": lambda: b"\r\n" + with_headers(b"Content-Length: 2"),
    "another protocol, switched to": lambda: b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "a line without a colon": lambda: with_headers(b"no colon at all"),
    "a header without a name": lambda: with_headers(b": x"),
    "a blank before the colon": lambda: with_headers(b"Content-Length : 2"),
    "a folded first line": lambda: b"HTTP/1.1 200 OK\r\n Content-Length: 2\r\n\r\n{}",
    "a NUL": lambda: with_headers(b"A: \x00"),
    "a lone carriage return": lambda: with_headers(b"A: x\rContent-Length: 2"),
    "headers that are too long": lambda: with_headers(b"A: " + b"x" * LARGEST_HEAD),
    "headers without an end": lambda: b"HTTP/1.1 200 OK\r\nA: " + b"x" * 2 * LARGEST_HEAD,
    "too many headers": lambda: with_headers(*[b"A: x"] * 101),
    "two lengths": lambda: with_headers(b"Content-Length: 2", b"Content-Length: 3"),
    "two lengths in one": lambda: with_headers(b"Content-Length: 2, 3"),
    "a negative length": lambda: with_headers(b"Content-Length: -2"),
    "a signed length": lambda: with_headers(b"Content-Length: +2"),
    "a length in other digits": lambda: with_headers("Content-Length: \u00b2".encode("latin-1")),
    "an empty length": lambda: with_headers(b"Content-Length:"),
    "a length with a blank within": lambda: with_headers(b"Content-Length: 1 0"),
    "another coding": lambda: with_headers(b"Transfer-Encoding: gzip"),
    "another coding too": lambda: with_headers(b"Transfer-Encoding: gzip, chunked"),
    "chunked twice": lambda: with_headers(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
    "no coding": lambda: with_headers(b"Transfer-Encoding: identity", b"Content-Length: 2"),
    "an empty coding": lambda: with_headers(b"Transfer-Encoding:", b"Content-Length: 2"),
    "no chunk": lambda: CHUNKED + b"{}\r\n",
    "a negative chunk": lambda: CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a signed chunk": lambda: CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n",
    "a chunk that says 0x": lambda: CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk with an underscore": lambda: CHUNKED + b"0_2\r\n{}\r\n0\r\n\r\n",
    "a chunk without its end": lambda: CHUNKED + b"2\r\n{}0\r\n\r\n",
    "a chunk that is longer than it says": lambda: CHUNKED + b"2\r\n{}x\r\n0\r\n\r\n",
    "an endless line of a chunk": lambda: CHUNKED + b"2;" + b"x" * 9_000,
    "an endless size of a chunk": lambda: CHUNKED + b"0" * 20 + b"2\r\n{}\r\n0\r\n\r\n",
    "endless trailers": lambda: CHUNKED + b"0\r\n" + b"A: x\r\n" * 20_000,
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_leaves_a_doubt_is_broken_at_once_and_nothing_of_it_is_quoted(what: str) -> None:
    waiting = [FAULTS[what]()]

    def receive(_: int) -> bytes:
        assert waiting, "it waits for more"
        return waiting.pop()

    with pytest.raises(BrokenReplyError) as raised:
        read_reply(Incoming(receive))
    assert not isinstance(raised.value, NoReplyError)
    assert len(str(raised.value)) < 80


@pytest.mark.parametrize(
    "data",
    [
        b"H",
        b"HTTP/1.1 200 OK\r\nConte",
        b"HTTP/1.1 200 OK\r\n",
        with_headers(b"Content-Length: 3"),
        CHUNKED,
        CHUNKED + b"2",
        CHUNKED + b"2\r\n{",
        CHUNKED + b"2\r\n{}\r\n",
        CHUNKED + b"2\r\n{}\r\n0\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1",
    ],
)
def test_a_reply_that_is_cut_short_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenReplyError, match="before the reply was complete"):
        read(data)


def test_an_end_before_the_first_byte_is_told_from_one_behind_it() -> None:
    with pytest.raises(NoReplyError):
        read_reply(arriving([]))
    incoming = arriving([b"HTTP/1.1 100 Continue\r\n\r\n"])
    with pytest.raises(NoReplyError):
        read_reply(incoming)
    assert incoming.arrived > 0


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        with_headers(b"Content-Length: %d" % (LARGEST_BODY + 1), body=b""),
        with_headers(b"Content-Length: " + b"9" * 400, body=b""),
        CHUNKED + b"fffffffffffffff\r\n",
        CHUNKED + b"%x\r\n" % (LARGEST_BODY + 1),
        with_headers(b"Server: x", body=b""),
    ],
)
def test_a_body_above_ten_mebibytes_is_not_read_to_its_end_and_ends_its_connection(head: bytes) -> None:
    received = 0

    def receive(most: int) -> bytes:
        nonlocal received
        piece = head if not received else b" " * most
        received += len(piece)
        return piece

    reply = read_reply(Incoming(receive))
    assert (reply.body, reply.is_last) == (None, True)
    assert received < LARGEST_BODY + 200_000


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: b"HTTP/1.1 200 OK\r\n" + data))
def test_any_bytes_are_a_reply_or_a_broken_one(data: bytes) -> None:
    result = outcome_of(lambda: read(data))
    if isinstance(result, RawReply):
        assert 200 <= result.status <= 999
        assert result.body is not None
    else:
        assert isinstance(result, BrokenReplyError)
