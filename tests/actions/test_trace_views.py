"""The debugger's reports are safe to show: in a terminal, and as HTML in a notebook."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from shipstation_aissist import TrackOrderAction
from shipstation_aissist.actions.trace import ActionTrace
from shipstation_aissist.testing import FakeShipStation, sandbox

EVIL = '<script>alert("1")</script><img src=x onerror=alert(1)>'
VOID = {"br", "img", "hr", "input", "meta", "link"}


class Reader(HTMLParser):
    """Collects elements, and checks that every one of them is closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def hostile() -> ActionTrace:
    """A trace in which everything from outside is an attack."""
    fake = FakeShipStation()
    fake.add_order("12345", recipient=EVIL, store_id=EVIL)
    fake.buy_label("12345", extra={"carrier_code": EVIL}, tracking_extra={"tracking_url": "javascript:alert(1)"})
    fake.scan("12345", description=EVIL + "\x1b[31mred\u202e", city=EVIL)
    return TrackOrderAction(fake.client()).debug("12345")


@pytest.mark.parametrize("reveal", [False, True])
def test_everything_from_outside_is_escaped_and_no_script_handler_or_odd_link_gets_in(reveal: bool) -> None:
    reader = Reader(hostile().to_html(reveal=reveal))
    assert reader.names <= {"div", "style", "p", "ol", "ul", "li", "span", "section", "details", "summary", "a", "dl",
                            "dt", "dd", "time"}  # fmt: skip
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name in ("src", "style")]
    assert all((value or "").startswith(("http://", "https://")) for name, value in reader.attributes if name == "href")


def test_the_html_of_an_order_id_that_is_an_attack_is_escaped() -> None:
    trace = TrackOrderAction(FakeShipStation().client()).debug(EVIL)
    assert "script" not in Reader(trace.to_html()).names


@pytest.mark.parametrize("order_id", ["12345", "12346", "12349", "12350", "12352", "99999", ""])
def test_the_html_is_well_formed_loads_nothing_and_runs_nothing(order_id: str) -> None:
    html = TrackOrderAction(sandbox().client()).debug(order_id).to_html()
    reader = Reader(html)
    assert not reader.names & {"script", "link", "img", "iframe", "object", "form"}
    assert "url(" not in html
    assert "@import" not in html


def test_the_html_tells_every_step_and_record() -> None:
    trace = TrackOrderAction(sandbox().client()).debug("12349")
    html = trace.to_html()
    for step in trace.steps:
        assert step.what.replace("&", "&amp;") in html
    for each in trace.records:
        assert each.record_id in html


def test_a_terminal_gets_no_control_or_bidirectional_characters() -> None:
    report = hostile().to_text(reveal=True)
    assert all(character.isprintable() or character == "\n" for character in report)
    assert "[31mred" in report  # R15 took the rest


def test_an_order_id_that_would_steer_a_terminal_is_written_as_escapes() -> None:
    report = str(TrackOrderAction(FakeShipStation().client()).debug("1\x1b[31m\u202e"))
    assert all(character.isprintable() or character == "\n" for character in report)


def test_a_very_long_order_id_does_not_flood_the_report() -> None:
    trace = TrackOrderAction(FakeShipStation().client()).debug("1" * 100_000)
    assert len(str(trace)) < 1_000
