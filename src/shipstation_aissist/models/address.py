"""A postal address."""

from __future__ import annotations

import attrs

from shipstation_aissist.models.privacy import hides


@attrs.frozen(
    kw_only=True,
    field_transformer=hides(
        "name",
        "phone",
        "email",
        "company_name",
        "address_line1",
        "address_line2",
        "address_line3",
        "city_locality",
        "state_province",
        "postal_code",
        "address_residential_indicator",
    ),
)
class Address:
    """Where a shipment goes (``ship_to`` of shipments, labels and fulfillments; SPEC ``address``)."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    company_name: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    city_locality: str | None = None
    state_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None
    address_residential_indicator: str | None = None
