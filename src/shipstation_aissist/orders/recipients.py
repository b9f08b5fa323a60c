"""R4 and R5: whether records go to one recipient, and to the recipient that was asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations

from shipstation_aissist.models import Address, Shipment
from shipstation_aissist.orders.countries import comparable_country
from shipstation_aissist.orders.numbers import cleaned, with_plain_dashes
from shipstation_aissist.orders.persons import is_second_proof

_NO_ADDRESS = Address()
SHORT_ZIP_PLUS_4 = re.compile(r"([0-9]{3,4})-[0-9]{4}")  # a spreadsheet has eaten the zeros of 02139-1234
_COUNTRY_PREFIX = re.compile(r"[A-Z]{1,2}-")
_FIVE_OR_NINE_DIGITS = re.compile(r"[0-9]{5}(?:[0-9]{4})?")
# What shops and carriers write where a place has no postal code; 999077 stands for Hong Kong.
PLACEHOLDER = re.compile(r"0+|NA|NONE|NULL|UNKNOWN|999077")


def form_one_order(shipments: Sequence[Shipment]) -> bool:
    """R4: all recipients agree, pair by pair, in one store or several."""
    return all(_recipients_agree(here, there) for here, there in combinations(shipments, 2))


def _recipients_agree(here: Shipment, there: Shipment) -> bool:
    """R4: the same country and postal code, and a second proof: a postal code is thousands of people."""
    address, other = here.ship_to or _NO_ADDRESS, there.ship_to or _NO_ADDRESS
    country, other_country = comparable_country(address.country_code), comparable_country(other.country_code)
    if country and other_country and country != other_country:
        return False
    country = country or other_country
    code, other_code = (comparable_postal_code(place.postal_code, country) for place in (address, other))
    if code is None and other_code is None:
        # No place tells these recipients apart but the store; where that is unknown too, they may be strangers.
        same_place = here.store_id is not None and here.store_id == there.store_id
    else:
        same_place = code == other_code
    return same_place and is_second_proof(address, other)


def passes_check(shipment: Shipment, postal_code: str | None, email: str | None) -> bool:
    """R5: whether a shipment goes to the recipient that was named; see :func:`is_recipient`."""
    return is_recipient(shipment.ship_to, postal_code, email)


def is_recipient(address: Address | None, postal_code: str | None, email: str | None) -> bool:
    """R5: the address has the given postal code and the given e-mail; what it does not have never matches.

    Args:
        address: The ``ship_to`` of a record.
        postal_code: The postal code that was given, or ``None``.
        email: The e-mail address that was given, or ``None``.
    """
    here = address or _NO_ADDRESS
    if postal_code is not None:
        code = comparable_postal_code(here.postal_code, here.country_code)
        if code is None or code != comparable_postal_code(postal_code, here.country_code):
            return False
    if email is None:
        return True
    written = comparable_email(here.email)
    return written is not None and written == comparable_email(email)


def is_another(address: Address | None, postal_code: str | None, email: str | None) -> bool:
    """R5: whether the address has a postal code or an e-mail, and another than the given one."""
    if address is None:
        return False
    has_code = comparable_postal_code(address.postal_code, address.country_code) is not None
    has_email = comparable_email(address.email) is not None
    return (has_code and not is_recipient(address, postal_code, None)) or (
        has_email and not is_recipient(address, None, email)
    )


def comparable_email(email: str | None) -> str | None:
    """An e-mail address as R4 and R5 compare it: whole, NFKC, trimmed, case-insensitive; ``None`` if it is blank."""
    return cleaned(email or "").casefold() or None


def comparable_postal_code(code: str | None, country: str | None) -> str | None:
    """A postal code as R5 compares it, or ``None`` if nothing is left of it or it is a placeholder.

    Without blanks, hyphens and ``〒``, case-insensitive, without a country prefix (``D-10115``). Codes of the United
    States, their territories and, where they have five or nine digits, of an unknown country count by their first five
    digits; those of the United States are padded with zeros.

    Args:
        code: The postal code.
        country: The country it is of, or ``None``.
    """
    plain = plain_postal_code(code)
    where = comparable_country(country)
    comparable = plain.replace("-", "")
    if where == "US":
        short = SHORT_ZIP_PLUS_4.fullmatch(plain)
        digits = "".join(c for c in (short[1] if short else plain) if c in "0123456789")
        comparable = digits[:5].zfill(5) if digits and _letters_and_digits(plain) != "999077" else ""
    elif where is None and _FIVE_OR_NINE_DIGITS.fullmatch(comparable):
        comparable = comparable[:5]
    if PLACEHOLDER.fullmatch(_letters_and_digits(comparable)):
        return None
    return comparable or None


def plain_postal_code(code: str | None) -> str:
    """A postal code in capitals, without blanks, ``〒`` and a country prefix; hyphens of any kind are ``-``.

    The long vowel mark counts as a hyphen: a Japanese keyboard makes it of one.
    """
    typed = with_plain_dashes(unicodedata.normalize("NFKC", code or "")).replace("\u30fc", "-").upper()
    plain = "".join(c for c in typed if not c.isspace() and unicodedata.category(c) != "Cf" and c not in "\u3012\u3020")
    plain = _COUNTRY_PREFIX.sub("", plain, count=1) if _COUNTRY_PREFIX.match(plain) else plain
    return plain if plain.strip("-") else ""


def _letters_and_digits(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
