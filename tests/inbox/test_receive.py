"""An endpoint puts notifications away: verified, durable, and nothing is asked."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from sqlalchemy.exc import OperationalError

from shipstation_aissist import (
    AsyncTrackOrderAction,
    ConfigurationError,
    MalformedResponseError,
    TrackOrderAction,
    WebhookVerificationError,
)
from shipstation_aissist.inbox import Inbox, InboxCounts, Receipt, store
from shipstation_aissist.testing import FakeShipStation
from shipstation_aissist.webhooks import AsyncWebhookVerifier, WebhookVerifier, parse_webhook
from support.inbox import Customer, HandClock, notification
from support.notifications import BODY, KeyHost, signed
from support.postgres import Postgres


def test_the_newest_event_of_each_label_counts(inbox: Inbox) -> None:
    def receive(*of: Any) -> tuple[str, str | None]:
        receipt = inbox.receive({}, notification(*of))
        assert receipt.label_id == of[0]
        return receipt.status, receipt.state

    assert receive("se-1", "in_transit", 5) == ("accepted", "in_transit")
    assert receive("se-1", "in_transit", 5) == ("repeated", "in_transit")
    assert receive("se-1", "in_transit", 6) == ("repeated", "in_transit")
    assert receive("se-1", "accepted", 4) == ("stale", "accepted")
    assert receive("se-2", "accepted", 4) == ("accepted", "accepted")
    assert receive("se-1", "delivered", 7) == ("accepted", "delivered")
    assert inbox.counts() == InboxCounts(labels=2, waiting=2, failed=0)


# --- when a delivery was --------------------------------------------------------------------------------------------


def tracked(code: str, *scans: tuple[str, str], label: str = "se-1", date: str | None = None, **more: Any) -> bytes:
    """A notification whose scans have these times of one day and codes, and whose delivery date is that."""
    events = [
        {"occurred_at": f"2026-03-22T{time}:00Z", "status_code": scan[:2], "status_detail_code": scan[3:] or None}
        for time, scan in scans
    ]
    detail = {"status_code": code[:2], "status_detail_code": code[3:] or None, "actual_delivery_date": date}
    return notification(label, data={"carrier_code": "fedex", "events": events, **detail, **more})


ON_THE_WAY = ("00:30", "IT IN_TRANSIT")
ARRIVED = ("01:00", "DE DELIVERED")
SENT_BACK = ("05:00", "EX RETURN_TO_SENDER")


@pytest.mark.parametrize("date", ["2026-03-22T15:00:00", "2026-03-22T15:00:00Z"])
def test_a_scan_after_that_of_a_delivery_counts_although_the_delivery_date_is_later(
    inbox: Inbox, customer: Customer, date: str
) -> None:
    inbox.receive({}, tracked("DE DELIVERED", ARRIVED, date=date))
    inbox.deliver(customer)
    receipt = inbox.receive({}, tracked("EX RETURN_TO_SENDER", SENT_BACK, ARRIVED))
    assert (receipt.status, receipt.state) == ("accepted", "returning_to_sender")
    inbox.deliver(customer)
    assert customer.heard == [("se-1", None, "delivered"), ("se-1", "delivered", "returning_to_sender")]


ONLY_THE_TOP_LEVEL = {
    "the same scans": tracked("DE", ON_THE_WAY, date="2026-03-22T03:00:00Z"),
    "the same scans and a date that names no zone": tracked("DE", ON_THE_WAY, date="2026-03-22T03:00:00"),
    "the same scans and no date": tracked("DE", ON_THE_WAY),
    "older scans": tracked("DE", ("00:10", "IT IN_TRANSIT"), date="2026-03-22T03:00:00Z"),
    "no scans": tracked("DE", date="2026-03-22T03:00:00Z"),
    "scans without a time": tracked("DE", ("", "DE DELIVERED"), date="2026-03-22T03:00:00Z"),
}


@pytest.mark.parametrize("kind", ONLY_THE_TOP_LEVEL)
def test_a_delivery_that_only_the_top_level_tells_is_news_and_no_scan_of_before_overtakes_it(
    inbox: Inbox, customer: Customer, kind: str
) -> None:
    inbox.receive({}, tracked("IT", ON_THE_WAY))
    assert inbox.receive({}, ONLY_THE_TOP_LEVEL[kind]).status == "accepted"
    assert inbox.receive({}, tracked("IT", ON_THE_WAY)).status == "stale"
    inbox.deliver(customer)
    assert customer.heard == [("se-1", None, "delivered")]


@pytest.mark.parametrize("kind", ONLY_THE_TOP_LEVEL)
@pytest.mark.parametrize("date", [None, "2026-03-22T15:00:00"])
def test_whatever_order_a_delivery_and_its_return_arrive_in_the_last_of_them_is_told(
    make: Callable[..., Inbox], customer: Customer, kind: str, date: str | None
) -> None:
    inbox = make()
    history = [
        (lambda label: tracked("IT", ON_THE_WAY, label=label)),
        (lambda label: ONLY_THE_TOP_LEVEL[kind].replace(b"se-1/", f"{label}/".encode())),
        (lambda label: tracked("DE DELIVERED", ARRIVED, ON_THE_WAY, label=label, date=date)),
        (lambda label: tracked("EX RETURN_TO_SENDER", SENT_BACK, ARRIVED, ON_THE_WAY, label=label)),
    ]
    orders = list(permutations(history))
    for number, order in enumerate(orders):
        for build in order:
            inbox.receive({}, build(f"se-{number}"))
    assert inbox.deliver(customer) == len(orders)
    assert {after for _, _, after in customer.heard} == {"returning_to_sender"}


def test_what_is_received_is_there_for_another_process_when_receive_returns(make: Callable[..., Inbox]) -> None:
    make().receive({}, notification())
    assert make().counts().waiting == 1


@pytest.mark.parametrize(
    "body",
    [
        notification(resource_type="LABEL_CREATED_V2"),
        notification(resource_type="NEWS", resource_url=None),
        notification(data=None),
        notification(resource_url=None, data={"status_code": "DE"}),
    ],
)
def test_what_tells_nothing_of_a_parcel_is_ignored(inbox: Inbox, body: bytes) -> None:
    receipt = inbox.receive({}, body)
    assert (receipt.status, receipt.state) == ("ignored", None)
    assert inbox.counts().labels == 0


CLASSIC = "https://api.shipstation.com/v2/tracking"


def classic(query: str = "", **data: str) -> bytes:
    body = {"status_code": "IT", **data}
    return notification(resource_type="API_TRACK", resource_url=f"{CLASSIC}?{query}", data=body)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (notification("se-" + "1" * 253, data={"status_code": "IT"}), ("$.resource_url",)),
        (notification(data={"status_code": "IT", "tracking_number": "9" * 256}), ("$.data.tracking_number",)),
        (classic("tracking_number=" + "9" * 256), ("$.resource_url",)),
        (classic(tracking_number="9" * 256), ("$.data.tracking_number",)),
        (classic("carrier_code=" + "u" * 250 + "&tracking_number=" + "9" * 5), ("$.resource_url",)),
        (classic(carrier_code="u" * 5, tracking_number="9" * 250), ("$.data.carrier_code", "$.data.tracking_number")),
        (classic("tracking_number=" + "9" * 5, carrier_code="u" * 250), ("$.data.carrier_code", "$.resource_url")),
    ],
)
def test_a_name_that_the_table_has_no_room_for_is_malformed_on_every_database_and_nothing_is_stored(
    inbox: Inbox, body: bytes, problems: tuple[str, ...]
) -> None:
    with pytest.raises(MalformedResponseError, match="255 characters") as caught:
        inbox.receive({}, body)
    assert caught.value.problems == problems
    assert all(path in str(caught.value) for path in problems)
    assert inbox.counts().labels == 0


@pytest.mark.parametrize(
    "body",
    [
        notification("se-" + "1" * 252, data={"status_code": "IT", "tracking_number": "9" * 255}),
        classic(tracking_number="\U0001f4e6" * 254),
        classic(carrier_code="u" * 127, tracking_number="9" * 127),
    ],
)
def test_the_longest_names_that_the_table_has_room_for_are_stored_and_told(
    inbox: Inbox, customer: Customer, body: bytes
) -> None:
    assert inbox.receive({}, body).status == "accepted"
    assert inbox.deliver(customer) == 1
    assert customer.told[0].tracking_number == parse_webhook(body).tracking_number


@pytest.mark.parametrize("unstorable", ["AB\x00CD", "\x00", "\ud800", "AB\udfffCD"])
def test_text_that_no_database_takes_never_reaches_it(inbox: Inbox, customer: Customer, unstorable: str) -> None:
    scan = {"occurred_at": "2026-03-04T12:00:00Z", "description": unstorable, "event_code": unstorable}
    codes = {"status_code": "IT", "status_detail_code": unstorable, "carrier_code": unstorable, "events": [scan]}
    inbox.receive({}, notification(data={**codes, "tracking_number": unstorable}))
    inbox.receive({}, classic("tracking_number=1Z", carrier_code=unstorable, tracking_number=unstorable))
    assert inbox.deliver(customer) == 2
    for query in (f"tracking_number={quote(unstorable, errors='replace')}%00", "carrier_code=%00&tracking_number=1"):
        with pytest.raises(MalformedResponseError):
            inbox.receive({}, classic(query))


def test_however_many_states_come_with_the_same_scan_the_table_has_room_for_them(inbox: Inbox) -> None:
    details = ["", "OUT_FOR_DELIVERY", "AWAITING_COLLECTION_FROM_PICKUP_POINT", "RETURN_TO_SENDER", "PARCEL_LOST"]
    codes = [("NY", ""), ("AC", ""), ("AT", ""), ("EX", ""), *(("IT", detail) for detail in [*details, "CANCELLED"])]
    for code, detail in codes * 2:
        inbox.receive({}, tracked(f"{code} {detail}", ("12:00", "IT")))
    assert inbox.counts().labels == 1


def test_a_classic_notification_is_of_its_carriers_number(inbox: Inbox, customer: Customer) -> None:
    for carrier in ("ups", "fedex"):
        url = f"https://api.shipstation.com/v2/tracking?carrier_code={carrier}&tracking_number=1Z"
        receipt = inbox.receive({}, notification(resource_type="API_TRACK", resource_url=url))
        assert receipt == Receipt(status="accepted", label_id=None, state=receipt.state)
    assert inbox.deliver(customer) == 2
    assert {news.tracking_number for news in customer.told} == {"1Z"}


def test_a_notification_is_verified_before_it_is_read(make: Callable[..., Inbox]) -> None:
    host = KeyHost()
    inbox = make(verifier=host.verifier())
    assert inbox.receive(signed(), BODY).status == "accepted"
    for body in (BODY + b" ", b"not JSON"):
        with pytest.raises(WebhookVerificationError):
            inbox.receive(signed(), body)
    with pytest.raises(MalformedResponseError):
        inbox.receive(signed(b"not JSON"), b"not JSON")
    with pytest.raises(TypeError, match="raw bytes"):
        inbox.receive(signed(), {})  # type: ignore[arg-type]
    assert inbox.receive(list(signed().items()), memoryview(BODY)).status == "repeated"
    assert inbox.counts().labels == 1
    assert host.asked == ["GET https://api.shipengine.com/jwks"]


def test_a_verifier_that_would_not_be_waited_for_is_refused() -> None:
    refused: list[tuple[Any, str]] = [
        (AsyncWebhookVerifier(), "await"),
        ("https://api.shipengine.com/jwks", "not str"),
        (WebhookVerifier, r"verifier must be an object: WebhookVerifier\(\)"),
    ]
    for verifier, said in refused:
        with pytest.raises(ConfigurationError, match=said):
            Inbox("sqlite://", verifier=verifier)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("x", "action must be .*, not str"),
        (3, "action must be .*, not int"),
        (object(), "action must be .*, not object"),
        (SimpleNamespace(from_webhook="x"), "action must be"),
        (TrackOrderAction, r"action must be .*TrackOrderAction\(client\)"),
        (AsyncTrackOrderAction(FakeShipStation().async_client()), "action must be .*could not answer"),
        (AsyncTrackOrderAction, "action must be"),
    ],
)
def test_an_action_that_could_not_lead_back_to_an_order_is_refused_when_the_inbox_is_made(
    tmp_path: Path, action: Any, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Inbox(f"sqlite:///{tmp_path}/inbox.db", action=action)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "action", [None, TrackOrderAction(FakeShipStation().client()), Mock(), SimpleNamespace(from_webhook=len)]
)
def test_whatever_can_lead_back_to_an_order_is_an_action(action: Any) -> None:
    Inbox("sqlite://", action=action).close()


def test_a_database_that_is_away_makes_receive_raise_without_a_word_of_the_customers(
    postgres: Postgres, clock: HandClock, customer: Customer
) -> None:
    postgres.execute("DROP TABLE IF EXISTS shipstation_inbox")
    inbox = Inbox(postgres.url, clock=clock)
    inbox.receive({}, notification("se-1"))
    postgres.stop()
    try:
        with pytest.raises(OperationalError) as caught:
            inbox.receive({}, notification("se-2"))
        assert "se-2" not in str(caught.value)
        with pytest.raises(OperationalError):
            inbox.deliver(customer)
    finally:
        postgres.start()
    assert inbox.receive({}, notification("se-2")).status == "accepted"
    assert inbox.deliver(customer) == 2
    inbox.close()


def test_a_sqlite_that_stays_locked_makes_receive_raise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_BUSY_SECONDS", 0.05)
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    inbox.receive({}, notification("se-1"))
    with closing(sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            inbox.receive({}, notification("se-2"))
    assert inbox.receive({}, notification("se-2")).status == "accepted"
    inbox.close()


# --- the database ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "cannot be read"),
        ("notifications.db", "cannot be read"),
        ("postgresql://user:secret@host:port/database", "cannot be read"),
        ("nosuch://user:secret@host/database", "does not know: nosuch"),
        ("sqlite+nosuch:///secret.db", "does not know"),
        ("mysql+pymysql://user:secret@host/database", "pymysql"),
        ("postgresql+psycopg_async://user:secret@host/database", "asynchronous"),
        ("sqlite:///secret.db?synchronous=OFF", "NORMAL, FULL, EXTRA"),
        (None, "must be a str"),
        (7, "must be a str"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_configuration_error_without_its_password(url: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        Inbox(url)
    fault: BaseException | None = caught.value
    while fault is not None:
        assert "secret" not in str(fault)
        fault = fault.__context__


def test_an_inbox_connects_when_it_is_first_used_and_shows_no_password(tmp_path: Path) -> None:
    assert repr(Inbox(f"sqlite:///{tmp_path}/a.db")) == f"Inbox('sqlite:///{tmp_path}/a.db')"
    assert list(tmp_path.iterdir()) == []
    assert "secret" not in repr(Inbox("postgresql+psycopg://me:secret@nowhere.invalid/database"))


def test_sqlite_can_be_told_to_outlive_a_power_cut(tmp_path: Path) -> None:
    careful, usual = Inbox(f"sqlite:///{tmp_path}/a.db?synchronous=full"), Inbox(f"sqlite:///{tmp_path}/a.db")
    for inbox, level in ((careful, 2), (usual, 1)):
        with inbox._store.transaction() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
        inbox.close()


def test_threads_take_turns_with_a_database_in_memory(customer: Customer) -> None:
    inbox = Inbox("sqlite://")
    inbox.receive({}, notification("se-1"))
    inbox.receive({}, notification("se-2"))
    assert inbox.deliver(customer) == 2
    inbox.close()


def test_several_that_make_the_table_at_once_do_not_disturb_each_other(make: Callable[..., Inbox]) -> None:
    inboxes = [make() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda inbox: inbox.receive({}, notification()), inboxes))
    assert sorted(receipt.status for receipt in receipts) == ["accepted", *["repeated"] * 5]


def test_without_the_extra_the_first_use_says_which_one_to_install() -> None:
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from shipstation_aissist.inbox import Inbox\n"
        "try: Inbox('sqlite:///a.db')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.startswith("ConfigurationError ")
    assert "pip install 'shipstation-aissist[inbox]'" in said


def test_an_import_loads_no_sqlalchemy() -> None:
    program = "import sys, shipstation_aissist.inbox; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "False"
