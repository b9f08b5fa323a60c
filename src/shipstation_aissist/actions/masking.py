"""Hiding personal data in what the debugger shows: names, streets, e-mail addresses and phone numbers.

What ShipStation said of the recipients is known, so it is found exactly, also inside a carrier's sentence or an error's
message. What it did not say (a stranger's e-mail address, a number that a customer typed as order id) is found by its
form, where that is not also the form of a tracking number, an order number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

import attrs

from shipstation_aissist.models import Address
from shipstation_aissist.orders.parcel import Parcel, ParcelEvent
from shipstation_aissist.orders.response import TrackOrderResponse

T = TypeVar("T", Parcel, ParcelEvent)

MASK = "***"
_SHORTEST_WORD = 3  # of a name: an initial tells nothing, and would be found everywhere
_SHORTEST_PHONE = 7
_LONGEST_HIDDEN_CODE = 3  # a postal code of so few characters is hidden whole
_PHONE_DIGITS = 10  # without the country's prefix

_TEXTS_OF_EVENTS = ("description", "carrier_status_description")
_TEXTS_OF_PARCELS = (
    "tracking_url",
    "status_description",
    "carrier_status_description",
    "status_detail_description",
    "exception_description",
)


class Mask:
    """Replaces personal data in texts by ``***``.

    Args:
        names: Of persons; each of their words is hidden too.
        phrases: Streets, companies, e-mail addresses.
        phones: Phone numbers; their punctuation does not matter.
    """

    def __init__(self, names: Iterable[str] = (), phrases: Iterable[str] = (), phones: Iterable[str] = ()) -> None:
        names = list(names)
        known = [_phrase(text) for text in _longest_first([*names, *phrases])]
        known += [_phrase(word) for word in _longest_first(_words(names))]
        known += [pattern for pattern in map(_phone, phones) if pattern]
        self._known = re.compile("|".join(known), re.IGNORECASE) if known else None

    def __call__(self, text: str) -> str:
        """The text without what is personal in it."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        emails, phones, signers = _forms()
        return signers.sub(rf"\1{MASK}", phones.sub(MASK, emails.sub(MASK, text)))


def mask_of(addresses: Iterable[Address], signers: Iterable[str], companies: Iterable[str]) -> Mask:
    """The mask that hides these recipients and who signed for a parcel."""
    recipients = list(addresses)
    lines = [line for one in recipients for line in (one.address_line1, one.address_line2, one.address_line3)]
    others = [text for one in recipients for text in (one.company_name, one.email)]
    return Mask(
        names=[*(one.name for one in recipients if one.name), *signers],
        phrases=[*companies, *(text for text in (*lines, *others) if text)],
        phones=[one.phone for one in recipients if one.phone],
    )


def masked_response(response: TrackOrderResponse, mask: Callable[[str], str]) -> TrackOrderResponse:
    """The same answer, its free texts masked: ids, codes, numbers and dates stay what they are."""
    parcels = [_masked_parcel(parcel, mask) for parcel in response.parcels]
    pairs = zip(response.parcels, parcels, strict=True)
    return attrs.evolve(
        response,
        order_id=mask(response.order_id),
        tracking=next((masked for parcel, masked in pairs if parcel is response.tracking), None),
        parcels=tuple(parcels),
        warnings=tuple(map(mask, response.warnings)),
    )


def _masked_parcel(parcel: Parcel, mask: Callable[[str], str]) -> Parcel:
    events = tuple(_with_texts(event, _TEXTS_OF_EVENTS, mask) for event in parcel.events)
    return _with_texts(attrs.evolve(parcel, events=events), _TEXTS_OF_PARCELS, mask)


def _with_texts(record: T, names: Iterable[str], mask: Callable[[str], str]) -> T:
    texts = {name: getattr(record, name) for name in names}
    masked: dict[str, Any] = {name: mask(text) for name, text in texts.items() if text is not None}
    return attrs.evolve(record, **masked)


def masked_recipient(address: Address) -> str:
    """A recipient as one may tell it from another, not as one would find them: ``J*** D***, US 29***``."""
    name = " ".join(f"{word[0]}{MASK}" for word in (address.name or address.company_name or "").split())
    code = (address.postal_code or "").strip()
    start = code[:2] if len(code) > _LONGEST_HIDDEN_CODE else ""
    return _joined(", ", name, _joined(" ", address.country_code, f"{start}{MASK}" if code else ""))


def full_recipient(address: Address) -> str:
    """A recipient with everything that is known, for those who must see it."""
    place = _joined(" ", address.city_locality, address.state_province, address.postal_code, address.country_code)
    lines = (address.address_line1, address.address_line2, address.address_line3)
    return _joined(", ", address.name, address.company_name, *lines, place, address.email, address.phone)


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)


def _words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from (word for word in re.split(r"[^\w'-]+", name) if len(word) >= _SHORTEST_WORD)


def _longest_first(texts: Iterable[str]) -> list[str]:
    distinct = {" ".join(text.split()) for text in texts}
    return sorted((text for text in distinct if len(text) > 1), key=lambda text: (-len(text), text))


def _phrase(text: str) -> str:
    """A text as whole words (where its writing separates words), whatever white space is between them."""
    before = r"(?<![^\W_])" if text[0].isascii() and text[0].isalnum() else ""
    after = r"(?![^\W_])" if text[-1].isascii() and text[-1].isalnum() else ""
    return before + r"\s+".join(re.escape(word) for word in text.split()) + after


def _phone(phone: str) -> str | None:
    digits = re.sub(r"\D", "", phone)
    if len(digits) < _SHORTEST_PHONE:
        return None
    prefix = r"(?<![\d+])(?:(?:\+|00)\d{1,3}[ .-]?|0|1[ .-]?)?\(?"
    return prefix + r"[ ()./-]{0,3}".join(digits[-_PHONE_DIGITS:]) + r"(?!\d)"


@lru_cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """E-mail addresses; phone numbers as they are written, not bare digits; who signed, as carriers write it."""
    emails = re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
    phones = re.compile(
        r"(?<![\w+-])(?:\+\d[\d ().-]{5,18}\d|(?:\+?\d{1,2}[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4})(?![\w-])"
    )
    signers = re.compile(
        r"\b((?:(?:signed(?: for)?|received) by|left with|signature(?: of)?:)\s*:?\s*)"
        r"(?!(?:an?|the|individual|neighbou?r|reception(?:ist)?|resident|front|agent|carrier|customer|recipient|sender)\b)"
        r"[^\s.,;:!?()][^.,;:!?()\n]{0,60}",
        re.IGNORECASE,
    )
    return emails, phones, signers
