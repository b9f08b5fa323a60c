"""What Hypothesis generates: any JSON, and replies that are nearly what the API sends."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from support import wire_samples as wire

SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["", "2026-03-04T18:30:00Z", "2026-03-05", "soon", "DE", "se-1", "..", "\ud83d"])
)
KEYS = st.text(max_size=5) | st.sampled_from(
    [
        "labels",
        "shipments",
        "fulfillments",
        "events",
        "packages",
        "ship_to",
        "label_id",
        "tracking_number",
        "total",
        "errors",
    ]
)
ANY_JSON_VALUE: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)

TRUE_REPLIES: dict[str, Any] = {
    "shipments": wire.page("shipments", [wire.shipment(), wire.shipment("se-7002", "A-101")]),
    "labels": wire.page("labels", [wire.label(), wire.label("se-8002", packages=[{"sequence": 1}, {"sequence": 2}])]),
    "fulfillments": wire.page("fulfillments", [wire.fulfillment()]),
    "label": wire.label(),
    "tracking": wire.tracking(events=[wire.event(), wire.event("2026-03-03T08:00:00")]),
}


@st.composite
def nearly_true_replies(draw: st.DrawFn, kind: str) -> Any:
    """A reply of the API in which a few values, at any depth, are another JSON value or left out."""
    reply = copy.deepcopy(TRUE_REPLIES[kind])
    for _ in range(draw(st.integers(1, 3))):
        here = reply
        while True:
            places = list(here) if isinstance(here, dict) else list(range(len(here)))
            place = draw(st.sampled_from(places))
            inner = here[place]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                here = inner
                continue
            if isinstance(here, dict) and len(here) > 1 and draw(st.booleans()):
                del here[place]
            else:
                here[place] = draw(ANY_JSON_VALUE)
            break
        if not isinstance(reply, dict) or not reply:
            break
    return reply
