"""A label's life: bought, completed, printed again, voided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shipstation_aissist.testing.account import scripted
from shipstation_aissist.testing.carriers import carrier_named
from shipstation_aissist.testing.entities import AnyTarget, FakeFulfillment, FakeLabel, FakeScan, FakeShipment
from shipstation_aissist.testing.errors import FakeUsageError
from shipstation_aissist.testing.orders import OrderLives


class LabelLives(OrderLives):
    """An account whose labels live as a test says."""

    @scripted
    def buy_label(
        self,
        target: AnyTarget,
        *,
        carrier: str | None = None,
        service_code: str | None = None,
        tracking_number: str | None = None,
        packages: int = 1,
        processing: bool = False,
        error: bool = False,
        rma_number: str | None = None,
        alternative_numbers: Sequence[str] = (),
        tracked_as: str | None = None,
        trackable: bool = True,
        classic: bool = False,
        at: datetime | None = None,
        extra: Mapping[str, Any] | None = None,
        tracking_extra: Mapping[str, Any] | None = None,
    ) -> FakeLabel:
        """A label is bought; a shipment may have several.

        Args:
            target: The order or shipment.
            carrier: ``"usps"``, ``"ups"`` or ``"fedex"``; by default the order's.
            service_code: By default the carrier's ground service.
            tracking_number: By default a new one in the carrier's shape.
            packages: How many packages travel under it, each with a number (API notes 6.7).
            processing: Whether it is still being made: it has no number until :meth:`complete_label`.
            error: Whether it failed: it never has a number.
            rma_number: Of a label for the way back that is not marked as one.
            alternative_numbers: Further numbers of the parcel, for instance the last-mile carrier's.
            tracked_as: The number that tracking replies name, where it is another form of the label's: the carrier
                that handed it over has put something before it (API notes 14.8).
            trackable: Whether the carrier can be tracked; if not, asking for it is refused (API notes 7.6).
            classic: Whether tracking replies have no detail codes, as the classic API's (API notes 14.10).
            at: When; by default two hours from now.
            extra: Keys of the label's JSON record, to be shown in place of what the fake would say.
            tracking_extra: The same for the tracking reply.
        """
        shipment = self._shipment_of(target, "buy_label")
        if packages < 1:
            raise FakeUsageError('a label is for at least one package: fake.buy_label("12345", packages=2)')
        if shipment.cancelled:
            raise FakeUsageError(
                f"shipment {shipment.shipment_id} is cancelled; add another order: fake.add_order(...)"
            )
        if shipment.on_hold:
            raise FakeUsageError(
                f"shipment {shipment.shipment_id} is on hold; release it first: "
                f"fake.release({shipment.order.number!r}); fake.buy_label({shipment.order.number!r})"
            )
        label = self._new_label(shipment, carrier, service_code, at, hours=2, is_return=False)
        if error or processing:
            label.state = "error" if error else "processing"
            label.package_numbers = [None] * packages
        else:
            self._give_numbers(label, packages, tracking_number)
            self._notify("LABEL_CREATED_V2", label)
        label.rma_number = rma_number
        label.alternative_numbers, label.tracked_as = tuple(alternative_numbers), tracked_as
        label.trackable, label.classic = trackable, classic
        label.extra.update(extra or {})
        label.tracking_extra.update(tracking_extra or {})
        return label

    @scripted
    def complete_label(
        self, target: AnyTarget, *, tracking_number: str | None = None, at: datetime | None = None
    ) -> FakeLabel:
        """A label that was processing gets its number."""
        label = self._outbound_label_of(target, "complete_label")
        if label is None or label.status != "processing":
            raise FakeUsageError(
                f"{target!r} has no label that is processing: "
                'label = fake.buy_label("12345", processing=True); fake.complete_label(label)'
            )
        label.shipment.modified_at = self._when(at, hours=0.1)
        label.state = "completed"
        self._give_numbers(label, len(label.package_numbers), tracking_number)
        self._notify("LABEL_CREATED_V2", label)
        return label

    @scripted
    def add_return_label(
        self,
        target: AnyTarget,
        *,
        carrier: str | None = None,
        rma_number: str | None = None,
        at: datetime | None = None,
    ) -> FakeLabel:
        """A label for the way back is made; no webhook tells of it (API notes 6.10). Scan it by passing it on."""
        shipment = self._shipment_of(target, "add_return_label")
        label = self._new_label(shipment, carrier, None, at, hours=24, is_return=True)
        label.rma_number = rma_number
        self._give_numbers(label, 1, None)
        return label

    @scripted
    def void(self, target: AnyTarget | FakeFulfillment, *, flagged: bool = True, at: datetime | None = None) -> None:
        """A label (or a fulfillment) is voided; it stays listed, and no webhook tells of it (API notes 6.9).

        Args:
            target: The label or fulfillment, or the order or shipment that has one.
            flagged: Whether its record says so in ``voided`` and ``status`` too; if not, only ``voided_at`` does.
            at: When; by default an hour from now. A void may come after scans: refunds are claimed later.
        """
        shipment = self._shipments_of(target, "void")[0]
        number = shipment.order.number
        voided = target if isinstance(target, FakeFulfillment) else self._outbound_label_of(target, "void")
        if voided is None or voided.voided_at:
            raise FakeUsageError(
                f"shipment {shipment.shipment_id} has no such label, or it is voided already; buy one first: "
                f"label = fake.buy_label({number!r}); fake.void(label)"
            )
        voided.voided_at = shipment.modified_at = self._when(at, hours=1)
        voided.void_is_flagged = flagged

    @scripted
    def reprint(self, target: AnyTarget, *, void: bool = True, at: datetime | None = None) -> FakeLabel:
        """A new label takes the place of the former one.

        Args:
            target: The order, shipment or label.
            void: Whether the former one is voided, as it should be; many shops do not.
            at: When; by default an hour from now.

        Returns:
            The new label.
        """
        former = self._outbound_label_of(target, "reprint")
        if former is None:
            raise FakeUsageError('there is no label to print again: fake.buy_label("12345"); fake.reprint("12345")')
        moment = self._when(at, hours=1)
        if void:
            self.void(former, at=moment)
        return self.buy_label(former.shipment, carrier=former.carrier.name, at=moment)

    def _new_label(
        self,
        shipment: FakeShipment,
        carrier_name: str | None,
        service_code: str | None,
        at: datetime | None,
        *,
        hours: float,
        is_return: bool,
    ) -> FakeLabel:
        carrier = shipment.order.carrier if carrier_name is None else carrier_named(carrier_name)
        number = next(self._label_ids)
        label = FakeLabel(
            label_id=f"se-{number}",
            shipment=shipment,
            carrier=carrier,
            service_code=service_code or carrier.service_code,
            created_at=self._when(at, hours=hours),
            state="completed",
            package_numbers=[None],
            is_return=is_return,
            rma_number=None,
            batch_id=f"se-5{number}",
        )
        shipment.labels.append(label)
        self.labels.append(label)
        shipment.modified_at = label.created_at
        return label

    def _give_numbers(self, label: FakeLabel, packages: int, first: str | None) -> None:
        label.package_numbers = [label.carrier.tracking_number(next(self._parcels)) for _ in range(packages)]
        if first is not None:
            label.package_numbers[0] = first
        words = label.carrier.words.get("label_made")
        if words is None:
            return  # only UPS reports a label before anything was scanned
        label.scans.append(
            FakeScan(
                at=label.created_at,
                step="label_made",
                status_code="NY",
                status_description="Accepted",  # it contradicts the code: API notes 7.4
                detail_code=words.detail_code,
                description=words.description,
                event_code=words.event_code,
                carrier_detail_code=words.carrier_detail_code,
                carrier_status_code=words.carrier_status_code,
                city="",
                state="",
                postal_code="",
                country_code="US",
            )
        )
