"""R4 and R5: whether records go to one recipient, and to the recipient that was asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations

from shipstation_aissist.models import Address, Shipment

_NO_ADDRESS = Address()
_SHORT_ZIP_PLUS_4 = re.compile(r"([0-9]{3,4})-[0-9]{4}")  # a spreadsheet has eaten the zeros of 02139-1234


def form_one_order(shipments: Sequence[Shipment]) -> bool:
    """R4: all recipients agree, pair by pair, in one store or several."""
    return all(_recipients_agree(one, other) for one, other in combinations(shipments, 2))


def _recipients_agree(one: Shipment, other: Shipment) -> bool:
    here, there = one.ship_to or _NO_ADDRESS, other.ship_to or _NO_ADDRESS
    country, other_country = comparable_country(here.country_code), comparable_country(there.country_code)
    if country and other_country and country != other_country:
        return False
    country = country or other_country
    code, other_code = (comparable_postal_code(address.postal_code, country) for address in (here, there))
    if code is None and other_code is None:
        # Nothing tells these recipients apart but the store; where that is unknown too, they may be strangers.
        return one.store_id is not None and one.store_id == other.store_id
    return code == other_code


def goes_to(shipment: Shipment, postal_code: str) -> bool:
    """R5: the recipient's postal code is the given one; without a code it never is."""
    address = shipment.ship_to or _NO_ADDRESS
    code = comparable_postal_code(address.postal_code, address.country_code)
    return code is not None and code == comparable_postal_code(postal_code, address.country_code)


def comparable_postal_code(code: str | None, country: str | None) -> str | None:
    """A postal code as R5 compares it, or ``None`` if nothing is left of it.

    Without spaces and hyphens, case-insensitive, without an ``XX-`` country prefix; of a US code the first five
    digits, padded with zeros.
    """
    if code is None:
        return None
    plain = "".join(
        "-" if unicodedata.category(c) == "Pd" else c
        for c in unicodedata.normalize("NFKC", code).upper()
        if not c.isspace() and unicodedata.category(c) != "Cf"
    )
    plain = re.sub(r"^[A-Z]{2}-", "", plain)
    if comparable_country(country) == "US":
        short = _SHORT_ZIP_PLUS_4.fullmatch(plain)
        digits = "".join(c for c in (short[1] if short else plain) if c in "0123456789")
        return digits[:5].zfill(5) if digits else None
    return plain.replace("-", "") or None


def comparable_country(country: str | None) -> str | None:
    """A country code as R4 compares it; ``None`` is an unknown one."""
    return (country or "").strip().upper() or None
