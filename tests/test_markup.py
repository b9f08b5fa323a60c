"""HTML from values: nothing from outside can act, and nothing is loaded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist import Address, Page, Shipment
from shipstation_aissist.markup import (
    badge,
    dot,
    escape,
    facts,
    faint,
    fragment,
    is_web_url,
    link,
    notes,
    records,
    section,
    tag,
    timeline,
)
from shipstation_aissist.testing import sandbox

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&\u202e"


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.said = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.said += data


@given(st.text())
def test_any_text_is_shown_and_never_read_as_markup(text: str) -> None:
    read = Reader(tag("p", escape(text), title=text))
    assert read.tags == ["p"]
    assert read.said == "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@pytest.mark.parametrize(
    "make",
    [badge, faint, lambda text: section(text), lambda text: facts({text: text}), lambda text: notes([text])],
    ids=["badge", "faint", "section", "facts", "notes"],
)
def test_every_piece_escapes_what_it_is_given(make) -> None:
    read = Reader(make(HOSTILE))
    assert not {"script", "img"} & set(read.tags)
    assert "<script>alert(1)</script>" in read.said
    assert "\\u202e" in read.said


@pytest.mark.parametrize("url", ["https://example.com/track?n=1&m=2", "http://example.com"])
def test_a_link_of_the_web_can_be_followed_and_tells_the_other_side_nothing(url: str) -> None:
    read = Reader(link(url, "940"))
    assert dict(read.attributes) == {"href": url, "target": "_blank", "rel": "noopener noreferrer"}
    assert read.said == "940"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,x",
        "//example.com",
        "https://",
        "https://[",
        "https:\\\\example.com",
        "https://example.com/a b",
        "https://example.com/\n",
        " https://example.com",
    ],
)
def test_any_other_link_is_shown_as_its_text_alone(url: str | None) -> None:
    assert not is_web_url(url)
    assert link(url, "940") == "940"


def test_what_is_not_known_leaves_no_empty_piece() -> None:
    assert notes([]) == ""
    assert "Expected" not in facts({"Expected": None, "Service": "ground"})


def test_a_timeline_keeps_its_order_and_takes_dots() -> None:
    read = Reader(timeline([dot("good") + "b", "a"]))
    assert read.tags == ["ol", "li", "span", "li"]
    assert read.said == "ba"


def test_a_fragment_loads_nothing_and_runs_nothing() -> None:
    html = fragment("x")
    assert not re.search(r"url\(|@import|<script|<link|\bon\w+=|https?:", html)
    assert html.startswith('<div class="shipstation-aissist"><style>')


def test_a_fragment_has_colours_for_a_notebooks_theme_and_for_light_and_dark() -> None:
    html = fragment("x")
    for name in ("--jp-content-font-color1", "--vscode-editor-foreground", "prefers-color-scheme: dark"):
        assert name in html


def test_a_table_of_records_has_the_plain_fields_that_are_known() -> None:
    first = Shipment(shipment_id="se-1", created_at=datetime(2026, 1, 5, 9, 30, tzinfo=UTC), is_gift=False)
    second = Shipment(shipment_id="se-2", shipment_number=HOSTILE, ship_to=Address(name="Jordan Doe"))
    html = records([first, second])
    assert re.findall(r"<th [^>]*>(\w+)</th>", html) == ["shipment_id", "shipment_number", "created_at", "is_gift"]
    assert "2026-01-05 09:30+00:00" in html
    assert "Jordan" not in html
    assert "<script" not in html


def test_a_page_shows_where_it_stands_and_its_items() -> None:
    page = Page(items=(Shipment(shipment_id="se-1"),), total=51, page=2, pages=3)
    assert "Page 2 of 3: 1 of 51 items" in page._repr_html_()
    assert "se-1" in page._repr_html_()


def test_an_empty_page_that_counts_nothing_shows_itself_too() -> None:
    assert "Page ? of ?: 0 of ? items" in Page()._repr_html_()
    assert "Nothing here." in Page()._repr_html_()


def test_a_pager_shows_its_first_page_and_never_asks_for_it() -> None:
    fake = sandbox()
    shipments = fake.client().list_shipments()
    assert "not fetched yet; list(...) fetches all items" in shipments._repr_html_()
    assert fake.calls == []
    assert shipments.total == 17
    html = shipments._repr_html_()
    assert html is not None
    assert "12345" in html
    assert len(fake.calls) == 1
