"""What is asked for: the order id (R1, R12) and who must be its recipient (R5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, cast, get_args

import attrs

from shipstation_aissist.errors import (
    ConfigurationError,
    InvalidOrderIdError,
    InvalidRecipientCheckError,
    OrderNotFoundError,
)
from shipstation_aissist.orders.numbers import bare_number, cleaned, without_sign
from shipstation_aissist.orders.patience import Patience, read_patience
from shipstation_aissist.orders.recipients import comparable_email, plain_postal_code
from shipstation_aissist.wire.requests import is_segment

OrderKey: TypeAlias = Literal["auto", "number", "external_id", "shipment_id", "tracking_number"]
OrderIdResolver: TypeAlias = Callable[[str], "str | None"]

LONGEST_ORDER_ID = 50  # shipment_number and external_shipment_id hold as many (API notes 5.3)
LONGEST_PATTERN_SUBJECT = 200
ORDER_KEYS: tuple[str, ...] = get_args(OrderKey)


def _check_postal_code(_query: object, _field: object, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        raise InvalidRecipientCheckError(f"postal_code must be a str, not {type(value).__name__}")
    if not plain_postal_code(value):
        raise InvalidRecipientCheckError("postal_code is blank; pass None to ask without it")


def _check_email(_query: object, _field: object, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        raise InvalidRecipientCheckError(f"email must be a str, not {type(value).__name__}")
    email = comparable_email(value)
    if email is None:
        raise InvalidRecipientCheckError("email is blank; pass None to ask without it")
    name, at, host = email.rpartition("@")
    if not (name and at and host):
        raise InvalidRecipientCheckError("email has no @ between a name and a host; pass None to ask without it")


def _plain_text(order_id: str) -> str:
    """The text itself of a subclass of ``str`` such as an enumeration's member, which may print as something else."""
    try:
        return str.__str__(order_id)
    except TypeError:  # it is none, and refused when it is looked up
        return order_id


@attrs.frozen
class OrderQuery:
    """One order to look for.

    Attributes:
        order_id: What the customer calls it.
        postal_code: Where it must go, or ``None``.
        email: The e-mail address of its recipient, or ``None``. With both, both must match (R5).

    Raises:
        InvalidRecipientCheckError: The postal code or the e-mail is blank, or the e-mail is none (R1).
    """

    order_id: str = attrs.field(converter=_plain_text)
    postal_code: str | None = attrs.field(default=None, validator=_check_postal_code, repr=False)
    email: str | None = attrs.field(default=None, validator=_check_email, repr=False)


@attrs.frozen(kw_only=True)
class LookupSettings:
    """How order ids are understood: what :class:`TrackOrderAction` was made with."""

    order_key: OrderKey = "auto"
    store_id: str | None = None
    order_id_pattern: re.Pattern[str] | None = None
    resolve_order_id: OrderIdResolver | None = None
    expected_format: str | None = None
    patience: Patience = attrs.Factory(Patience)


@attrs.frozen
class Lookup:
    """A query that passed R1 and R12.

    Attributes:
        order_id: What the caller passed, untouched.
        key: What is looked up.
        postal_code: Where it must go, or ``None``.
        email: The e-mail address of its recipient, or ``None``.
        with_sign: Whether the caller typed a ``#`` before the number: the store may have one with and one without.
    """

    order_id: str
    key: str
    postal_code: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    with_sign: bool = False

    @property
    def has_check(self) -> bool:
        """Whether the caller says who the recipient is (R5)."""
        return self.postal_code is not None or self.email is not None


def check_settings(
    order_key: object,
    store_id: object,
    order_id_pattern: object,
    resolve_order_id: Any,
    patience: object = None,
) -> LookupSettings:
    """Check what an action is made with.

    Raises:
        ConfigurationError: Naming the argument.
    """
    if order_key not in ORDER_KEYS:
        raise ConfigurationError(f"order_key must be one of {', '.join(ORDER_KEYS)}")
    if store_id is not None and (not isinstance(store_id, str) or not store_id.strip()):
        raise ConfigurationError("store_id must be a str such as 'se-415302'")
    if resolve_order_id is not None and not callable(resolve_order_id):
        raise ConfigurationError("resolve_order_id must be callable")
    return LookupSettings(
        order_key=cast("OrderKey", order_key),
        store_id=store_id,
        order_id_pattern=check_pattern(order_id_pattern),
        resolve_order_id=cast("OrderIdResolver | None", resolve_order_id),
        patience=read_patience(patience),
    )


