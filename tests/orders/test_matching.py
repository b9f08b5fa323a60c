"""R3: every record is compared with what was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from shipstation_aissist.models import (
    AlternativeIdentifier,
    Fulfillment,
    Label,
    LabelPackage,
    Shipment,
    TrackEvent,
    TrackingInformation,
)
from shipstation_aissist.orders.comparing import (
    has_tracking_number,
    numbers_of,
    same_tracking_number,
    why_not_fulfillment,
    why_not_label,
    why_not_shipment,
    why_not_tracking,
)


@pytest.mark.parametrize(
    ("number", "asked", "matches"),
    [
        ("A-100", "A-100", True),
        ("a-100", "A-100", True),
        ("#A-100", "A-100", True),
        ("A-100", "#A-100", True),
        (" A-100 ", "A-100", True),
        ("A-1000", "A-100", False),
        ("A-10", "A-100", False),
        ("XA-100", "A-100", False),
        ("A100", "A-100", False),
        ("0100", "100", False),
        ("##100", "100", False),
        ("111\u20131234567", "111-1234567", True),  # R1 on both sides: dashes
        ("1001\u200b", "1001", True),
        ("1001.", "1001", True),
        ('"1001"', "1001", True),
        ("Order #1001", "1001", True),
        ("\u21161001", "1001", True),
        ("NO1001", "1001", False),
        ("ORDER-1001", "1001", False),
        (None, "A-100", False),
        (None, "None", False),
    ],
)
def test_r3_a_number_matches_however_it_is_written_and_whatever_its_case(
    number: str | None, asked: str, matches: bool
) -> None:
    reason = why_not_shipment(Shipment(shipment_id="se-1", shipment_number=number), number=asked)
    assert reason == (None if matches else "does not have this number")


@pytest.mark.parametrize(
    ("external_id", "matches"),
    [("ext-1", True), ("EXT-1", False), ("#ext-1", False), (" ext-1", False), ("ext-11", False), (None, False)],
)
def test_an_external_id_matches_exactly(external_id: str | None, matches: bool) -> None:
    reason = why_not_shipment(Shipment(shipment_id="se-1", external_shipment_id=external_id), external_id="ext-1")
    assert reason == (None if matches else "does not have this external id")


@pytest.mark.parametrize(("shipment_id", "matches"), [("se-1", True), ("SE-1", False), ("se-11", False), (None, False)])
def test_a_label_and_a_fulfillment_belong_to_the_shipment_that_they_name(
    shipment_id: str | None, matches: bool
) -> None:
    expected = None if matches else "is of another shipment"
    assert why_not_label(Label(label_id="se-9", shipment_id=shipment_id), shipment_id="se-1") == expected
    fulfillment = Fulfillment(fulfillment_id="se-9", shipment_id=shipment_id)
    assert why_not_fulfillment(fulfillment, shipment_id="se-1") == expected


def test_r3_a_record_that_was_asked_for_by_its_own_id_must_have_it() -> None:
    refusal = "is not the one that was asked for"
    assert why_not_shipment(Shipment(shipment_id="se-1"), shipment_id="se-1") is None
    assert why_not_shipment(Shipment(shipment_id="SE-1"), shipment_id="se-1") == refusal
    assert why_not_label(Label(label_id="se-9"), label_id="se-9") is None
    assert why_not_label(Label(label_id="se-8"), label_id="se-9") == refusal


@pytest.mark.parametrize(
    ("store_id", "asked", "matches"),
    [
        ("se-31", "se-31", True),
        ("se-31", "31", True),
        ("31", " se-31 ", True),
        (" se-31", "31 ", True),
        ("SE-31", "se-31", False),
        ("se-3", "se-31", False),
        ("se-031", "31", False),
        (None, "se-31", False),
        ("", "se-31", False),
    ],
)
def test_r3_a_store_matches_with_and_without_its_prefix_and_blanks_around_it(
    store_id: str | None, asked: str, matches: bool
) -> None:
    reason = why_not_shipment(Shipment(shipment_id="se-1", store_id=store_id), store_id=asked)
    assert reason == (None if matches else "is of another store")


@pytest.mark.parametrize("store_id", ["se-31", None])
def test_any_store_will_do_when_none_was_asked_for(store_id: str | None) -> None:
    assert why_not_shipment(Shipment(shipment_id="se-1", store_id=store_id)) is None


LABEL = Label(
    label_id="se-9",
    tracking_number="9400 1",
    packages=(
        LabelPackage(
            tracking_number="1Z-A2",
            alternative_identifiers=(AlternativeIdentifier(value="LM3"), AlternativeIdentifier()),
        ),
        LabelPackage(),
        LabelPackage(tracking_number="1ZA4"),
    ),
    alternative_identifiers=(AlternativeIdentifier(type="x", value="LM5"), AlternativeIdentifier(type="y")),
)


def test_the_numbers_of_a_label_are_its_own_its_packages_and_those_of_other_carriers() -> None:
    assert list(numbers_of(LABEL)) == ["9400 1", "1Z-A2", "1ZA4", "LM5", "LM3"]
    assert list(numbers_of(Label(label_id="se-9"))) == []


@pytest.mark.parametrize("number", ["9400 1", "94001", "94-00-1", "1ZA2", "1za 2", "lm3", "1ZA4", "LM5"])
def test_a_tracking_reply_that_names_one_of_the_labels_numbers_is_the_labels(number: str) -> None:
    assert has_tracking_number(LABEL, number)
    assert why_not_label(LABEL, tracking_number=number) is None
    assert why_not_tracking(TrackingInformation(tracking_number=number), LABEL) is None


@pytest.mark.parametrize("number", ["94002", "9400", "940011", "1ZA", "LM", "None", "x"])
def test_a_tracking_reply_that_names_another_number_is_a_strangers(number: str) -> None:
    assert not has_tracking_number(LABEL, number)
    assert why_not_label(LABEL, tracking_number=number) == "has another number"
    assert why_not_tracking(TrackingInformation(tracking_number=number), LABEL) == "names another number"


def test_a_tracking_reply_without_a_number_is_believed() -> None:
    assert why_not_tracking(TrackingInformation(), LABEL) is None


def test_a_label_without_numbers_has_no_reply_that_names_one() -> None:
    reply = TrackingInformation(tracking_number="94001")
    assert why_not_tracking(reply, Label(label_id="se-9")) == "names another number"


@pytest.mark.parametrize(
    ("number", "other", "same"),
    [
        ("9400111899223100001234", "420296469400111899223100001234", True),  # 420 and a postal code come before it
        ("9400111899223100001234", "420296461234" + "9400111899223100001234", True),
        ("LX123456789US", "42029646LX123456789US", True),
        ("61299998820821171811", "9261299998820821171811", True),  # FedEx SmartPost, handed over to USPS
        ("0123456789012", "123456789012", True),
        ("000012345", "12345", True),
        ("9400 1118-9922 3100 0012 34", "9400111899223100001234", True),
        ("1z999aa10123456784", "1Z999AA10123456784", True),
        ("123456789012", "99123456789012", True),
        ("12345678901", "9912345678901", False),  # eleven digits may be anybody's
        ("9400111899223100001234", "9400111899223100001235", False),
        ("9400111899223100001234", "94001118992231000012", False),  # a beginning is no end
        ("ABCDEFGHIJKLMN1", "XABCDEFGHIJKLMN1", False),
        ("12345", "4202964612345", False),
        ("0", "00", False),
        ("", "", False),
        ("-", " ", False),
    ],
)
def test_r3_a_number_is_the_same_in_the_forms_that_it_takes_when_a_parcel_is_handed_over(
    number: str, other: str, same: bool
) -> None:
    assert same_tracking_number(number, other) is same
    assert same_tracking_number(other, number) is same


def test_r3_a_fulfillment_is_compared_by_its_number_as_a_label_is() -> None:
    fulfillment = Fulfillment(fulfillment_id="se-9", tracking_number="0123456789012")
    assert why_not_fulfillment(fulfillment, tracking_number="1234 5678 9012") is None
    assert why_not_fulfillment(fulfillment, tracking_number="1234 5678 9013") == "has another number"
    assert why_not_fulfillment(Fulfillment(fulfillment_id="se-9"), tracking_number="1") == "has another number"


MADE = datetime(2026, 3, 2, 8, tzinfo=UTC)
OLDER = "is about an older parcel with the same number"


@pytest.mark.parametrize(
    ("scans", "delivered", "reason"),
    [
        ([datetime(2022, 3, 1, tzinfo=UTC)], datetime(2022, 3, 2), OLDER),
        ([datetime(2022, 3, 1, tzinfo=UTC)], None, OLDER),
        ([], datetime(2022, 3, 2, tzinfo=UTC), OLDER),
        ([MADE - timedelta(days=2, seconds=1)], None, OLDER),
        ([MADE - timedelta(days=2)], None, None),
        ([datetime(2022, 3, 1, tzinfo=UTC), MADE + timedelta(days=1)], None, None),
        ([datetime(2022, 3, 1, tzinfo=UTC)], MADE + timedelta(days=1), None),
        ([None], None, None),
        ([], None, None),
    ],
)
def test_r3_a_reply_whose_newest_scan_and_delivery_are_older_than_the_label_is_another_parcels(
    scans: list[datetime | None], delivered: datetime | None, reason: str | None
) -> None:
    events = tuple(TrackEvent(occurred_at=scan) for scan in scans)
    reply = TrackingInformation(tracking_number="94001", events=events, actual_delivery_date=delivered)
    label = Label(label_id="se-9", tracking_number="94001", created_at=MADE)
    assert why_not_tracking(reply, label) == reason
    assert why_not_tracking(reply, attrs.evolve(label, created_at=None)) is None
    in_local_time = attrs.evolve(reply, events=tuple(TrackEvent(carrier_occurred_at=scan) for scan in scans))
    assert why_not_tracking(in_local_time, label) == reason
