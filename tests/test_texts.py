"""What may stand in a text (R1, R15)."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist.texts import LONGEST_SHOWN, shown, visible, without_format_characters


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Delivered, Front Door", "Delivered, Front Door"),
        ("Zugestellt in KÖLN, 山田様", "Zugestellt in KÖLN, 山田様"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("held\r\nat\tcustoms", "held at customs"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("\u202egnirts\u202c", "gnirts"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("hidden\U000e0069\U000e0067\U000e006e", "hidden"),
        ("hidden\ufe01\U000e0150", "hidden"),
        ("filled\u3164\u115f", "filled"),
        ("half\ud800", "half"),
        ("no\xa0break", "no\xa0break"),
    ],
)
def test_a_text_loses_what_cannot_be_seen_and_keeps_what_can(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert shown(text) == seen


@pytest.mark.parametrize("text", [None, "", "\u200b", "\x00\x01", "\ufe0f"])
def test_a_text_of_which_nothing_can_be_seen_is_none(text: str | None) -> None:
    assert shown(text) is None


@given(st.text(st.characters()) | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Lu"])))
def test_no_text_that_is_shown_has_a_control_format_surrogate_or_separating_character(text: str) -> None:
    seen = shown(text) or ""
    assert not {unicodedata.category(c) for c in seen} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(seen) <= LONGEST_SHOWN
    assert (shown(seen) or "") == seen


@pytest.mark.parametrize("length", [499, 500, 501, 2_000, 2_001, 10_000_000])
def test_a_text_is_cut_at_500_characters_with_an_ellipsis_however_long_it_is(length: int) -> None:
    started = time.perf_counter()
    seen = shown("é" * length)
    assert seen == ("é" * length if length <= LONGEST_SHOWN else "é" * 499 + "…")
    assert time.perf_counter() - started < 1


def test_an_order_id_loses_its_format_characters_alone() -> None:
    assert without_format_characters("\u200e1001\ufeff") == "1001"
    assert without_format_characters("10\x0001") == "10\x0001"
