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
# Many parcels bring a label for the way back that nobody ever uses: such a return is no reason to ask again soon.
NOT_ON_ITS_WAY = frozenset({"unknown", "label_created"})


def seconds_fresh(answer: TrackOrderResponse, *, partly_read: bool = False) -> float:
    """How long an answer is fresh, in seconds.

    The shortest time of the order's state and of those of its returns that are on their way counts.

    Args:
        answer: The answer.
        partly_read: Whether the tracking of a parcel could not be read (R8), so that it is told from its label.
    """
    on_their_way = [parcel.state for parcel in answer.returns if parcel.state not in NOT_ON_ITS_WAY]
    seconds = min(BY_STATE.get(state, OTHER_STATES_SECONDS) for state in (answer.state, *on_their_way))
    return min(seconds, PARTLY_READ_SECONDS) if partly_read else seconds
