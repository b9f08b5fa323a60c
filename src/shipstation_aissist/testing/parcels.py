"""A parcel's life: what its carrier reports, scan by scan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from shipstation_aissist.testing.account import scripted
from shipstation_aissist.testing.carriers import STATUS_DESCRIPTIONS, STATUS_OF_STEP, Step
from shipstation_aissist.testing.clock import in_utc
from shipstation_aissist.testing.entities import AnyTarget, FakeLabel, FakeScan
from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.labels import LabelLives

_AT_RECIPIENTS = frozenset({"out_for_delivery", "attempted", "ready_for_pickup", "delivered"})


class ScanDetails(TypedDict, total=False):
    """What a test may say of a scan; the carrier's own words and a plausible place stand for the rest.

    Attributes:
        at: When; by default a plausible while from now.
        description: The carrier's words.
        city: Where.
        state: The state or province.
        postal_code: The place's postal code.
        country_code: Two letters.
        status_code: Two letters (API notes 7.2).
        detail: The ``status_detail_code`` (API notes 7.3), or ``None``.
        extra: Keys of the event's JSON record, to be shown in place of what the fake would say.
    """

    at: datetime | None
    description: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    status_code: str
    detail: str | None
    extra: Mapping[str, Any]


class ParcelLives(LabelLives):
    """An account whose parcels travel as a test says. An order without a label gets one with its first scan."""

    @scripted
    def accept(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The carrier takes the parcel (``AC``)."""
        return self._scan(target, "accept", "accepted", 4, details)

    @scripted
    def scan(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The parcel is seen on its way (``IT``).

        Args:
            target: The order, shipment or label.
            **details: See :class:`ScanDetails`.

        Raises:
            FakeUsageError: The order is unknown, ambiguous, cancelled or on hold, or the parcel is delivered.
        """
        return self._scan(target, "scan", "in_transit", 6, details)

    @scripted
    def out_for_delivery(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The parcel is on the vehicle (``IT``, which only a detail code tells from a scan)."""
        return self._scan(target, "out_for_delivery", "out_for_delivery", 10, details)

    @scripted
    def attempt_delivery(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """Nobody opened (``AT``)."""
        return self._scan(target, "attempt_delivery", "attempted", 4, details)

    @scripted
    def exception(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """Something goes wrong, though not for good (``EX``); ``detail`` is ``"CARRIER_DELAYS"`` unless given."""
        return self._scan(target, "exception", "exception", 8, details)

    @scripted
    def return_to_sender(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The parcel turns round (``EX``); :meth:`deliver` then ends its journey at the sender's."""
        return self._scan(target, "return_to_sender", "returning", 12, details)

    @scripted
    def lose(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The carrier gives the parcel up (``EX``)."""
        return self._scan(target, "lose", "lost", 48, details)

    @scripted
    def ready_for_pickup(self, target: AnyTarget, **details: Unpack[ScanDetails]) -> FakeScan:
        """The parcel waits for the customer (``SP``)."""
        return self._scan(target, "ready_for_pickup", "ready_for_pickup", 4, details)

    @scripted
    def deliver(self, target: AnyTarget, *, signed_by: str | None = None, **details: Unpack[ScanDetails]) -> FakeScan:
        """The parcel arrives (``DE``): at the customer's, or at the sender's where it was returning.

        Args:
            target: The order, shipment or label.
            signed_by: Who signed for it.
            **details: See :class:`ScanDetails`.
        """
        label = self._outbound_label_of(target, "deliver")
        returning = label is not None and any(scan.step == "returning" for scan in label.scans)
        scan = self._scan(target, "deliver", "returned" if returning else "delivered", 3, details)
        scan.signer = signed_by
        return scan

    def _scan(self, target: AnyTarget, call: str, step: Step, hours: float, details: ScanDetails) -> FakeScan:
        unknown = details.keys() - ScanDetails.__annotations__.keys()
        if unknown:
            raise FakeUsageError(
                f"a scan has no {', '.join(sorted(unknown))}, only {', '.join(ScanDetails.__annotations__)}: "
                f'fake.{call}("12345", city="Greenwood", state="SC")'
            )
        at = details.get("at")
        label = self._label_to_move(target, call, at and in_utc(at))
        scan = _scan_of(label, step, self._when(at, hours=hours), details)
        label.scans.append(scan)
        self._notify("TRACK_EVENT_V2", label)
        return scan

    def _label_to_move(self, target: AnyTarget, call: str, at: datetime | None) -> FakeLabel:
        label = self._outbound_label_of(target, call)
        if not isinstance(target, FakeLabel):
            shipment = self._shipment_of(target, call)
            if shipment.cancelled:
                raise FakeUsageError(
                    f"shipment {shipment.shipment_id} is cancelled; where its parcel travels all the same, pass the "
                    f'label: label = fake.buy_label("12345"); fake.cancel("12345"); fake.{call}(label)'
                )
            label = label or self.buy_label(shipment, at=at and at - timedelta(hours=6))
        if label is None or label.state != "completed":
            raise FakeUsageError(
                f"{label!r} has no number to be scanned; complete it first, if it is processing: "
                f"fake.complete_label(label); fake.{call}(label)"
            )
        if label.delivered and label.scans[-1].detail_code != "DELIVERED_IN_PART":  # then the rest may follow
            raise FakeUsageError(
                f"the parcel of label {label.label_id} has been delivered, nothing follows; script it before: "
                f'fake.{call}("12345"); fake.deliver("12345")'
            )
        return label


def _scan_of(label: FakeLabel, step: Step, at: datetime, details: ScanDetails) -> FakeScan:
    """One event: what the test says, else the carrier's own words and a plausible place."""
    words = label.carrier.words[step]
    recipient = label.shipment.order.recipient
    near = step in _AT_RECIPIENTS
    city, state = (recipient.city, recipient.state) if near else label.carrier.hub
    status = details.get("status_code", STATUS_OF_STEP[step])
    return FakeScan(
        at=at,
        step=step,
        status_code=status,
        status_description=STATUS_DESCRIPTIONS.get(status, status),
        detail_code=details.get("detail", words.detail_code),
        description=details.get("description", words.description),
        event_code=words.event_code,
        carrier_detail_code=words.carrier_detail_code,
        carrier_status_code=words.carrier_status_code,
        city=details.get("city", city),
        state=details.get("state", state),
        postal_code=details.get("postal_code", recipient.postal_code if near else ""),
        country_code=details.get("country_code", (recipient.country_code if near else None) or "US"),
        extra=dict(details.get("extra", {})),
    )
