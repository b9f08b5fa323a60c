"""What a notebook shows of an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from shipstation_aissist import Attention, OrderState, Parcel, ParcelEvent, ParcelState, TrackOrderResponse
from shipstation_aissist.orders.parcel import ParcelItem

HOSTILE = "<img src=x onerror=alert(1)>"
NUMBER = "9400110000000000000001"


def _view(*parcels: Parcel, state: OrderState = OrderState.IN_TRANSIT, warnings: tuple[str, ...] = ()) -> str:
    shown = parcels[0] if parcels else None
    html = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id="A-100",
        state=state,
        tracking=shown,
        parcels=parcels,
        warnings=warnings,
    )._repr_html_()
    return html[html.index("</style>") :]


def _texts(html: str, pattern: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(pattern, html)]


PARCEL = Parcel(
    tracking_number=NUMBER,
    tracking_url=f"https://tools.usps.com/go/TrackConfirmAction?tLabels={NUMBER}",
    carrier_code="stamps_com",
    service_code="usps_ground_advantage",
    state=ParcelState.IN_TRANSIT,
    ship_date=datetime(2026, 3, 2, tzinfo=UTC),
    estimated_delivery_date=datetime(2026, 3, 6),
)


def _scan(hour: int, **fields: object) -> ParcelEvent:
    event = ParcelEvent(
        carrier_occurred_at=datetime(2026, 3, 3, hour, 5),
        description=f"Scan {hour}",
        city_locality="PORTLAND",
        state_province="ME",
        state=ParcelState.IN_TRANSIT,
    )
    return attrs.evolve(event, **fields)


def test_the_order_its_state_and_the_summary_come_first() -> None:
    html = _view(PARCEL, state=OrderState.PARTIALLY_DELIVERED)
    assert _texts(html, r'<p class="title">.*?</p>')[0] == "Order A-100 Partially delivered"
    assert "the rest is still outstanding" in html


def test_an_order_without_a_parcel_shows_no_parcel() -> None:
    html = _view(state=OrderState.NOT_SHIPPED)
    assert "Not shipped yet" in html
    assert "<section" not in html
    assert "<details" not in html


def test_the_parcel_that_decides_is_open_and_the_others_are_folded() -> None:
    voided = Parcel(tracking_number="1", state=ParcelState.CANCELLED, voided=True)
    returned = Parcel(carrier_code="ups", is_return_label=True)
    html = _view(PARCEL, voided, returned)
    assert html.count("<section>") == 1
    assert _texts(html, r"<summary>.*?</summary>") == [
        "Parcel 1 (voided) Cancelled",
        "UPS no number yet (return) Unknown",
    ]


def test_a_parcel_links_to_its_carriers_page() -> None:
    html = _view(PARCEL)
    assert f'<a href="https://tools.usps.com/go/TrackConfirmAction?tLabels={NUMBER}" ' in html
    assert f"USPS {NUMBER} In transit" in _texts(html, r'<p class="title">.*?</p>')


def test_known_facts_are_named_and_a_date_that_came_without_a_time_has_none() -> None:
    html = _view(PARCEL)
    assert _texts(html, "<dt>.*?</dt>") == ["Shipped", "Expected", "Service"]
    assert _texts(html, "<dd>.*?</dd>") == ["Mar 2, 2026", "Mar 6, 2026", "usps ground advantage"]


def test_a_delivered_parcel_says_when_and_no_longer_what_was_expected() -> None:
    delivered = attrs.evolve(
        PARCEL, state=ParcelState.DELIVERED, actual_delivery_date=datetime(2026, 3, 4, 18, 30, tzinfo=UTC)
    )
    html = _view(delivered, state=OrderState.DELIVERED)
    assert "Mar 4, 2026, 18:30 UTC" in html
    assert "Expected" not in html


def test_a_day_that_is_over_was_expected() -> None:
    assert _texts(_view(attrs.evolve(PARCEL, estimated_delivery_date=datetime(2026, 3, 3))), "<dt>.*?</dt>") == [
        "Shipped",
        "Was expected",
        "Service",
    ]


def test_a_return_is_told_as_a_return() -> None:
    back = Parcel(carrier_code="ups", tracking_number="1Z7", state=ParcelState.DELIVERED, is_return_label=True)
    html = _view(PARCEL, back)
    assert _texts(html, r"<summary>.*?</summary>") == ["UPS 1Z7 (return) Has reached the shop"]


def test_a_return_whose_number_was_asked_for_is_shown_and_not_as_an_order() -> None:
    """R14."""
    back = Parcel(carrier_code="ups", tracking_number="1Z7", state=ParcelState.DELIVERED, is_return_label=True)
    html = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id="1Z7",
        order_number="A-100",
        matched_by="tracking_number",
        state=OrderState.UNKNOWN,
        tracking=back,
        parcels=(back,),
        returns=(back,),
        parcel_only=True,
    )._repr_html_()
    assert _texts(html, r'<p class="title">.*?</p>') == [
        "Tracking number 1Z7 Has reached the shop",
        "UPS 1Z7 (return) Has reached the shop",
    ]
    assert html.count("The return (UPS, 1Z7) of order A-100 has reached the shop.") == 1


def test_months_are_english_whatever_the_machine_speaks() -> None:
    for month in range(1, 13):
        html = _view(attrs.evolve(PARCEL, ship_date=datetime(2026, month, 9)))
        assert _texts(html, "<dd>.*?</dd>")[0] == f"{ENGLISH[month - 1]} 9, 2026"


ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def test_what_a_parcel_holds_and_its_other_numbers_are_listed() -> None:
    html = _view(
        attrs.evolve(
            PARCEL,
            items=(ParcelItem(name="Blue mug", quantity=2), ParcelItem(sku="TEA")),
            alternative_tracking_numbers=("0199",),
            replaced_by="1Z8",
        )
    )
    assert {"2 x Blue mug; TEA", "0199", "1Z8"} <= set(_texts(html, "<dd>.*?</dd>"))


def test_several_packages_are_listed_by_their_numbers() -> None:
    html = _view(attrs.evolve(PARCEL, package_tracking_numbers=("1", "2")))
    assert "1, 2" in _texts(html, "<dd>.*?</dd>")


def test_what_the_carrier_says_is_shown_once() -> None:
    said = attrs.evolve(PARCEL, carrier_status_description="Scan 9", events=(_scan(9),))
    assert "Carrier says" not in _view(said)
    assert "Carrier says" in _view(attrs.evolve(said, exception_description="Weather"))
    assert "Carrier says" in _view(attrs.evolve(said, events=()))


def test_scans_keep_their_order_with_place_and_the_carriers_local_time() -> None:
    zoned = datetime(2026, 3, 3, 8, 5, tzinfo=timezone(timedelta(hours=-7)))
    html = _view(attrs.evolve(PARCEL, events=(_scan(9), _scan(8, carrier_occurred_at=zoned))))
    assert _texts(html, "<li>.*?</li>") == [
        "Mar 3, 2026, 09:05 local timeScan 9 \N{MIDDLE DOT} PORTLAND, ME",
        "Mar 3, 2026, 08:05 local timeScan 8 \N{MIDDLE DOT} PORTLAND, ME",
    ]


def test_a_scan_without_words_place_or_local_time_says_what_it_can() -> None:
    bare = ParcelEvent(occurred_at=datetime(2026, 3, 3, 9, 5, tzinfo=UTC), state=ParcelState.OUT_FOR_DELIVERY)
    html = _view(attrs.evolve(PARCEL, events=(bare, ParcelEvent(carrier_status_description="Seen"))))
    assert _texts(html, "<li>.*?</li>") == ["Mar 3, 2026, 09:05 UTCOut for delivery", "Seen"]


def test_no_scan_is_said_to_be_none() -> None:
    assert "No scan is known." in _view(PARCEL)


@pytest.mark.parametrize(("scans", "folded"), [(6, None), (7, "1 earlier"), (20, "14 earlier")])
def test_scans_that_are_far_back_are_folded(scans: int, folded: str | None) -> None:
    html = _view(attrs.evolve(PARCEL, events=tuple(_scan(hour) for hour in range(scans))))
    assert html.count("<li>") == scans
    assert _texts(html, r"<summary>.*?</summary>") == ([folded] if folded else [])


def _texts_of(model: type) -> dict[str, str]:
    return {name: HOSTILE for name, kind in model.__annotations__.items() if kind == "str | None"}


def test_what_needs_attention_stands_above_the_warnings_with_what_to_do() -> None:
    html = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id="A-100",
        state=OrderState.IN_TRANSIT,
        tracking=PARCEL,
        parcels=(PARCEL,),
        warnings=("Careful.",),
        attention=(
            Attention(code="lost", severity="act", message=f"Lost {HOSTILE}.", next_steps=("Call <them>.",)),
            Attention(code="stalled", severity="info", message="Silent."),
        ),
    )._repr_html_()
    assert _texts(html, "<li>(?:(?!<time).)*?</li>")[:3] == [
        "to do Lost &lt;img src=x onerror=alert(1)&gt;. Call &lt;them&gt;.",
        "to know Silent. ",
        "Careful.",
    ]


def test_everything_from_outside_is_escaped_and_only_links_of_the_web_can_be_followed() -> None:
    parcel = Parcel(
        **{**_texts_of(Parcel), "tracking_url": "javascript:alert(1)"},
        events=(ParcelEvent(**_texts_of(ParcelEvent)),),
        package_tracking_numbers=(HOSTILE, HOSTILE),
    )
    html = TrackOrderResponse(
        as_of=datetime(2026, 3, 5, 12, tzinfo=UTC),
        order_id=HOSTILE,
        state=OrderState.UNKNOWN,
        tracking=parcel,
        parcels=(parcel, attrs.evolve(parcel)),
        warnings=(HOSTILE,),
    )._repr_html_()
    assert "<img" not in html
    assert "javascript" not in html
    assert html.count("&lt;img") >= 12
