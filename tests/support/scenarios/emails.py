"""Whose order it is, told by an e-mail address: R5, and R1 of what is no address."""

from __future__ import annotations

from typing import Any

from shipstation_aissist import InvalidRecipientCheckError, OrderNotFoundError
from support.scenarios.life import Shop, Table
from support.scenarios.neighbours import JO, KIM, living, person
from support.scenarios.numbers import NO_TRAFFIC, on_its_way
from support.scenarios.recipients import two_orders

LIVES = Table()
THERE: dict[str, Any] = {"state": "in_transit", "shows": "MUG", "requests": 3}
NOT_THERE: dict[str, Any] = {"raises": OrderNotFoundError, "requests": 3}
for check in ({"postal_code": " - "}, {"email": ""}, {"email": " "}, {"email": "jordan"}, {"email": "@"}):
    LIVES.add(
        "R1",
        f"{check} is no recipient check and nothing is sent",
        on_its_way,
        raises=InvalidRecipientCheckError,
        requests=NO_TRAFFIC,
        **check,
    )

for email, typed in (
    ("jordan@example.com", "jordan@example.com"),
    ("Jordan@Example.COM", " jordan@example.com "),
    ("jordan@example.com", "\uff4aordan@example.com"),
):
    LIVES.add("R5", f"{typed!a} is {email!a}", living(email=email), email=typed, **THERE)
for email, typed in (
    ("jordan@example.com", "jordan@example.org"),
    ("jordan+shop@example.com", "jordan@example.com"),
    ("jordan.doe@example.com", "jordandoe@example.com"),
    (None, "jordan@example.com"),
    ("", "jordan@example.com"),
):
    LIVES.add("R5", f"{typed!a} is not {email!a}", living(email=email), email=typed, **NOT_THERE)
LIVES.add(
    "R5",
    "both checks must match",
    living(email="jordan@example.com"),
    email="jordan@example.com",
    postal_code="29646",
    **THERE,
)
for wrong in ({"postal_code": "10001"}, {"email": "kim@example.com"}):
    LIVES.add(
        "R5",
        f"one of two checks is not enough: {wrong}",
        living(email="jordan@example.com"),
        **{"email": "jordan@example.com", "postal_code": "29646"} | wrong,
        **NOT_THERE,
    )


@LIVES.life("R5", email="jo@example.com", state="in_transit", shows="ONE", warnings=("",), requests=3)
def a_sibling_that_is_somebody_elses_is_left_out_and_that_is_said(shop: Shop) -> None:
    two_orders(person(**JO), person(**KIM))(shop)
