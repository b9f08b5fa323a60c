"""How long an answer may be given again: one pure function."""

from __future__ import annotations

from shipstation_aissist.orders.response import TrackOrderResponse

MINUTE = 60.0
SETTLED_SECONDS = 6 * 60 * MINUTE
PARTLY_READ_SECONDS = MINUTE
# The field refreshes every 3 to 12 hours; what a customer waits for today is asked for more often.
BY_STATE: dict[str, float] = {
    "delivered": SETTLED_SECONDS,
    "returned": SETTLED_SECONDS,
    "lost": SETTLED_SECONDS,
    "cancelled": SETTLED_SECONDS,
    "out_for_delivery": 5 * MINUTE,
    "delivery_attempted": 5 * MINUTE,
    "unknown": 5 * MINUTE,
    "not_shipped": 10 * MINUTE,
    "label_created": 10 * MINUTE,
}
OTHER_STATES_SECONDS = 15 * MINUTE


def seconds_fresh(answer: TrackOrderResponse, *, partly_read: bool = False) -> float:
    """How long an answer is fresh, in seconds.

    Args:
        answer: The answer.
        partly_read: Whether the tracking of a parcel could not be read (R8), so that it is told from its label.
    """
    seconds = BY_STATE.get(answer.state, OTHER_STATES_SECONDS)
    return min(seconds, PARTLY_READ_SECONDS) if partly_read else seconds
