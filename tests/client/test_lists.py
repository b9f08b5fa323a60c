"""Lists: explicit filters, and pagers that are lazy, repeatable, without repetitions and finite."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shipstation_aissist import (
    Fulfillment,
    Label,
    MalformedResponseError,
    NotFoundError,
    Page,
    Pager,
    Shipment,
    ShipStationClient,
)
from support.canned import Canned, canned_client

CONTROL = {"page", "page_size", "sort_by", "sort_dir"}
FILTERS: dict[str, set[str]] = {
    "list_shipments": {
        *("shipment_status", "batch_id", "pickup_id", "created_at_start", "created_at_end", "modified_at_start"),
        *("modified_at_end", "sales_order_id", "shipment_number", "ship_to_name", "item_keyword", "payment_date_start"),
        *("payment_date_end", "store_id", "external_shipment_id", "tag"),
    },
    "list_labels": {
        *("label_status", "service_code", "carrier_id", "tracking_number", "batch_id", "rate_id", "shipment_id"),
        *("warehouse_id", "created_at_start", "created_at_end", "external_shipment_id", "refund_status", "store_id"),
    },
    "list_fulfillments": {
        *("ship_to_name", "ship_to_country_code", "shipment_number", "shipment_id", "fulfillment_id", "batch_id"),
        *("order_source_id", "fulfillment_provider_code", "tracking_number", "ship_date_start", "ship_date_end"),
        *("create_date_start", "create_date_end"),
    },
}
LISTS = sorted(FILTERS)
COLLECTIONS = {"list_shipments": "shipments", "list_labels": "labels", "list_fulfillments": "fulfillments"}
MODELS = {"list_shipments": Shipment, "list_labels": Label, "list_fulfillments": Fulfillment}


class Account:
    """An account with pages of labels, and what it was asked."""

    def __init__(self, *pages: list[str], total: int | str | None = None, count_pages: bool = True) -> None:
        self._pages = pages
        self._total = total
        self._count_pages = count_pages
        self.queries: list[dict[str, str]] = []
        self.client = canned_client(self._answer)

    def _answer(self, url: str) -> Canned:
        query = dict(parse_qsl(urlsplit(url).query))
        self.queries.append(query)
        number = int(query.get("page", "1"))
        ids = self._pages[number - 1] if number <= len(self._pages) else []
        body: dict[str, Any] = {"labels": [{"label_id": each, "shipment_id": "se-9"} for each in ids], "page": number}
        if self._count_pages:
            body["pages"] = len(self._pages)
        if self._total is not None:
            body["total"] = self._total
        return Canned(json.dumps(body).encode())


def ids(items: Any) -> list[str]:
    return [item.label_id for item in items]


def asked(call: Callable[[ShipStationClient], Pager[Any]]) -> list[tuple[str, str]]:
    """The query of the first request."""
    urls: list[str] = []

    def answer(url: str) -> Canned:
        urls.append(url)
        collection = urlsplit(url).path.rpartition("/")[2]
        return Canned(json.dumps({collection: []}).encode())

    list(call(canned_client(answer)))
    return parse_qsl(urlsplit(urls[0]).query)


# --- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_exactly_the_filters_of_the_api_as_keywords(name: str) -> None:
    parameters = dict(inspect.signature(getattr(ShipStationClient, name)).parameters)
    parameters.pop("self")
    assert set(parameters) == FILTERS[name] | CONTROL
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY and each.default is None for each in parameters.values())


@pytest.mark.parametrize("name", LISTS)
def test_each_filter_is_sent_under_its_own_name(name: str) -> None:
    for each in sorted(FILTERS[name]):
        assert asked(lambda client, each=each: getattr(client, name)(**{each: "a value"})) == [
            (each, "a value"),
            ("page", "1"),
        ]


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_filter_is_a_type_error_and_nothing_is_sent(name: str) -> None:
    client = canned_client(Canned())
    with pytest.raises(TypeError):
        getattr(client, name)(order_number="12345")
    with pytest.raises(TypeError):
        getattr(client, name)("12345")


@pytest.mark.parametrize("name", LISTS)
def test_batch_id_goes_with_no_other_filter(name: str) -> None:
    client = canned_client(Canned())
    for each in sorted(FILTERS[name] - {"batch_id"}):
        with pytest.raises(ValueError, match=f"batch_id cannot be combined with {each}"):
            getattr(client, name)(batch_id="se-1", **{each: "x"})
    query = asked(lambda client: getattr(client, name)(batch_id="se-1", page_size=5, sort_dir="asc"))
    assert ("batch_id", "se-1") in query


@pytest.mark.parametrize("value", [True, False, ["1"], ("1",), b"1", {"a": "1"}])
@pytest.mark.parametrize("name", LISTS)
def test_a_filter_of_another_type_is_a_type_error_and_nothing_is_sent(name: str, value: Any) -> None:
    client = canned_client(Canned())
    for each in sorted(FILTERS[name] | CONTROL):
        with pytest.raises(TypeError, match=f"^{each} must be"):
            getattr(client, name)(**{each: value})


@pytest.mark.parametrize("name", LISTS)
def test_a_date_is_no_number_a_text_no_date_and_no_number_is_endless(name: str) -> None:
    client = canned_client(Canned())
    for each in sorted(FILTERS[name]):
        is_date = each.endswith(("_start", "_end"))
        with pytest.raises(TypeError, match=f"^{each} must be"):
            getattr(client, name)(**{each: 5 if is_date else datetime(2026, 3, 4)})
        for number in () if is_date else (float("nan"), float("inf")):
            with pytest.raises(ValueError, match=f"^{each} must be a finite number"):
                getattr(client, name)(**{each: number})


def test_an_id_of_a_spreadsheet_may_be_a_number() -> None:
    number: Any = 12345
    assert ("shipment_number", "12345") in asked(lambda client: client.list_shipments(shipment_number=number))


def test_none_is_not_sent() -> None:
    assert asked(lambda client: client.list_labels(shipment_id=None, tracking_number="1")) == [
        ("tracking_number", "1"),
        ("page", "1"),
    ]


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 3, 1, 12, 30, tzinfo=UTC), "2026-03-01T12:30:00Z"),
        (datetime(2026, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=2))), "2026-03-01T10:30:00Z"),
        (datetime(2026, 3, 1, 12, 30), "2026-03-01T12:30:00Z"),
        (datetime(2026, 3, 1, 12, 30, 15, 250000, tzinfo=UTC), "2026-03-01T12:30:15.250000Z"),
        ("2026-03-01", "2026-03-01"),
    ],
)
def test_a_datetime_is_sent_as_utc(moment: Any, sent: str) -> None:
    query = asked(lambda client: client.list_labels(created_at_start=moment))
    assert query[0] == ("created_at_start", sent)


def test_values_are_encoded_whole() -> None:
    number = "#1&page=9 ä/ü+%"
    assert asked(lambda client: client.list_shipments(shipment_number=number))[0] == ("shipment_number", number)


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_a_blank_filter_is_a_value_error_since_the_api_would_return_everything(value: str) -> None:
    with pytest.raises(ValueError, match="shipment_number"):
        canned_client(Canned()).list_shipments(shipment_number=value)


@pytest.mark.parametrize("value", [b"1", {"a": 1}, object()])
def test_a_filter_of_another_type_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        canned_client(Canned()).list_shipments(shipment_number=value)


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "1", True])
def test_page_and_page_size_are_whole_numbers_of_one_or_more(name: str, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=name):
        canned_client(Canned()).list_labels(**{name: value})


# --- pagers ----------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_before_a_pager_is_used() -> None:
    account = Account(["se-1"])
    pager = account.client.list_labels()
    assert isinstance(pager, Pager)
    assert account.queries == []
    assert "not fetched" in repr(pager)
    assert account.queries == []


def test_iterating_yields_the_items_of_all_pages_and_asks_no_further_than_it_is_read() -> None:
    account = Account(["se-1", "se-2"], ["se-3"], ["se-4"])
    items = iter(account.client.list_labels(page_size=2))
    assert [next(items).label_id for _ in range(2)] == ["se-1", "se-2"]
    assert [query["page"] for query in account.queries] == ["1"]
    assert ids(items) == ["se-3", "se-4"]
    assert [query["page"] for query in account.queries] == ["1", "2", "3"]
    assert {query["page_size"] for query in account.queries} == {"2"}


def test_a_pager_may_be_iterated_again() -> None:
    account = Account(["se-1"], ["se-2"])
    pager = account.client.list_labels()
    assert ids(pager) == ids(pager) == ["se-1", "se-2"]


def test_pages_yields_the_pages() -> None:
    pages = list(Account(["se-1", "se-2"], ["se-3"], total=3).client.list_labels().pages())
    assert all(isinstance(page, Page) for page in pages)
    assert [(ids(page.items), page.page, page.pages, page.total) for page in pages] == [
        (["se-1", "se-2"], 1, 2, 3),
        (["se-3"], 2, 2, 3),
    ]


def test_an_item_that_moves_to_the_next_page_is_yielded_once() -> None:
    account = Account(["se-1", "se-2"], ["se-2", "se-3"], ["se-3", "se-1", "se-4"])
    assert ids(account.client.list_labels()) == ["se-1", "se-2", "se-3", "se-4"]


def test_total_fetches_the_first_page_once_and_keeps_it() -> None:
    account = Account(["se-1"], ["se-2"], total=41)
    pager = account.client.list_labels()
    assert (pager.total, pager.total) == (41, 41)
    assert len(account.queries) == 1
    assert repr(pager) == "Pager(total=41)"


def test_total_asks_nothing_after_the_list_was_read() -> None:
    account = Account(["se-1"], total=1)
    pager = account.client.list_labels()
    assert ids(pager) == ["se-1"]
    assert pager.total == 1
    assert len(account.queries) == 1


@pytest.mark.parametrize("total", [None, "", "1"])
def test_a_total_that_the_reply_does_not_say_or_says_as_text_is_malformed_and_the_items_are_not(
    total: str | None,
) -> None:
    pager = Account(["se-1"], total=total).client.list_labels()
    assert ids(pager) == ["se-1"]
    with pytest.raises(MalformedResponseError) as raised:
        _ = pager.total
    assert raised.value.problems == ("$.total",)


def test_a_list_may_begin_at_a_later_page() -> None:
    account = Account(["se-1"], ["se-2"], ["se-3"])
    assert ids(account.client.list_labels(page=2)) == ["se-2", "se-3"]
    assert [query["page"] for query in account.queries] == ["2", "3"]


@pytest.mark.parametrize("pages", [[], [[]], [["se-1"], []]])
def test_an_empty_page_is_the_end(pages: list[list[str]]) -> None:
    account = Account(*pages, count_pages=False)
    assert ids(account.client.list_labels()) == [each for page in pages for each in page]
    assert len(account.queries) <= 2


def test_pages_that_are_not_counted_end_where_one_brings_nothing_new() -> None:
    account = Account(["se-1"], ["se-2"], ["se-2"], ["se-3"], count_pages=False)
    assert ids(account.client.list_labels()) == ["se-1", "se-2"]


def test_a_server_that_never_ends_is_left_after_a_thousand_pages_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked_for: list[str] = []

    def answer(url: str) -> Canned:
        asked_for.append(url)
        label = {"label_id": f"se-{len(asked_for)}", "shipment_id": "se-9"}
        return Canned(json.dumps({"labels": [label], "pages": 10**9}).encode())

    with caplog.at_level(logging.WARNING, "shipstation_aissist"):
        assert len(list(canned_client(answer).list_labels())) == 1000
    assert len(asked_for) == 1000
    assert "more than 1000 pages" in caplog.text


def test_an_error_on_a_later_page_is_raised_there() -> None:
    def answer(url: str) -> Canned:
        if "page=2" in url:
            return Canned(b"", 404)
        return Canned(b'{"labels": [{"label_id": "se-1", "shipment_id": "se-9"}], "pages": 2}')

    items = iter(canned_client(answer).list_labels())
    assert next(items).label_id == "se-1"
    with pytest.raises(NotFoundError):
        next(items)


@pytest.mark.parametrize("name", LISTS)
def test_items_are_models(name: str) -> None:
    items = {
        "list_shipments": {"shipment_id": "se-1"},
        "list_labels": {"label_id": "se-1", "shipment_id": "se-2"},
        "list_fulfillments": {"fulfillment_id": "se-1", "shipment_id": "se-2"},
    }
    body = json.dumps({COLLECTIONS[name]: [items[name]], "pages": 1}).encode()
    (item,) = getattr(canned_client(Canned(body)), name)()
    assert type(item) is MODELS[name]
