"""A label: what makes a parcel of a shipment (API notes 6)."""

from __future__ import annotations

from datetime import datetime

import attrs

from shipstation_aissist.models.address import Address
from shipstation_aissist.models.privacy import hides


@attrs.frozen(kw_only=True)
class AlternativeIdentifier:
    """A further number of a parcel, for instance the last-mile carrier's (API notes 6.12)."""

    type: str | None = None
    value: str | None = None


@attrs.frozen(kw_only=True)
class LabelPackage:
    """One package of a label; several packages have a tracking number each (API notes 6.7)."""

    package_id: int | str | None = None
    package_code: str | None = None
    tracking_number: str | None = None
    sequence: int | None = None
    external_package_id: int | str | None = None
    alternative_identifiers: tuple[AlternativeIdentifier, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=hides("tracking_url", "ship_to"))
class Label:
    """One label (API notes 6.3).

    ``status`` is ``processing``, ``completed``, ``error`` or ``voided``. ``tracking_status`` says
    ``in_transit`` from the moment of creation, so it is no evidence of a scan (API notes 6.5).
    """

    label_id: str
    status: str | None = None
    shipment_id: str | None = None
    external_shipment_id: str | None = None
    external_order_id: str | None = None
    ship_date: datetime | None = None
    created_at: datetime | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    tracking_status: str | None = None
    trackable: bool | None = None
    voided: bool | None = None
    voided_at: datetime | None = None
    void_type: str | None = None
    is_return_label: bool | None = None
    rma_number: str | None = None
    is_international: bool | None = None
    batch_id: str | None = None
    carrier_id: str | None = None
    carrier_code: str | None = None
    service_code: str | None = None
    package_code: str | None = None
    packages: tuple[LabelPackage, ...] = ()
    alternative_identifiers: tuple[AlternativeIdentifier, ...] = ()
    ship_to: Address | None = None
