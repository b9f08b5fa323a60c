"""A compressed body is unfolded within bounds of size and time (T1, T7)."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.wire.unfolding import DamagedBodyError, unfold

MOST = 10 * 1024 * 1024


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def patiently(body: bytes, coding: str, most: int = MOST) -> bytes | None:
    return unfold(body, coding, most, lambda: None)


@given(body=st.binary(max_size=100_000), coding=st.sampled_from(["gzip", "x-gzip", " GZip ", "deflate", "Deflate\t"]))
def test_a_body_comes_out_as_it_went_in(body: bytes, coding: str) -> None:
    packed = (gzip if "gzip" in coding.lower() else zlib).compress(body)
    assert patiently(packed, coding) == body


def test_deflate_may_come_without_its_envelope() -> None:
    assert patiently(raw_deflate(b"{}" * 500), "deflate") == b"{}" * 500


@pytest.mark.parametrize("members", [2, 50])
def test_gzip_may_have_several_members_and_padding_behind_them(members: int) -> None:
    assert patiently(gzip.compress(b"{}") * members, "gzip") == b"{}" * members
    assert patiently(gzip.compress(b"{}") * members + b"\x00" * 9, "gzip") == b"{}" * members


@pytest.mark.parametrize("coding", ["identity", "br", "utf-8", "gzip, gzip", ""])
def test_a_body_of_another_coding_stays_as_it_is(coding: str) -> None:
    assert patiently(b"{}", coding) == b"{}"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_nothing_is_nothing_in_every_coding(coding: str) -> None:
    assert patiently(b"", coding) == b""


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"{}", "gzip"),
        (b"{}", "deflate"),
        (gzip.compress(b"{}")[:-1], "gzip"),
        (gzip.compress(b"{}")[:5], "gzip"),
        (gzip.compress(b"{}")[:-8] + b"\x00" * 8, "gzip"),
        (gzip.compress(b"{}") + gzip.compress(b"{}")[:-1], "gzip"),
        (zlib.compress(b"{}")[:-1], "deflate"),
        (zlib.compress(b"{}"), "gzip"),
    ],
    ids=[
        "no gzip",
        "no deflate",
        "gzip without its last byte",
        "the beginning of gzip",
        "gzip with a wrong sum",
        "a second member without its last byte",
        "deflate without its last byte",
        "deflate that is called gzip",
    ],
)
def test_a_body_that_is_not_what_its_header_says_is_damaged(body: bytes, coding: str) -> None:
    with pytest.raises(DamagedBodyError, match=f"it is not the {coding} that its header says"):
        patiently(body, coding)


@pytest.mark.parametrize("size", [99, 100, 101, 5_000_000])
def test_a_body_that_unfolds_beyond_the_bound_is_none(size: int) -> None:
    expected = b" " * size if size <= 100 else None
    assert patiently(gzip.compress(b" " * size), "gzip", most=100) == expected
    assert patiently(zlib.compress(b" " * size), "deflate", most=100) == expected
    assert patiently(gzip.compress(b" ") * size if size < 1000 else b"", "gzip", most=100) == (
        expected if size < 1000 else b""
    )


def test_a_bomb_is_not_unfolded_beyond_its_bound() -> None:
    assert patiently(gzip.compress(b" " * MOST) * 100, "gzip", most=1000) is None


@pytest.mark.parametrize("members", [1, 3000])
def test_unfolding_stops_when_the_time_is_up(members: int) -> None:
    rounds = 0

    def keep_on() -> None:
        nonlocal rounds
        rounds += 1
        if rounds > 20:
            raise TimeoutError

    body = gzip.compress(b"") * members if members > 1 else gzip.compress(bytes(range(256)) * 9_000, 0)
    with pytest.raises(TimeoutError):
        unfold(body, "gzip", MOST, keep_on)
    assert rounds == 21
