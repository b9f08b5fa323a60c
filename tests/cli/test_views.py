"""``--format text``: a view for people."""

from __future__ import annotations

import io
import sys

import pytest


@pytest.fixture
def order(account):
    """An order of which everything is known."""
    account.add_order("700", city="Greenwood", state="SC", postal_code="29646")
    account.buy_label("700")
    return account


def test_the_status_comes_first_then_the_parcel_then_the_timeline(run):
    lines = run("track", "12345", "--sandbox", "--format", "text").stdout.splitlines()
    assert lines[0] == "Delivered · order 12345"
    assert lines[2] == "  Carrier    USPS 9400136208303700000001"
    assert "  Delivered  2026-01-08 16:40 UTC" in lines
    assert "  ● 2026-01-08 11:40 local  Delivered, In/At Mailbox" in lines
    assert "  │                         GREENWOOD, SC 29646" in lines


def test_an_estimate_at_midnight_is_a_day_without_a_time(run):
    assert "  Expected   2026-01-17\n" in run("track", "12349", "--sandbox", "--format", "text").stdout


def test_other_parcels_have_a_line_and_with_full_a_timeline(run):
    short = run("track", "12349", "--sandbox", "--format", "text").stdout
    full = run("track", "12349", "--sandbox", "--format", "text", "--full").stdout
    assert "Also in this order: Delivered · USPS 9400136208303700000004" in short
    assert (short.count("●"), full.count("●")) == (1, 3)


def test_return_and_voided_parcels_say_so(run, order):
    order.void("700")
    assert "Also in this order: Cancelled (voided) · " in run("track", "700", "--format", "text").stdout


def test_an_order_without_a_parcel_is_a_sentence_and_its_warnings(run):
    lines = run("track", "12351", "--sandbox", "--format", "text").stdout.splitlines()
    assert lines[:2] == [
        "Not shipped yet · order 12351",
        "Order 12351 has not been shipped yet (1 x Blue mug). The order is on hold until January 20, 2026.",
    ]
    assert lines[-1].startswith("! The order is on hold")


def test_a_parcel_without_events_is_a_sentence_and_what_is_known_of_it(run):
    lines = run("track", "12350", "--sandbox", "--format", "text").stdout.splitlines()
    assert lines[0] == "Shipped · order 12350"
    assert "there is no tracking information about it" in lines[1]
    assert "  Carrier    FedEx 771234567899" in lines
    assert "●" not in "".join(lines)


def test_an_event_without_a_place_has_one_line(run, order):
    order.scan("700", city=None, state=None, postal_code=None, extra={"city_locality": None, "state_province": None})
    text = run("track", "700", "--format", "text").stdout
    assert ("●" in text, "│" in text) == (True, False)


def test_what_is_wrong_is_said(run, order):
    order.exception("700")
    text = run("track", "700", "--format", "text").stdout
    assert text.startswith("Exception · order 700\n")
    assert "  Trouble    " in text


def test_control_and_reordering_characters_from_outside_do_not_reach_the_terminal(run, order):
    order.scan(
        "700", description="\x1b[31mred\x07\u202e\u2066 [bold]x[/bold]\nnext :smile:", city="\x9bGreen\u2028wood"
    )
    text = run("track", "700", "--format", "text").stdout
    assert "  [31mred [bold]x[/bold] next :smile:" in text
    assert not set(text) & set("\x1b\x07\x9b\u202e\u2066\u2028")


def test_errors_are_made_harmless_too(run, account):
    account.fail_next(403)
    account.rewrite(lambda body: body)
    ended = run("track", "\x1b[31m700", "--order-id-pattern", r"\x1b.\d+")
    assert ended.status == 2
    assert "\x1b" not in ended.stderr


def test_what_needs_attention_is_said_with_what_to_do(run):
    lines = run("track", "12354", "--sandbox", "--format", "text").stdout.splitlines()
    place = lines.index("! The parcel was expected on January 12, 2026 and has not been delivered.")
    assert lines[place + 1] == "  Say when it was expected and where it was last seen."
    assert any(
        line.startswith("i The parcel was last scanned")
        for line in run("track", "12355", "--sandbox", "--format", "text").stdout.splitlines()
    )


def test_there_is_no_colour_but_on_a_terminal(run, monkeypatch):
    assert "\x1b" not in run("track", "12345", "--sandbox", "--format", "text").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run("track", "12345", "--sandbox", "--format", "text").stdout.startswith("\x1b[1;32mDelivered")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_utf8_gets_plain_lines(monkeypatch, encoding):
    from shipstation_aissist.cli.views import show

    screen = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", screen)
    show([(("● 東京 · ", ""), ("│", ""))])
    screen.flush()
    assert screen.buffer.getvalue() == b"* ?? - |\n"


def test_a_stdout_that_is_no_stream_of_bytes_gets_the_lines_too(monkeypatch):
    from shipstation_aissist.cli.views import show

    screen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", screen)
    show([(("Delivered", ""),)])
    assert screen.getvalue() == "Delivered\n"


def test_an_event_without_a_local_time_shows_utc_and_one_without_words_its_state(run, order):
    order.scan("700", extra={"carrier_occurred_at": None, "description": None, "carrier_status_description": None})
    text = run("track", "700", "--format", "text").stdout
    (line,) = [line for line in text.splitlines() if "●" in line]
    assert "20:00 UTC " in line
    assert line.endswith(" In transit")
