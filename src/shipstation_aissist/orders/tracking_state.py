"""R13: what the codes and the scans of a tracking reply say together, never rosier than they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from shipstation_aissist.models import Address, TrackEvent, TrackingInformation
from shipstation_aissist.orders.carriers import canonical_carrier
from shipstation_aissist.orders.codes import (
    DETAIL_CODES,
    RETURN_CODES,
    UPS_DETAIL_CODES,
    UPS_RETURN_CODE,
    USPS_AUTOMATIC_CODES,
    USPS_EVENT_CODES,
    parcel_state,
    plain_code,
    state_of_status,
)
from shipstation_aissist.orders.scans import instant_of, newest_first
from shipstation_aissist.orders.states import ParcelState

_S = ParcelState

# A top level in one of these states may lag behind a newest scan that is a delivery.
_MAY_LAG = frozenset({_S.LABEL_CREATED, _S.ACCEPTED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.DELIVERY_ATTEMPTED})
_NOT_SEEN = frozenset({_S.LABEL_CREATED, _S.LOST, _S.CANCELLED})
_PERHAPS_AUTOMATIC = frozenset({_S.IN_TRANSIT, _S.UNKNOWN})
_AT_THE_RECIPIENTS = frozenset({_S.OUT_FOR_DELIVERY, _S.DELIVERY_ATTEMPTED, _S.AVAILABLE_FOR_PICKUP})
OUT_FOR_DELIVERY_TEXT = re.compile(r"\s*out for delivery\b", re.IGNORECASE)
_AUTOMATIC_TEXT = re.compile(r"\s*in transit to next facility\b", re.IGNORECASE)
# What USPS says of a label that was only printed; such a scan has the same AC as one of the parcel.
_LABEL_ONLY = re.compile(r"\s*(shipping label created|label created|pre-shipment|usps awaiting item)", re.IGNORECASE)


def state_of_tracking(
    tracking: TrackingInformation, carrier_code: str | None = None, ship_to: Address | None = None
) -> ParcelState:
    """The state of the parcel that a tracking reply (or a notification's copy of it) is about.

    The newest scan counts, by its time and not by its place, where the top level lags behind it; a delivery after a
    scan that sends the parcel back is its return.

    Args:
        tracking: The reply.
        carrier_code: The label's carrier, where the reply names none.
        ship_to: Where the parcel should go, if that is known: a parcel that was sent back and went out for delivery
            in the recipient's town after all has arrived.

    Returns:
        The state; ``unknown`` where nothing is said.

    Source: API notes 7.2 to 7.5, 14.4, 14.10.
    """
    carrier = tracking.carrier_code or carrier_code
    return told_by_scans(tracking, read_scans(tracking.events, carrier), carrier, ship_to)


def told_by_scans(
    tracking: TrackingInformation, read: Sequence[Scan], carrier: str | None, ship_to: Address | None
) -> ParcelState:
    """As :func:`state_of_tracking`, of a reply whose scans were read already.

    Args:
        tracking: The reply.
        read: Its scans.
        carrier: Whose codes they are.
        ship_to: Where the parcel should go, if that is known.
    """
    top = parcel_state(tracking.status_code, tracking.status_detail_code, carrier, tracking.carrier_detail_code)
    scans = _by_time(read)
    by_status = state_of_status(tracking.status_code)
    may_lag = top in _MAY_LAG or (top is _S.EXCEPTION and by_status is not _S.EXCEPTION)  # it was held on its way
    state = ahead_of_top_level(top, scans, may_lag=may_lag)
    has_no_detail = not plain_code(tracking.status_detail_code)
    if has_no_detail and state is _S.IN_TRANSIT and not _says_more(tracking, carrier):
        state = _perhaps_out_for_delivery(scans, carrier)
    is_data_only = plain_code(tracking.status_code) == "AC" and has_no_detail and canonical_carrier(carrier) == "usps"
    if is_data_only and state is _S.ACCEPTED and all(scan.state is _S.LABEL_CREATED for scan in scans):
        state = _S.LABEL_CREATED
    return sent_back(state, scans, ship_to)


def state_of_scan(scan: TrackEvent, carrier_code: str | None) -> ParcelState:
    """The state that one scan's own codes stand for.

    Args:
        scan: The event.
        carrier_code: Whose codes they are.
    """
    state = parcel_state(
        scan.status_code, scan.status_detail_code, carrier_code, scan.carrier_detail_code, scan.event_code
    )
    if state is not _S.ACCEPTED or plain_code(scan.status_detail_code):
        return state
    is_only_its_status = (
        canonical_carrier(carrier_code) == "usps" and plain_code(scan.event_code) not in USPS_EVENT_CODES
    )
    return _S.LABEL_CREATED if is_only_its_status and _LABEL_ONLY.match(_text(scan)) else state


@attrs.frozen
class Scan:
    """A scan and what its own codes say.

    Attributes:
        event: The scan.
        state: What its codes stand for.
        sends_back: Whether it sends the parcel back to the sender.
        is_automatic: Whether nobody has seen the parcel: USPS's "In Transit to Next Facility" (API notes 14.4).
    """

    event: TrackEvent
    state: ParcelState
    sends_back: bool
    is_automatic: bool

    @property
    def is_delivery(self) -> bool:
        """Whether the parcel was handed over, to whomever."""
        return self.state is _S.DELIVERED or (self.sends_back and plain_code(self.event.status_code) == "DE")


def read_scans(events: Iterable[TrackEvent], carrier_code: str | None) -> list[Scan]:
    """What each scan says, in the order of the API.

    Args:
        events: The scans.
        carrier_code: Whose codes they have.
    """
    carrier = canonical_carrier(carrier_code)
    scans = []
    for event in events:
        state = state_of_scan(event, carrier)
        automatic = carrier == "usps" and state in _PERHAPS_AUTOMATIC and _is_automatic(event)
        scans.append(Scan(event, state, _sends_back(event, carrier), automatic))
    return scans


def last_scan_at(scans: Iterable[Scan]) -> datetime | None:
    """When a carrier last had the parcel in hand (UTC), or ``None``.

    That a label was made, that a parcel is missed, and USPS's automatic "In Transit to Next Facility" are none.

    Args:
        scans: The scans of the parcel.
    """
    return max(
        (
            moment
            for scan in scans
            if not scan.is_automatic and scan.state not in _NOT_SEEN
            if (moment := instant_of(scan.event)) is not None
        ),
        default=None,
    )


def _by_time(scans: Sequence[Scan]) -> list[Scan]:
    """The newest first; automatic ones, whose times are wrong by hours, only where there are no others."""
    seen = [scan for scan in scans if not scan.is_automatic] or scans
    by_event = {id(scan.event): scan for scan in seen}
    return [by_event[id(event)] for event in newest_first([scan.event for scan in seen])]


def _is_automatic(event: TrackEvent) -> bool:
    """USPS's "In Transit to Next Facility": by its code, where there is one, else by these words."""
    code = plain_code(event.event_code)
    return code in USPS_AUTOMATIC_CODES if code else _AUTOMATIC_TEXT.match(_text(event)) is not None


def _sends_back(event: TrackEvent, carrier: str | None) -> bool:
    return plain_code(event.status_detail_code) in RETURN_CODES or (
        carrier == "ups" and (plain_code(event.carrier_detail_code) or plain_code(event.event_code)) == UPS_RETURN_CODE
    )


def ahead_of_top_level(top: ParcelState, scans: Sequence[Scan], *, may_lag: bool) -> ParcelState:
    """R13: the state of the newest scan where the top level lags or knows nothing; else the top level's."""
    if top is _S.UNKNOWN:
        return next((scan.state for scan in scans if scan.state is not _S.UNKNOWN), top)
    return _S.DELIVERED if may_lag and scans and scans[0].state is _S.DELIVERED else top


def _says_more(coded: TrackingInformation | TrackEvent, carrier: str | None) -> bool:
    """Whether another code than the status says where the parcel is."""
    if plain_code(coded.status_detail_code) in DETAIL_CODES:
        return True
    event = plain_code(coded.event_code) if isinstance(coded, TrackEvent) else ""
    if canonical_carrier(carrier) == "ups":
        return (plain_code(coded.carrier_detail_code) or event) in UPS_DETAIL_CODES
    return canonical_carrier(carrier) == "usps" and event in USPS_EVENT_CODES


def _perhaps_out_for_delivery(scans: Sequence[Scan], carrier: str | None) -> ParcelState:
    if not scans:
        return _S.IN_TRANSIT
    newest = scans[0]
    by_text = newest.state in (_S.IN_TRANSIT, _S.UNKNOWN) and not _says_more(newest.event, carrier)
    is_out = newest.state is _S.OUT_FOR_DELIVERY or (by_text and OUT_FOR_DELIVERY_TEXT.match(_text(newest.event)))
    return _S.OUT_FOR_DELIVERY if is_out else _S.IN_TRANSIT


def sent_back(state: ParcelState, scans: Sequence[Scan], ship_to: Address | None) -> ParcelState:
    """A delivery after a scan that sends the parcel back is its return."""
    delivered_at = next((place for place, scan in enumerate(scans) if scan.is_delivery), None)
    if state is not _S.DELIVERED and delivered_at != 0:
        return state
    if state is _S.AVAILABLE_FOR_PICKUP:
        return state
    if delivered_at and any(scan.sends_back for scan in scans[:delivered_at]):
        return _S.RETURNING_TO_SENDER  # it was sent back after it had been delivered
    before = scans if delivered_at is None else scans[delivered_at + 1 :]
    sent_back_at = next((place for place, scan in enumerate(before) if scan.sends_back), None)
    if sent_back_at is None:
        goes_back = delivered_at is not None and scans[delivered_at].sends_back  # the delivery itself says so
        return _S.RETURNING_TO_SENDER if goes_back else state
    towns = _recipients_towns(before[sent_back_at:], ship_to)
    tried_again = any(
        scan.state is _S.OUT_FOR_DELIVERY and not towns.isdisjoint(_towns(scan.event)) for scan in before[:sent_back_at]
    )
    return state if tried_again else _S.RETURNED


def _recipients_towns(before: Iterable[Scan], ship_to: Address | None) -> frozenset[str]:
    """The recipient's town and postal code: those of the address, and where the parcel was tried before."""
    known = set() if ship_to is None else _towns(ship_to)
    for scan in before:
        if scan.state in _AT_THE_RECIPIENTS or plain_code(scan.event.status_detail_code) == "REFUSED_BY_CUSTOMER":
            known |= _towns(scan.event)
    return frozenset(known)


def _towns(place: Address | TrackEvent) -> set[str]:
    letters = unicodedata.normalize("NFKD", place.city_locality or "").casefold()
    town = "".join(c for c in letters if c.isalnum())
    code = "".join(c for c in (place.postal_code or "") if c.isalnum()).casefold()
    return {name for name in (town, code[:5]) if name}


def _text(event: TrackEvent) -> str:
    return event.description or event.carrier_status_description or ""
