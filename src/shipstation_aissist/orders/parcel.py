"""A parcel and its events, as they are shown.

Whatever carriers and merchants wrote becomes text that may be shown (R15) when one of these values is made: nothing
gets into an answer past it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from shipstation_aissist.orders.carriers import is_known_carrier
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.texts import is_code, shown, shown_url

ItemsKnown: TypeAlias = Literal["exact", "shared", "unknown"]
"""Whether a parcel's items are known exactly, shared with other parcels of its shipment, or not known."""

_HIDDEN = "..."


def all_shown(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts from outside as they may stand in an answer (R15)."""
    return tuple([text for text in map(shown, texts) if text is not None])


def _text() -> str | None:
    """A field for a text from outside (R15)."""
    field: str | None = attrs.field(default=None, converter=shown)
    return field


def _unprinted_text() -> str | None:
    """A text from outside that may name a person, or say where one lives: not in a ``repr``."""
    field: str | None = attrs.field(default=None, converter=shown, repr=False)
    return field


def _printed_code(text: str | None) -> str:
    """A code as a ``repr`` shows it; what does not have the form of one may be anything that somebody wrote."""
    return repr(text) if text is None or is_code(text) else _HIDDEN


def _printed_carrier(carrier_code: str | None) -> str:
    """A carrier's code as a ``repr`` shows it; of a fulfillment it is a name that somebody typed (R9)."""
    has_form = carrier_code is not None and carrier_code == carrier_code.lower()
    return _printed_code(carrier_code) if has_form or is_known_carrier(carrier_code) else _HIDDEN


def _numbers() -> tuple[str, ...]:
    field: tuple[str, ...] = attrs.field(default=(), converter=all_shown)
    return field


@attrs.frozen(kw_only=True)
class ParcelEvent:
    """One scan of a parcel, as it is shown; the order of the fields is the order in which they print.

    Its ``repr`` shows no free text and no postal code: the carrier may write there who took the parcel, and where.
    """

    carrier_occurred_at: datetime | None = None
    description: str | None = _unprinted_text()
    city_locality: str | None = _text()
    state_province: str | None = _text()
    postal_code: str | None = _unprinted_text()
    carrier_status_description: str | None = _unprinted_text()
    occurred_at: datetime | None = None
    state: ParcelState = ParcelState.UNKNOWN
    status_code: str | None = _text()
    status_detail_code: str | None = _text()
    country_code: str | None = _text()


@attrs.frozen(kw_only=True)
class ParcelItem:
    """One line of what a parcel holds."""

    name: str | None = _unprinted_text()
    sku: str | None = attrs.field(default=None, converter=shown, repr=_printed_code)
    quantity: int | float | None = None


@attrs.frozen(kw_only=True)
class Parcel:
    """One parcel of an order; the order of the fields is the order in which they print.

    Its ``repr`` shows ids, numbers, codes, states, dates and towns, no free text of anybody's and no link: a carrier or
    a merchant may have written there who the customer is.
    """

    tracking_number: str | None = _text()
    tracking_url: str | None = attrs.field(default=None, converter=shown_url, repr=False)
    status_description: str | None = _unprinted_text()
    carrier_status_description: str | None = _unprinted_text()
    ship_date: datetime | None = None
    actual_delivery_date: datetime | None = None
    events: tuple[ParcelEvent, ...] = ()
    state: ParcelState = ParcelState.UNKNOWN
    status_code: str | None = _text()
    status_detail_code: str | None = _text()
    status_detail_description: str | None = _unprinted_text()
    carrier_code: str | None = attrs.field(default=None, converter=shown, repr=_printed_carrier)
    service_code: str | None = _text()
    estimated_delivery_date: datetime | None = None
    exception_description: str | None = _unprinted_text()
    label_id: str | None = _text()
    shipment_id: str | None = _text()
    package_tracking_numbers: tuple[str, ...] = _numbers()
    is_return_label: bool = False
    voided: bool = False
    carrier_name: str | None = _unprinted_text()
    alternative_tracking_numbers: tuple[str, ...] = _numbers()
    items: tuple[ParcelItem, ...] = ()
    items_known: ItemsKnown = "unknown"
    last_scan_at: datetime | None = None
    replaced_by: str | None = _text()
