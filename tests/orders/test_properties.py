"""Whatever an account holds and whatever a server returns beyond it, nobody sees a stranger's record (R3, R4, R5).

The oracle is written out as tables and knows nothing of the code. Every text of a record names its owner, a shipment,
and an answer may name no owner but those that were asked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import Any

import attrs
from hypothesis import event, given, settings
from hypothesis import strategies as st

from shipstation_aissist import (
    AmbiguousOrderError,
    NotFoundError,
    OrderNotFoundError,
    ShipStationError,
    TrackOrderResponse,
)
from support import wire_samples as wire
from support.flows import Account

JSON = dict[str, Any]

# --- the oracle ------------------------------------------------------------------------------------------------------

NUMBERS_MEANT: dict[str, set[str | None]] = {  # by what was typed
    "7": {"7", "#7"},
    "#7": {"7", "#7"},
    "70": {"70"},
    "x7": {"x7", "X7"},
    "nobody's": set(),
}
RECIPIENTS: dict[str, JSON] = {
    "home": {"country_code": "US", "postal_code": "29646"},
    "home with four more digits": {"country_code": "US", "postal_code": "29646-1234"},
    "home in an unknown country": {"country_code": None, "postal_code": "29646"},
    "the same code in Mexico": {"country_code": "MX", "postal_code": "29646"},
    "town": {"country_code": "US", "postal_code": "10001"},
    "no code": {"country_code": "US", "postal_code": ""},
    "no code in Hong Kong": {"country_code": "HK", "postal_code": None},
}
THERE: dict[str, set[str]] = {  # who goes to a postal code
    "29646": {"home", "home with four more digits", "home in an unknown country", "the same code in Mexico"},
    "29646 1234": {"home", "home with four more digits"},
    "10001": {"town"},
    "99999": set(),
}
ONE_RECIPIENT: list[set[str]] = [  # beside each recipient and itself; those without a code only within one store
    {"home", "home with four more digits"},
    {"home", "home in an unknown country"},
    {"home with four more digits", "home in an unknown country"},
    {"the same code in Mexico", "home in an unknown country"},
]
WITHOUT_CODE = {"no code", "no code in Hong Kong"}


@attrs.frozen
class Owner:
    """A shipment, as the oracle sees it."""

    shipment_id: str
    number: str | None
    external_id: str | None
    store: str | None
    recipient: str
    status: str

    def record(self) -> JSON:
        """The shipment on the wire."""
        return wire.shipment(
            self.shipment_id,
            self.number,
            external_shipment_id=self.external_id,
            store_id=self.store,
            shipment_status=self.status,
            ship_to={**RECIPIENTS[self.recipient], "name": f"owner {self.shipment_id}"},
        )


@attrs.frozen
class Question:
    """What is asked."""

    order_id: str
    order_key: str
    store: str | None
    postal_code: str | None

    def is_about(self, owner: Owner) -> bool:
        """Whether a shipment may be shown to whoever asks."""
        by_id = {
            "number": owner.number in NUMBERS_MEANT.get(self.order_id, set()),
            "external_id": owner.external_id == self.order_id,
            "shipment_id": owner.shipment_id == self.order_id,
        }
        found = by_id["number"] or by_id["external_id"] if self.order_key == "auto" else by_id[self.order_key]
        of_store = self.store is None or owner.store == self.store
        return found and of_store and (self.postal_code is None or owner.recipient in THERE[self.postal_code])


def are_one(one: Owner, other: Owner) -> bool:
    """Whether two shipments go to the same recipient."""
    if {one.recipient, other.recipient} & WITHOUT_CODE:
        return one.recipient == other.recipient and one.store == other.store is not None
    return one.recipient == other.recipient or {one.recipient, other.recipient} in ONE_RECIPIENT


# --- the account, and a server that returns more than was asked for --------------------------------------------------

LABEL_KINDS: dict[str, JSON] = {
    "outbound": {},
    "voided": {"status": "voided", "voided": True},
    "return": {"is_return_label": True},
    "failed": {"status": "error", "tracking_number": None, "packages": []},
    "processing": {"status": "processing", "tracking_number": None, "packages": []},
}
TRACKING_STATES = ("UN", "NY", "AC", "IT", "AT", "EX", "DE", "SP")
owners = st.builds(
    Owner,
    st.just(""),
    st.sampled_from(["7", "7", "7", "#7", "70", "x7", "X7", None]),
    st.sampled_from([None, None, "7", "x7", "X7"]),
    st.sampled_from(["se-1", "se-1", "se-2", None]),
    st.sampled_from([*RECIPIENTS, *["home"] * 5, "home with four more digits"]),
    st.sampled_from(["label_purchased", "pending", "cancelled", "on_hold"]),
)
questions = st.builds(
    Question,
    st.sampled_from(["7", "7", "7", "7", *NUMBERS_MEANT, "se-500"]),
    st.sampled_from(["auto"] * 5 + ["number", "external_id", "shipment_id"]),
    st.sampled_from([None, None, None, None, "se-1", "se-2"]),
    st.sampled_from([*[None] * 5, "29646", "29646", *THERE]),
)


@attrs.frozen
class World:
    """An account, and how its server misbehaves."""

    owners: list[Owner]
    labels: list[JSON]
    fulfillments: list[JSON]
    replies: dict[str, JSON]
    beyond: set[str]  # the records that every list returns, asked for or not
    mistaken: bool  # a shipment asked for by its id is another one

    def account(self) -> Account:
        """The server."""
        answers: dict[str, Any] = defaultdict(lambda: NotFoundError("There is none.", status_code=404))
        answers |= {
            "shipments": lambda query: wire.page(
                "shipments",
                [
                    owner.record()
                    for owner in self.owners
                    if owner.shipment_id in self.beyond
                    or (owner.number or "").lower() == query.get("shipment_number", "-").lower()
                    or owner.external_id == query.get("external_shipment_id", "-")
                ],
            ),
            "labels": self._list("labels", "label_id", self.labels),
            "fulfillments": self._list("fulfillments", "fulfillment_id", self.fulfillments),
            **{f"labels/{label_id}/track": reply for label_id, reply in self.replies.items()},
        }
        records = [owner.record() for owner in self.owners]
        shown = [*records[1:], *records[:1]] if self.mistaken else records
        for owner, record in zip(self.owners, shown, strict=True):
            answers[f"shipments/{owner.shipment_id}"] = record
        return Account(answers)

    def _list(self, name: str, identifier: str, records: list[JSON]) -> Callable[[dict[str, str]], JSON]:
        return lambda query: wire.page(
            name,
            [one for one in records if one["shipment_id"] == query["shipment_id"] or one[identifier] in self.beyond],
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to five shipments, each with labels and fulfillments of its own, and orphans."""
    them = [
        attrs.evolve(owner, shipment_id=f"se-{500 + place}")
        for place, owner in enumerate(draw(st.lists(owners, min_size=2, max_size=5)))
    ]
    ids = [owner.shipment_id for owner in them]
    labels: list[JSON] = []
    replies: dict[str, JSON] = {}
    for place, owner in enumerate(draw(st.lists(st.sampled_from([*ids, None]), max_size=7))):
        name = f"owner {owner or 'nobody'}"
        kind = LABEL_KINDS[draw(st.sampled_from(["outbound", *LABEL_KINDS]))]
        label_id, number = f"se-{800 + place}", f"{name} parcel {place}"
        labels.append(
            wire.label(label_id, number=number, tracking_url=f"https://{name}", service_code=name, **kind)
            | {"shipment_id": owner}
        )
        replies[label_id] = wire.tracking(
            number,
            status_code=draw(st.sampled_from(TRACKING_STATES)),
            status_detail_code=None,
            status_description=name,
            tracking_url=f"https://{name}",
            events=[wire.event(description=name, city_locality=name)],
        )
    if draw(st.booleans()):  # the server mixes up the parcels
        mixed = draw(st.permutations(list(replies.values())))
        replies = dict(zip(replies, mixed, strict=True))
    fulfillments = [
        wire.fulfillment(
            f"se-{900 + place}",
            shipment_id=owner,
            tracking_number=f"owner {owner or 'nobody'} elsewhere {place}",
            fulfillment_carrier_friendly_name=f"owner {owner or 'nobody'}",
            delivered_at=draw(st.sampled_from([None, "2026-03-05T10:00:00Z"])),
        )
        for place, owner in enumerate(draw(st.lists(st.sampled_from([*ids, None]), max_size=3)))
    ]
    every = [
        *ids,
        *(label["label_id"] for label in labels),
        *(one["fulfillment_id"] for one in fulfillments),
    ]
    beyond = set(every) if draw(st.booleans()) else draw(st.sets(st.sampled_from(every)))
    return World(them, labels, fulfillments, replies, beyond, draw(st.booleans()))


