"""Answers to print: one with every field filled, and any that Hypothesis makes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from shipstation_aissist.orders.attention import Attention
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState

EVENT = ParcelEvent(
    carrier_occurred_at=datetime(2026, 3, 4, 13, 30, 0, 999_999),
    description="Left with individual",
    city_locality="KÖLN",
    state_province="NW",
    postal_code="50667",
    carrier_status_description="Zugestellt",
    occurred_at=datetime(2026, 3, 4, 12, 30, tzinfo=UTC),
    state=ParcelState.DELIVERED,
    status_code="DE",
    status_detail_code="DELIVERED",
    country_code="DE",
)
PARCEL = Parcel(
    tracking_number="00340434161094021501",
    tracking_url="https://tracking.dpd.de/status/en_US/parcel/00340434161094021501",
    status_description="Delivered",
    carrier_status_description="Zugestellt",
    ship_date=datetime(2026, 3, 2, 21, 10, tzinfo=timezone(timedelta(hours=1))),
    actual_delivery_date=datetime(2026, 3, 4, 12, 30, 59, 123_456, UTC),
    events=(EVENT,),
    state=ParcelState.DELIVERED,
    status_code="DE",
    status_detail_code="DELIVERED",
    status_detail_description="Your shipment has been delivered.",
    carrier_code="dpd",
    service_code="dpd_classic",
    estimated_delivery_date=datetime(2026, 3, 5),
    exception_description="None",
    label_id="se-8001",
    shipment_id="se-7001",
    package_tracking_numbers=("00340434161094021501", "00340434161094021502"),
    is_return_label=False,
    voided=False,
    carrier_name="DPD",
    alternative_tracking_numbers=("0199", "0200"),
    items=(ParcelItem(name="Blue mug", sku="MUG-1", quantity=2), ParcelItem(sku="TEA", quantity=0.5)),
    items_known="shared",
    last_scan_at=datetime(2026, 3, 4, 13, 30, tzinfo=timezone(timedelta(hours=1))),
    replaced_by="00340434161094021509",
)
VOIDED = Parcel(tracking_number="1Z", state=ParcelState.CANCELLED, voided=True, is_return_label=True)
ATTENTION = Attention(
    code="delivered_in_part",
    severity="act",
    tracking_number="00340434161094021501",
    since=date(2026, 3, 4),
    days=1,
    message="Only a part of the parcel was delivered on March 4, 2026.",
    next_steps=("Hand over to a person.",),
)
RESPONSE = TrackOrderResponse(
    order_id=" #A-100 ",
    state=OrderState.PARTIALLY_DELIVERED,
    tracking=PARCEL,
    parcels=(PARCEL, VOIDED),
    warnings=("One.", "Two."),
    as_of=datetime(2026, 3, 5, 12, 0, 0, 999_999, UTC),
    order_number="A-100",
    matched_by="number",
    attention=(ATTENTION,),
    ship_by_date=datetime(2026, 3, 6),
    hold_until_date=datetime(2026, 3, 7, tzinfo=UTC),
    returns=(VOIDED,),
)
NO_PARCEL = TrackOrderResponse(as_of=datetime(2026, 3, 5, 12, tzinfo=UTC), order_id="B-1", state=OrderState.NOT_SHIPPED)

offsets = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
moments = st.none() | st.datetimes(timezones=offsets)
events = st.builds(
    ParcelEvent,
    carrier_occurred_at=moments,
    description=texts,
    city_locality=texts,
    occurred_at=moments,
    state=st.sampled_from(ParcelState),
    status_code=texts,
)
parcels = st.builds(
    Parcel,
    tracking_number=texts,
    tracking_url=texts,
    status_description=texts,
    ship_date=moments,
    actual_delivery_date=moments,
    estimated_delivery_date=moments,
    events=st.lists(events, max_size=3).map(tuple),
    state=st.sampled_from(ParcelState),
    carrier_code=texts,
    exception_description=texts,
    label_id=texts,
    package_tracking_numbers=st.lists(st.text(), max_size=2).map(tuple),
    is_return_label=st.booleans(),
    voided=st.booleans(),
    items=st.lists(st.builds(ParcelItem, name=texts, quantity=st.none() | st.integers()), max_size=2).map(tuple),
    last_scan_at=moments,
)
ANY_RESPONSE = st.builds(
    TrackOrderResponse,
    order_id=st.text(),
    as_of=st.datetimes(timezones=st.just(UTC)),
    state=st.sampled_from(OrderState),
    tracking=st.none() | parcels,
    parcels=st.lists(parcels, max_size=3).map(tuple),
    warnings=st.lists(st.text(), max_size=2).map(tuple),
    returns=st.lists(parcels, max_size=1).map(tuple),
    attention=st.lists(st.just(ATTENTION), max_size=1).map(tuple),
)