def check_pattern(pattern: object) -> re.Pattern[str] | None:
    """Compile an order id's format.

    Raises:
        ConfigurationError: It is no regular expression, or has more than one group.
    """
    if pattern is None:
        return None
    fault = "must be a regular expression as a str"
    try:
        if isinstance(pattern, str) or (isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str)):
            compiled = re.compile(pattern)
            if compiled.groups <= 1:
                return compiled
            fault = "may have one group at the most: group 1 is what is looked up"
    except (re.error, RecursionError, OverflowError) as error:
        fault = f"is not a regular expression: {error}"
    raise ConfigurationError(f"order_id_pattern {fault}")


def prepare_lookup(query: OrderQuery, settings: LookupSettings) -> Lookup:
    """R1 and R12: from what a customer typed to what is looked up.

    Raises:
        InvalidOrderIdError: It cannot be an order id; nothing was sent.
        OrderNotFoundError: The resolver does not know it.
    """
    key = _read_key(query.order_id, settings)
    if not key:
        raise _invalid("is blank", settings)
    with_sign = key.startswith("#")
    if settings.resolve_order_id is not None:  # R12
        resolved = settings.resolve_order_id(key)
        if resolved is None:
            raise not_found()
        key = clean_order_id(resolved, settings)
    if not 1 <= len(without_sign(key)) <= LONGEST_ORDER_ID:
        raise _invalid(f"must have 1 to {LONGEST_ORDER_ID} characters", settings)
    if settings.order_key == "shipment_id" and not is_segment(key):
        raise _invalid("cannot be a shipment id", settings)
    return Lookup(query.order_id, key, query.postal_code, query.email, with_sign)


def looks_like_tracking_number(key: str) -> bool:
    """R2: 10 to 40 ASCII letters and digits without blanks and hyphens, at least 8 of them digits."""
    plain = "".join(key.split()).replace("-", "")
    return plain.isascii() and plain.isalnum() and 10 <= len(plain) <= 40 and sum(map(str.isdigit, plain)) >= 8


def _read_key(order_id: str, settings: LookupSettings) -> str:
    """R1: what was typed, or what of it the pattern takes, without what a person says around a number."""
    typed = clean_order_id(order_id, settings)
    if len(typed) > LONGEST_PATTERN_SUBJECT:
        raise _invalid("is too long", settings)
    bare = bare_number(order_id)
    pattern = settings.order_id_pattern
    if pattern is None:
        return bare
    match = pattern.fullmatch(typed) or pattern.fullmatch(bare)
    if match is None:
        raise _invalid("does not have the expected format", settings)
    return (match.group(1) or "").strip() if pattern.groups else match.group()


def not_found() -> OrderNotFoundError:
    """The one error for every order that is not found, whatever the reason: a guesser learns nothing (R5)."""
    return OrderNotFoundError(
        "No order matches. Check the number against the order confirmation and, if a postal code or an e-mail address "
        "was given, that too. "
        "An order that was just placed or is not paid yet may not be in ShipStation."
    )


def clean_order_id(order_id: object, settings: LookupSettings) -> str:
    """R1: an id without invisible characters, with plain dashes, trimmed; whether it can be one is checked."""
    if not isinstance(order_id, str):
        raise _invalid(f"must be a str, not {type(order_id).__name__}", settings)
    if len(order_id) > 10 * LONGEST_PATTERN_SUBJECT:  # before any work is done on it
        raise _invalid("is too long", settings)
    typed = cleaned(order_id)
    # Control characters, lone surrogates and line separators: no order number has them, no URL can hold them.
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in typed):
        raise _invalid("has control characters", settings)
    return typed


def _invalid(fault: str, settings: LookupSettings) -> InvalidOrderIdError:
    expected = settings.expected_format
    if expected is None and settings.order_id_pattern is not None:
        expected = f"a text matching {settings.order_id_pattern.pattern}"
    expected = expected or f"the order number of the order confirmation, 1 to {LONGEST_ORDER_ID} characters"
    return InvalidOrderIdError(f"The order id {fault}. Expected: {expected}.")