def owners_named_in(text: str) -> set[str]:
    return set(re.findall(r"owner (se-\d+|nobody)", text))


def ask(world: World, question: Question) -> TrackOrderResponse | ShipStationError:
    try:
        return world.account().track(
            question.order_id, question.postal_code, order_key=question.order_key, store_id=question.store
        )
    except ShipStationError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(worlds(), questions)
def test_an_answer_names_nobody_but_those_who_were_asked_for(world: World, question: Question) -> None:
    meant = {owner.shipment_id: owner for owner in world.owners if question.is_about(owner)}
    outcome = ask(world, question)
    event(type(outcome).__name__)
    if isinstance(outcome, TrackOrderResponse):
        named = owners_named_in(outcome.to_json("full") + outcome.summary())
        event(f"{len(named)} owners named")
        assert named <= meant.keys()
        assert named == {parcel.shipment_id for parcel in outcome.parcels}
        assert all(are_one(meant[one], meant[other]) for one, other in combinations(sorted(named), 2))
    else:
        assert not owners_named_in(str(outcome))


@settings(max_examples=300, deadline=None)
@given(worlds(), questions)
def test_an_order_that_is_there_is_found_or_ambiguous_and_another_one_is_not_found(
    world: World, question: Question
) -> None:
    meant = [owner for owner in world.owners if question.is_about(owner)]
    outcome = ask(world, question)
    if world.mistaken and question.order_key == "shipment_id":
        assert isinstance(outcome, OrderNotFoundError | TrackOrderResponse)
    elif not meant:
        assert isinstance(outcome, OrderNotFoundError)
    elif all(are_one(one, other) for one, other in combinations(meant, 2)):
        assert isinstance(outcome, TrackOrderResponse)
    else:  # some of them may have been cancelled, or have been found before the others
        assert isinstance(outcome, TrackOrderResponse | AmbiguousOrderError)
        stores = set(outcome.store_ids) if isinstance(outcome, AmbiguousOrderError) else set()
        assert stores <= {owner.store for owner in meant}
