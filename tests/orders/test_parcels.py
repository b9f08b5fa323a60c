"""From a label, its tracking or a fulfillment to a parcel (R6, R8, R9, R10)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from shipstation_aissist.actions.bulk import TrackOrderOutcome
from shipstation_aissist.models import (
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    TrackEvent,
    TrackingInformation,
)
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.parcels import parcel_of_fulfillment, parcel_of_label, parcel_of_tracking
from shipstation_aissist.orders.query import OrderQuery
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState

SHIPPED = datetime(2026, 3, 2, tzinfo=UTC)
DELIVERED = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)
EXPECTED = datetime(2026, 3, 5)
SCANNED = datetime(2026, 3, 4, 13, 30)

LABEL = Label(
    label_id="se-8001",
    shipment_id="se-7001",
    status="completed",
    tracking_number="94001",
    tracking_url="https://label.example/94001",
    tracking_status="in_transit",
    carrier_code="stamps_com",
    service_code="usps_priority_mail",
    ship_date=SHIPPED,
)
TRACKING = TrackingInformation(
    tracking_number="9400 1",
    tracking_url="https://tracking.example/94001",
    status_code="EX",
    status_description="Exception",
    status_detail_code="CARRIER_DELAYS",
    status_detail_description="The parcel is late.",
    carrier_code="fedex_walleted",
    carrier_status_description="Weather",
    ship_date=datetime(2026, 3, 1),
    estimated_delivery_date=EXPECTED,
    actual_delivery_date=DELIVERED,
    exception_description="Snow",
    events=(
        TrackEvent(
            occurred_at=DELIVERED,
            carrier_occurred_at=SCANNED,
            description="Out for delivery",
            city_locality="PORTLAND",
            state_province="ME",
            postal_code="04101",
            country_code="US",
            company_name="Neighbours Inc",
            signer="R. Sample",
            event_code="01",
            status_code="IT",
            status_description="In transit",
            carrier_status_code="OF",
            carrier_status_description="On the van",
            status_detail_code="OUT_FOR_DELIVERY",
            status_detail_description="Today",
            proof_of_delivery_url="https://proof.example",
            latitude=43.6,
            longitude=-70.2,
        ),
        TrackEvent(status_code="DE"),
    ),
)


def test_a_tracked_parcel_is_what_the_carrier_says_with_the_labels_ids() -> None:
    assert parcel_of_tracking(LABEL, TRACKING) == Parcel(
        tracking_number="9400 1",
        tracking_url="https://tracking.example/94001",
        status_description="Exception",
        carrier_status_description="Weather",
        ship_date=datetime(2026, 3, 1),
        actual_delivery_date=DELIVERED,
        events=(
            ParcelEvent(
                carrier_occurred_at=SCANNED,
                description="Out for delivery",
                city_locality="PORTLAND",
                state_province="ME",
                postal_code="04101",
                carrier_status_description="On the van",
                occurred_at=DELIVERED,
                state=ParcelState.OUT_FOR_DELIVERY,
                status_code="IT",
                status_detail_code="OUT_FOR_DELIVERY",
                country_code="US",
            ),
            ParcelEvent(state=ParcelState.DELIVERED, status_code="DE"),
        ),
        state=ParcelState.EXCEPTION,
        status_code="EX",
        status_detail_code="CARRIER_DELAYS",
        status_detail_description="The parcel is late.",
        carrier_code="fedex",
        service_code="usps_priority_mail",
        estimated_delivery_date=EXPECTED,
        exception_description="Snow",
        label_id="se-8001",
        shipment_id="se-7001",
        package_tracking_numbers=("94001",),
        is_return_label=False,
        voided=False,
        carrier_name="FedEx",
        last_scan_at=DELIVERED,
    )


def test_a_parcel_that_only_its_label_describes_keeps_number_link_carrier_and_date() -> None:
    assert parcel_of_label(LABEL) == Parcel(
        tracking_number="94001",
        tracking_url="https://label.example/94001",
        status_description="Unknown",
        ship_date=SHIPPED,
        state=ParcelState.UNKNOWN,
        carrier_code="usps",
        service_code="usps_priority_mail",
        label_id="se-8001",
        shipment_id="se-7001",
        package_tracking_numbers=("94001",),
        carrier_name="USPS",
    )


@pytest.mark.parametrize(
    ("own", "told", "shown"),
    [
        ("9400111899223100001234", "420296469400111899223100001234", "9400111899223100001234"),
        ("6129123456789012", "926129123456789012", "6129123456789012"),
        ("0123456789012", "123456789012", "0123456789012"),
        ("94 1", "94-1", "94-1"),
        ("94", "LAST-MILE", "LAST-MILE"),
        (None, "LAST-MILE", "LAST-MILE"),
    ],
)
def test_a_number_in_its_form_after_the_hand_over_is_shown_as_the_label_has_it(
    own: str | None, told: str, shown: str
) -> None:
    label = attrs.evolve(LABEL, tracking_number=own)
    assert parcel_of_tracking(label, TrackingInformation(tracking_number=told)).tracking_number == shown


def test_what_tracking_leaves_out_comes_from_the_label() -> None:
    parcel = parcel_of_tracking(LABEL, TrackingInformation(status_code="IT"))
    assert parcel.tracking_number == "94001"
    assert parcel.tracking_url == "https://label.example/94001"
    assert parcel.carrier_code == "usps"
    assert parcel.status_description == "In transit"
    assert (parcel.state, parcel.events, parcel.ship_date) == ("in_transit", (), None)


@pytest.mark.parametrize(
    ("state", "codes", "description"),
    [
        ("delivered", {"status_code": "DE"}, "Delivered"),
        ("unknown", {"status_code": "??"}, "Unknown"),
        ("label_created", {"status_code": "NY"}, "Label created"),
        ("returning_to_sender", {"status_code": "DE", "status_detail_code": "RETURN_TO_SENDER"}, "Returning to sender"),
        ("label_created", {"status_code": "NY", "status_description": "Accepted"}, "Accepted"),
        (
            "returning_to_sender",
            {"status_code": "DE", "status_detail_code": "RETURN_TO_SENDER", "status_description": "Delivered"},
            "Returning to sender",
        ),
        (
            "out_for_delivery",
            {"status_code": "IT", "status_detail_code": "OUT_FOR_DELIVERY", "status_description": "In Transit"},
            "Out for delivery",
        ),
        ("exception", {"status_code": "ex", "status_description": "Held"}, "Held"),
        ("in_transit", {"status_code": "IN_TRANSIT", "status_description": "On The Road"}, "On The Road"),
    ],
)
def test_the_description_is_the_apis_unless_its_status_code_stands_for_another_state(
    state: str, codes: dict[str, str], description: str
) -> None:
    parcel = parcel_of_tracking(LABEL, TrackingInformation(**codes))
    assert (parcel.state, parcel.status_description) == (state, description)


@pytest.mark.parametrize(
    ("of_tracking", "of_label", "carrier", "number", "link"),
    [
        ("https://t.example", "https://l.example", "ups", "1", "https://t.example"),
        (None, "https://l.example", "ups", "1", "https://l.example"),
        (None, None, "ups", "1", "https://www.ups.com/track?tracknum=1"),
        (None, None, "ups_walleted", "1", "https://www.ups.com/track?tracknum=1"),
        (None, None, "bike", "1", None),
        (None, None, None, "1", None),
        (None, None, "ups", None, None),
        ("javascript:alert(1)", "https://l.example", "ups", "1", "https://l.example"),
        ("javascript:alert(1)", "data:text/html,x", "bike", "1", None),
        (None, "ftp://l.example", "ups", "1", "https://www.ups.com/track?tracknum=1"),
    ],
)
def test_the_link_is_trackings_else_the_labels_else_the_carriers_page(
    of_tracking: str | None, of_label: str | None, carrier: str | None, number: str | None, link: str | None
) -> None:
    label = attrs.evolve(LABEL, tracking_url=of_label, carrier_code=carrier, tracking_number=number)
    tracking = TrackingInformation(tracking_url=of_tracking)
    assert parcel_of_tracking(label, tracking).tracking_url == link
    if of_tracking is None or not of_tracking.startswith("https"):
        assert parcel_of_label(label).tracking_url == link


def test_the_carriers_page_is_made_of_what_tracking_says_before_what_the_label_says() -> None:
    label = attrs.evolve(LABEL, tracking_url=None)
    tracking = TrackingInformation(carrier_code="dpd", tracking_number="7")
    assert parcel_of_tracking(label, tracking).tracking_url == "https://tracking.dpd.de/status/en_US/parcel/7"


def test_the_carriers_own_codes_of_ups_refine_parcel_and_events_whoever_names_the_carrier() -> None:
    tracking = TrackingInformation(
        status_code="IT",
        carrier_detail_code="OT",
        events=(
            TrackEvent(status_code="AC", carrier_detail_code="MP"),
            TrackEvent(status_code="IT", carrier_detail_code="XD"),
        ),
    )
    by_label = parcel_of_tracking(attrs.evolve(LABEL, carrier_code="ups"), tracking)
    by_tracking = parcel_of_tracking(LABEL, attrs.evolve(tracking, carrier_code="ups"))
    for parcel in (by_label, by_tracking):
        assert parcel.state == "out_for_delivery"
        assert [event.state for event in parcel.events] == ["label_created", "in_transit"]
    assert parcel_of_tracking(LABEL, tracking).state == "in_transit"


@pytest.mark.parametrize(
    ("changes", "state", "description"),
    [
        ({"tracking_status": "delivered"}, "delivered", "Delivered"),
        ({"tracking_status": "Delivered"}, "delivered", "Delivered"),
        ({"tracking_status": "error"}, "unknown", "Unknown"),  # it says nothing of the parcel
        ({"tracking_status": "in_transit"}, "unknown", "Unknown"),  # said from the moment of creation
        ({"tracking_status": "unknown"}, "unknown", "Unknown"),
        ({"tracking_status": "teleported"}, "unknown", "Unknown"),
        ({"tracking_status": None}, "unknown", "Unknown"),
        ({"status": "processing", "tracking_number": None}, "label_created", "Label created"),
        ({"status": "processing", "tracking_number": "1"}, "unknown", "Unknown"),
        ({"status": "completed", "tracking_number": None}, "unknown", "Unknown"),
        ({"voided": True, "tracking_status": "delivered"}, "cancelled", "Cancelled"),
        ({"status": "voided"}, "cancelled", "Cancelled"),
        ({"voided": True, "status": "processing", "tracking_number": None}, "cancelled", "Cancelled"),
        ({"is_return_label": True, "tracking_status": "delivered"}, "delivered", "Delivered"),
    ],
)
def test_the_coarse_state_of_a_label(changes: dict[str, Any], state: str, description: str) -> None:
    parcel = parcel_of_label(attrs.evolve(LABEL, **changes))
    assert (parcel.state, parcel.status_description) == (state, description)


@pytest.mark.parametrize("changes", [{"voided": True}, {"status": "voided"}])
def test_a_voided_label_is_flagged_by_either_field(changes: dict[str, Any]) -> None:
    assert parcel_of_label(attrs.evolve(LABEL, **changes)).voided is True
    assert parcel_of_label(LABEL).voided is False


def test_further_numbers_of_the_label_and_its_packages_are_listed_once_without_their_own() -> None:
    label = attrs.evolve(
        LABEL,
        alternative_identifiers=(
            AlternativeIdentifier(type="last_mile_tracking_number", value="L-1"),
            AlternativeIdentifier(type="other", value="94001"),
            AlternativeIdentifier(type="other", value=None),
        ),
        packages=(
            LabelPackage(
                tracking_number="P1",
                alternative_identifiers=(AlternativeIdentifier(value="l1"), AlternativeIdentifier(value="L-2")),
            ),
        ),
    )
    assert parcel_of_label(label).alternative_tracking_numbers == ("L-1", "L-2")
    assert parcel_of_tracking(label, TRACKING).alternative_tracking_numbers == ("L-1", "L-2")


def test_a_tracked_return_or_voided_label_stays_flagged() -> None:
    assert parcel_of_tracking(attrs.evolve(LABEL, rma_number="R-1"), TRACKING).is_return_label
    assert parcel_of_tracking(attrs.evolve(LABEL, voided=True), TRACKING).voided


def test_a_return_label_is_flagged() -> None:
    assert parcel_of_label(attrs.evolve(LABEL, is_return_label=True)).is_return_label is True
    for unflagged in (False, None):
        assert parcel_of_label(attrs.evolve(LABEL, is_return_label=unflagged)).is_return_label is False


@pytest.mark.parametrize(
    ("packages", "own", "numbers"),
    [
        (("1", "2"), "1", ("1", "2")),
        (("2", "1", "2", None), "1", ("2", "1")),
        ((None,), "1", ("1",)),
        ((), "1", ("1",)),
        ((), None, ()),
        ((None, None), None, ()),
    ],
)
def test_the_numbers_of_the_packages_are_listed_once_else_the_labels_own(
    packages: tuple[str | None, ...], own: str | None, numbers: tuple[str, ...]
) -> None:
    label = attrs.evolve(
        LABEL, tracking_number=own, packages=tuple(LabelPackage(tracking_number=number) for number in packages)
    )
    assert parcel_of_label(label).package_tracking_numbers == numbers
    assert parcel_of_tracking(label, TRACKING).package_tracking_numbers == numbers


FULFILLMENT = Fulfillment(
    fulfillment_id="se-9001",
    shipment_id="se-7001",
    tracking_number="770001",
    ship_date=SHIPPED,
    fulfillment_carrier_friendly_name="FedEx",
    fulfillment_service_code="ext",
)


def test_a_parcel_that_was_shipped_elsewhere_has_number_carrier_link_and_dates_but_no_events() -> None:
    assert parcel_of_fulfillment(FULFILLMENT) == Parcel(
        tracking_number="770001",
        tracking_url="https://www.fedex.com/fedextrack/?trknbr=770001",
        status_description="Shipped",
        ship_date=SHIPPED,
        state=ParcelState.UNKNOWN,
        carrier_code="fedex",
        shipment_id="se-7001",
        package_tracking_numbers=("770001",),
        carrier_name="FedEx",
    )


def test_a_delivered_date_makes_it_delivered() -> None:
    parcel = parcel_of_fulfillment(attrs.evolve(FULFILLMENT, delivered_at=DELIVERED))
    assert (parcel.state, parcel.status_description, parcel.actual_delivery_date) == (
        "delivered",
        "Delivered",
        DELIVERED,
    )


def test_a_carrier_that_is_not_known_is_shown_by_its_name_without_a_link() -> None:
    parcel = parcel_of_fulfillment(attrs.evolve(FULFILLMENT, fulfillment_carrier_friendly_name="Bike Messenger"))
    assert (parcel.carrier_code, parcel.tracking_url) == ("Bike Messenger", None)


def test_a_fulfillment_without_a_number_is_a_parcel_without_one() -> None:
    parcel = parcel_of_fulfillment(
        attrs.evolve(FULFILLMENT, tracking_number=None, fulfillment_carrier_friendly_name=None)
    )
    assert (parcel.tracking_number, parcel.tracking_url, parcel.package_tracking_numbers) == (None, None, ())
    assert (parcel.carrier_code, parcel.status_description) == (None, "Shipped")


def test_the_repr_of_an_answer_shows_no_text_from_outside_and_no_postal_code() -> None:
    """A tracer that prints local variables must not print a customer."""
    event = ParcelEvent(
        description="Left with Robin Sample",
        carrier_status_description="Signed by ROBIN",
        city_locality="GREENWOOD",
        postal_code="29646",
    )
    parcel = Parcel(
        tracking_number="9400",
        tracking_url="https://carrier.example/?to=robin@example.com",
        status_description="Left with Robin",
        status_detail_description="Signed by Robin",
        carrier_code="Robin's Van",
        carrier_name="Robin's Van",
        carrier_status_description="Given to Robin",
        exception_description="Robin was not at home",
        events=(event,),
        items=(ParcelItem(name="Mug for Robin", sku="MUG-1"), ParcelItem(sku="a mug for Robin")),
    )
    state = OrderState.DELIVERED
    answer = TrackOrderResponse(order_id="1001", state=state, tracking=parcel, parcels=(parcel,), as_of=DELIVERED)
    said = repr(answer) + repr(TrackOrderOutcome(query=OrderQuery("1001", "29646"), response=answer))
    assert "robin" not in said.lower()
    assert "29646" not in said
    assert all(kept in said for kept in ("1001", "9400", "delivered", "GREENWOOD", "MUG-1"))


@pytest.mark.parametrize(
    ("carrier_code", "printed"),
    [("usps", "'usps'"), ("new_courier", "'new_courier'"), (None, "None"), ("Robin", "..."), ("our own van", "...")],
)
def test_the_repr_of_a_parcel_shows_the_code_of_a_carrier_and_not_what_somebody_typed(
    carrier_code: str | None, printed: str
) -> None:
    assert f"carrier_code={printed}," in repr(Parcel(carrier_code=carrier_code))
