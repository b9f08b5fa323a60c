"""What the inbox says: a receipt to the endpoint, news to your function, and what could not be told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.inbox.held import Status
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.webhooks import WebhookEvent

if TYPE_CHECKING:
    from shipstation_aissist.actions.track_order import TrackOrderAction
    from shipstation_aissist.orders.response import TrackOrderResponse


@attrs.frozen(kw_only=True)
class Receipt:
    """What became of a notification that was received.

    Attributes:
        status: ``"accepted"``: its label has a new state. ``"repeated"``: the same state again. ``"stale"``: older
            than what is known. ``"ignored"``: it tells nothing of a parcel.
        label_id: The label that it names, or ``None``.
        state: Where the parcel is, as it says; ``None`` if it says nothing.
    """

    status: Status
    label_id: str | None = None
    state: ParcelState | None = None


@attrs.frozen(kw_only=True)
class ParcelNews:
    """A parcel has moved on.

    Attributes:
        key: 32 hexadecimal digits: the same whenever the same news is told again, another for each news.
        label_id: Its label, or ``None`` of a classic notification.
        tracking_number: Its number, or ``None``.
        before: The state that was told last, or ``None`` if none was.
        after: The state now.
        event: The newest notification with this state. It holds places and perhaps names.
    """

    key: str
    label_id: str | None
    tracking_number: str | None
    before: ParcelState | None
    after: ParcelState
    event: WebhookEvent = attrs.field(repr=False)
    _action: TrackOrderAction | None = attrs.field(default=None, alias="action", repr=False, eq=False)

    def order(self) -> TrackOrderResponse:
        """Lead the news back to its whole order: asks ShipStation how it stands now.

        Raises:
            ConfigurationError: The inbox was made without an action.
            OrderNotFoundError: There is no such label.
            AmbiguousOrderError: The label's order number stands for several orders.
            APIError: ShipStation could not be asked. Let it pass through your function, and it is told again later.
        """
        if self._action is None:
            raise ConfigurationError("An order can be looked up only by an action: Inbox(url, action=...).")
        return self._action.from_webhook(self.event)


@attrs.frozen(kw_only=True)
class FailedNews:
    """News that could not be told, neither at first nor after 1, 5, 30 and 120 minutes.

    Attributes:
        key: What :meth:`Inbox.retry` takes.
        label_id: The parcel's label, or ``None``.
        tracking_number: Its number, or ``None``.
        before: The state that was told last, or ``None``.
        after: The state that could not be told.
        attempts: How often it was tried.
        error: The kind of the last exception and where it was raised; not its text, which may name a customer.
        failed_at: When that was, in UTC.
    """

    key: str
    label_id: str | None
    tracking_number: str | None
    before: ParcelState | None
    after: ParcelState
    attempts: int
    error: str | None
    failed_at: datetime


@attrs.frozen(kw_only=True)
class InboxCounts:
    """How much the inbox holds.

    Attributes:
        labels: Labels that it knows.
        waiting: News to be told: due, waiting for its next attempt, or being told.
        failed: News that is not tried again by itself.
    """

    labels: int
    waiting: int
    failed: int
