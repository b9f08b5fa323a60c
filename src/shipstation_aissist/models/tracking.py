"""Tracking: what the carrier says of a label's parcel (API notes 7)."""

from __future__ import annotations

from datetime import datetime

import attrs

from shipstation_aissist.models.privacy import hides


@attrs.frozen(
    kw_only=True,
    field_transformer=hides(
        "description",
        "city_locality",
        "state_province",
        "postal_code",
        "country_code",
        "company_name",
        "signer",
        "status_description",
        "carrier_status_description",
        "status_detail_description",
        "proof_of_delivery_url",
        "latitude",
        "longitude",
    ),
)
class TrackEvent:
    """One scan (API notes 7.1).

    ``carrier_occurred_at`` is meant as the carrier's local time, ``occurred_at`` as UTC; both can be wrong by
    hours (API notes 7.5), so neither is shifted. ``signer``, ``proof_of_delivery_url`` and the coordinates are
    personal data: they are here for those who must see them and in none of the response formats.
    """

    occurred_at: datetime | None = None
    carrier_occurred_at: datetime | None = None
    description: str | None = None
    city_locality: str | None = None
    state_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None
    company_name: str | None = None
    signer: str | None = None
    event_code: str | None = None
    carrier_detail_code: str | None = None
    status_code: str | None = None
    status_description: str | None = None
    carrier_status_code: str | None = None
    carrier_status_description: str | None = None
    status_detail_code: str | None = None
    status_detail_description: str | None = None
    proof_of_delivery_url: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@attrs.frozen(
    kw_only=True,
    field_transformer=hides(
        "tracking_url",
        "status_description",
        "status_detail_description",
        "carrier_status_description",
        "exception_description",
    ),
)
class TrackingInformation:
    """The reply of ``GET /v2/labels/{label_id}/track`` (API notes 7.1).

    ``status_code`` has two letters on the wire, whatever the specification says: ``UN NY AC IT AT EX DE SP``.
    ``carrier_id`` is a number here, unlike elsewhere. Events come newest first, as the API orders them.
    """

    tracking_number: str | None = None
    tracking_url: str | None = None
    status_code: str | None = None
    status_description: str | None = None
    status_detail_code: str | None = None
    status_detail_description: str | None = None
    carrier_code: str | None = None
    carrier_id: int | str | None = None
    carrier_status_code: str | None = None
    carrier_detail_code: str | None = None
    carrier_status_description: str | None = None
    ship_date: datetime | None = None
    estimated_delivery_date: datetime | None = None
    actual_delivery_date: datetime | None = None
    exception_description: str | None = None
    events: tuple[TrackEvent, ...] = ()
