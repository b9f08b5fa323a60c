"""What a masked view of a trace may show: ids, numbers, codes, states, dates, counts and towns.

No free text of the wire is among them, a carrier's or a merchant's: names cannot be looked for in texts (accents, other
languages, neighbours), so no text is shown. What says that it is an id, a number or a code is shown if it has the form
of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import attrs

from shipstation_aissist.errors import (
    APIError,
    APIStatusError,
    APITimeoutError,
    MalformedResponseError,
    ShipStationError,
)
from shipstation_aissist.orders.carriers import CARRIERS, carrier_name, tracking_page
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent, ParcelItem
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import DISPLAY_NAMES
from shipstation_aissist.texts import is_code
from shipstation_aissist.wire.replies import error_codes

HIDDEN = "***"

Hide = Callable[[str], str]
"""Takes a sentence of ours and hides what it quotes."""

_WORD = re.compile(r"[\w#][\w#.:/+-]{0,99}")
_PHONE = re.compile(r"\+?(?:\d{1,2}[.-])?\d{3}[.-]\d{3}[.-]\d{4}")
_ESCAPED_SEGMENT = re.compile(r"[^/\s?]*%[0-9A-Fa-f]{2}[^/\s?:]*")
_AROUND_A_NUMBER = re.compile(r"(?:order|number|no|nr|№|#)[.:#]{0,2}", re.IGNORECASE)
_KNOWN_CARRIERS = frozenset({carrier.code for carrier in CARRIERS})


def word(text: str | None) -> str | None:
    """An id: shown if it is one word."""
    return text if text is None or _WORD.fullmatch(text) else HIDDEN


def number(text: str | None) -> str | None:
    """A number of an order or a parcel: shown if it is one word with a digit."""
    return text if text is None or (_WORD.fullmatch(text) and any(c.isdigit() for c in text)) else HIDDEN


def code(text: str | None) -> str | None:
    """A code: shown if it is one word of plain letters, digits and signs."""
    return text if text is None or is_code(text) else HIDDEN


def carrier(text: str | None, *, is_code: bool) -> str | None:
    """A carrier: a known one, or the API's code; a name that somebody typed (R9) is hidden."""
    if text is None or text in _KNOWN_CARRIERS or is_code:
        return code(text)
    return HIDDEN


def typed(order_id: str) -> str:
    """What a customer typed in place of an order id: shown if it is an order's number and no telephone's."""
    words = order_id.split()
    said = [part for part in words if not _AROUND_A_NUMBER.fullmatch(part)]
    are_numbers = all(number(part.strip("\"'()[].,;:!?")) != HIDDEN and not _PHONE.fullmatch(part) for part in said)
    return order_id if are_numbers else HIDDEN


def error_told(error: ShipStationError, hide: Hide) -> str:
    """An error without what the API said in words: its status, codes and fields, or JSON paths."""
    if isinstance(error, APIStatusError):
        said = error_codes(error)
        codes = f": {', '.join(said)}" if said else ""
        request_id = f" Request id: {word(error.request_id)}." if error.request_id else ""
        wait = f" It may be asked again after {error.retry_after:g} s." if error.retry_after else ""
        return f"Status {error.status_code}{codes}.{wait}{request_id}"
    if isinstance(error, MalformedResponseError):
        return f"The reply cannot be used: {', '.join(error.problems) or 'it has the wrong shape'}."
    if isinstance(error, APITimeoutError):
        return "The time ran out before a complete reply arrived."
    if isinstance(error, APIError):
        return "No complete reply arrived."
    return hide(str(error))


def hider(order_id: str, quotable: Iterable[str]) -> Hide:
    """What hides in our sentences those ids, numbers and codes of the wire that do not have the form of one.

    Args:
        order_id: What the caller passed.
        quotable: The ids, numbers and codes that came back.
    """
    quoted = {value for value in quotable if not _WORD.fullmatch(value)}
    if typed(order_id) == HIDDEN:
        quoted.add(order_id)
    texts = sorted((value for value in quoted if value.strip()), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, texts))) if texts else None

    def hide(sentence: str) -> str:
        if pattern is not None:
            sentence = pattern.sub(HIDDEN, sentence)
        return _ESCAPED_SEGMENT.sub(HIDDEN, sentence)

    return hide


def masked_response(response: TrackOrderResponse, hide: Hide) -> TrackOrderResponse:
    """The same answer without free texts; codes, numbers, states, dates and towns stay what they are."""
    masked = {id(parcel): _parcel(parcel) for parcel in (*response.parcels, *response.returns)}
    shown = response.tracking
    return attrs.evolve(
        response,
        order_id=typed(response.order_id),
        tracking=None if shown is None else masked.get(id(shown)) or _parcel(shown),
        parcels=tuple(masked[id(parcel)] for parcel in response.parcels),
        returns=tuple(masked[id(parcel)] for parcel in response.returns),
        warnings=tuple(map(hide, response.warnings)),
        order_number=number(response.order_number),
        items_not_shipped=tuple(map(_item, response.items_not_shipped)),
        attention=tuple(
            attrs.evolve(entry, tracking_number=number(entry.tracking_number), message=hide(entry.message))
            for entry in response.attention
        ),
    )


def _parcel(parcel: Parcel) -> Parcel:
    carrier_code = carrier(parcel.carrier_code, is_code=parcel.label_id is not None)
    tracking_number = number(parcel.tracking_number)
    return attrs.evolve(
        parcel,
        tracking_number=tracking_number,
        tracking_url=tracking_page(carrier_code, tracking_number) if tracking_number != HIDDEN else None,
        status_description=DISPLAY_NAMES[parcel.state],
        carrier_status_description=None,
        status_code=code(parcel.status_code),
        status_detail_code=code(parcel.status_detail_code),
        status_detail_description=None,
        carrier_code=carrier_code,
        carrier_name=carrier_name(carrier_code),
        service_code=code(parcel.service_code),
        exception_description=None,
        label_id=word(parcel.label_id),
        shipment_id=word(parcel.shipment_id),
        package_tracking_numbers=tuple(number(plain) or HIDDEN for plain in parcel.package_tracking_numbers),
        alternative_tracking_numbers=tuple(number(plain) or HIDDEN for plain in parcel.alternative_tracking_numbers),
        replaced_by=number(parcel.replaced_by),
        events=tuple(map(_event, parcel.events)),
        items=tuple(map(_item, parcel.items)),
    )


def _event(event: ParcelEvent) -> ParcelEvent:
    # A scan at the door may have the recipient's own postal code (API notes 14.4).
    return attrs.evolve(
        event,
        description=None,
        carrier_status_description=None,
        postal_code=None,
        status_code=code(event.status_code),
        status_detail_code=code(event.status_detail_code),
        country_code=code(event.country_code),
    )


def _item(item: ParcelItem) -> ParcelItem:
    return ParcelItem(sku=code(item.sku), quantity=item.quantity)
