"""Accounts at random, servers that return more than was asked for, and an oracle that knows who may be shown.

The oracle is written out as tables and knows nothing of the code. Every text of a record names its owner, a shipment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import attrs
from hypothesis import strategies as st

from shipstation_aissist import (
    NotFoundError,
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
    "a placeholder in Hong Kong": {"country_code": "HK", "postal_code": "00000"},
}
THERE: dict[str, set[str]] = {  # who goes to a postal code
    "29646": {"home", "home with four more digits", "home in an unknown country", "the same code in Mexico"},
    "29646 1234": {"home", "home with four more digits", "home in an unknown country"},
    "10001": {"town"},
    "99999": set(),
    "00000": set(),
}
ONE_PLACE: list[set[str]] = [  # beside each place and itself; those without a code only within one store
    {"home", "home with four more digits"},
    {"home", "home in an unknown country"},
    {"home with four more digits", "home in an unknown country"},
    {"the same code in Mexico", "home in an unknown country"},
    {"no code in Hong Kong", "a placeholder in Hong Kong"},
]
WITHOUT_CODE = {"no code", "no code in Hong Kong", "a placeholder in Hong Kong"}

PERSONS: dict[str, JSON] = {  # R4's second proof: a postal code is thousands of people
    "Kim": {"name": "Kim Park", "email": "kim@example.com", "phone": "555-0100", "address_line1": "99 Oak Road"},
    "Kim in capitals": {"name": "PARK, K\u00cdM", "email": None, "phone": "", "address_line1": None},
    "Jo": {"name": "Jo Doe", "email": "jo@example.com", "phone": "555-2345", "address_line1": "12 Elm Street"},
    "Jo's e-mail": {"name": None, "email": "JO@example.com", "phone": "", "address_line1": None},
    "Jo's street": {"name": "The cellar", "email": None, "phone": "", "address_line1": "12 ELM ST."},
    "nobody in particular": {"name": "", "email": None, "phone": None, "address_line1": ""},
}
ONE_PERSON: list[set[str]] = [{"Kim", "Kim in capitals"}, {"Jo", "Jo's e-mail"}, {"Jo", "Jo's street"}]
MAILBOXES: dict[str, set[str]] = {  # whose an e-mail address is
    "kim@example.com": {"Kim"},
    " Jo@Example.com": {"Jo", "Jo's e-mail"},
    "sam@example.com": set(),
}


@attrs.frozen
class Owner:
    """A shipment, as the oracle sees it."""

    shipment_id: str
    number: str | None
    external_id: str | None
    store: str | None
    recipient: str
    person: str
    status: str

    def record(self) -> JSON:
        """The shipment on the wire."""
        return wire.shipment(
            self.shipment_id,
            self.number,
            external_shipment_id=self.external_id,
            store_id=self.store,
            shipment_status=self.status,
            ship_to={**RECIPIENTS[self.recipient], **PERSONS[self.person]},
            items=[{"name": f"owner {self.shipment_id}", "quantity": 1}],
        )


@attrs.frozen
class Question:
    """What is asked."""

    order_id: str
    order_key: str
    store: str | None
    postal_code: str | None
    email: str | None = None

    def is_about(self, owner: Owner) -> bool:
        """Whether a shipment may be shown to whoever asks."""
        by_id = {
            "number": owner.number in NUMBERS_MEANT.get(self.order_id, set()),
            "external_id": owner.external_id == self.order_id,
            "shipment_id": owner.shipment_id == self.order_id,
        }
        found = by_id["number"] or by_id["external_id"] if self.order_key == "auto" else by_id[self.order_key]
        of_store = self.store is None or owner.store == self.store
        return found and of_store and self._may_know(owner)

    def _may_know(self, owner: Owner) -> bool:
        lives_there = self.postal_code is None or owner.recipient in THERE[self.postal_code]
        return lives_there and (self.email is None or owner.person in MAILBOXES[self.email])


def are_one(this: Owner, other: Owner) -> bool:
    """Whether two shipments go to the same recipient: to one place, and there to one person."""
    places, persons = {this.recipient, other.recipient}, {this.person, other.person}
    is_one_place = len(places) == 1 or places in ONE_PLACE
    if places & WITHOUT_CODE:
        is_one_place = is_one_place and this.store == other.store is not None
    is_one_person = len(persons) == 1 or "nobody in particular" in persons or persons in ONE_PERSON
    return is_one_place and is_one_person


# --- the account, and a server that returns more than was asked for --------------------------------------------------

LABEL_KINDS: dict[str, JSON] = {
    "outbound": {},
    "voided": {"status": "voided", "voided": True},
    "return": {"is_return_label": True},
    "failed": {"status": "error", "tracking_number": None, "packages": []},
    "processing": {"status": "processing", "tracking_number": None, "packages": []},
}
TRACKING_STATES = ("UN", "NY", "AC", "IT", "AT", "EX", "DE", "SP")
ANY_NUMBER = ("7", "#7", "70", "x7", "X7", None)
ANY_EXTERNAL_ID = (None, None, "7", "x7", "X7")
STORES = ("se-1", "se-2", None)
STATUSES = ("label_purchased", "label_purchased", "pending", "cancelled", "on_hold")


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
            [
                each
                for each in records
                if each["shipment_id"] == query["shipment_id"] or each[identifier] in self.beyond
            ],
        )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Anything that can be asked; most of the time, what customers ask."""
    order_key = draw(st.sampled_from(["auto", "auto", "auto", "number", "external_id", "shipment_id"]))
    return Question(
        "se-500" if order_key == "shipment_id" else draw(st.sampled_from(["7", "7", *NUMBERS_MEANT])),
        order_key,
        draw(st.sampled_from([None, None, None, "se-1", "se-2"])),
        draw(st.sampled_from([None, None, None, "29646", *THERE])),
        draw(st.sampled_from([None, None, None, None, *MAILBOXES])),
    )


@st.composite
def owners(draw: st.DrawFn, question: Question, shipment_id: str) -> Owner:
    """A shipment; most of the time, one that could well be taken for what is asked for."""

    def either(likely: Collection[Any], any_value: Collection[Any]) -> Any:
        return draw(st.sampled_from(sorted(likely) if likely and draw(st.integers(0, 3)) else list(any_value)))

    return Owner(
        shipment_id,
        either(NUMBERS_MEANT.get(question.order_id, set()), ANY_NUMBER),
        either({question.order_id} if question.order_key == "external_id" else (), ANY_EXTERNAL_ID),
        either({question.store} - {None}, STORES),
        either(THERE.get(question.postal_code or "", {"home"}), RECIPIENTS),
        either(MAILBOXES.get(question.email or "", {"Jo"}), PERSONS),
        draw(st.sampled_from(STATUSES)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Question, World]:
    """A question, and two to four shipments, each with labels and fulfillments of its own, beside orphans."""
    question = draw(questions())
    them = [draw(owners(question, f"se-{500 + place}")) for place in range(draw(st.integers(2, 4)))]
    ids = [owner.shipment_id for owner in them]
    labels: list[JSON] = []
    replies: dict[str, JSON] = {}
    for place, owner in enumerate(draw(st.lists(st.sampled_from([*ids, *ids, None]), min_size=2, max_size=7))):
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
        *(each["fulfillment_id"] for each in fulfillments),
    ]
    beyond = set(every) if draw(st.booleans()) else draw(st.sets(st.sampled_from(every)))
    return question, World(them, labels, fulfillments, replies, beyond, mistaken=draw(st.booleans()))
