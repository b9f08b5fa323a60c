"""R4's second proof: whether two addresses are of one person, by name, e-mail, phone or street."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from shipstation_aissist.models import Address

_DIGITS_OF_A_PHONE = 7
_UNMARKED = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)")
# Words that strangers share, and that therefore prove nothing unless there are no others.
_TITLES_AND_PARTICLES = """
mr mrs ms miss mx dr prof sir herr frau mme mlle sr sra jr st the and und et
van von der den de del della di da du la le el al bin ibn
"""
_PARTS_OF_ANY_STREET = """
street st road rd avenue ave av lane ln drive dr court ct place pl boulevard blvd way square sq terrace ter circle cir
highway hwy parkway pkwy close crescent strasse str weg platz allee gasse rue chemin calle via viale piazza plaza rua
avenida straat laan plein gade vej vag gatan the de la le du des der del di da am an im
north south east west ne nw se sw apt apartment unit suite ste floor fl flat po box no nr
"""
_NO_NAMES = frozenset(_TITLES_AND_PARTICLES.split())
_NO_STREETS = frozenset(_PARTS_OF_ANY_STREET.split())

Same = Callable[[str, str], bool]


def is_second_proof(address: Address, other: Address) -> bool:
    """R4: a name, an e-mail, a phone or a street in common, or one side has none of the four.

    Compared without accents, case and punctuation.
    """
    here, there = _proofs_of(address), _proofs_of(other)
    if not any(here) or not any(there):
        return True
    comparisons: tuple[Same, ...] = (_same_name, _same_email, _same_phone, _same_street)
    return any(same(mine, theirs) for same, mine, theirs in zip(comparisons, here, there, strict=True))


def _proofs_of(address: Address) -> tuple[str, str, str, str]:
    lines = (address.address_line1, address.address_line2, address.address_line3)
    street = " ".join(line for line in lines if line)
    return (
        " ".join(_words(address.name or address.company_name)),
        _folded(address.email).strip(),
        _phone(address.phone),
        " ".join(_words(street)),
    )


def _same_name(name: str, other: str) -> bool:
    """A word of two letters or more in common; titles and particles are none, unless there is nothing else."""
    return bool(name) and (name == other or _share_a_word(name.split(), other.split(), _NO_NAMES))


def _same_email(email: str, other: str) -> bool:
    return bool(email) and email == other


def _same_phone(phone: str, other: str) -> bool:
    return bool(phone) and phone == other


def _same_street(street: str, other: str) -> bool:
    """The house number and a word in common; ``street`` or ``north`` is no such word, unless there is nothing else."""
    if not street or not other:
        return False
    here, there = street.split(), other.split()
    number, other_number = _house_number(here), _house_number(there)
    if number is None and other_number is None:
        return here == there
    return number == other_number and _share_a_word(here, there, _NO_STREETS)


def _share_a_word(here: list[str], there: list[str], proving_nothing: frozenset[str]) -> bool:
    words, others = ({word for word in side if _is_word(word)} for side in (here, there))
    telling, telling_others = words - proving_nothing, others - proving_nothing
    if not telling and not telling_others:
        return bool(words) and words == others
    return bool(telling & telling_others)


def _is_word(token: str) -> bool:
    return len(token) > 1 and (token.isalpha() or _ORDINAL.fullmatch(token) is not None)


def _house_number(tokens: list[str]) -> str | None:
    numbers = (token for token in tokens if any(c.isdigit() for c in token) and not _ORDINAL.fullmatch(token))
    first = next(numbers, None)
    return None if first is None else first.lstrip("0") or "0"


def _phone(phone: str | None) -> str:
    """The last seven digits; none of a number that is shorter, or that a clerk typed by leaning on one key."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", phone or "") if c.isdigit())
    return digits[-_DIGITS_OF_A_PHONE:] if len(digits) >= _DIGITS_OF_A_PHONE and len(set(digits)) > 1 else ""


def _words(text: str | None) -> list[str]:
    without_apostrophes = re.sub("['\u2019\u02bc`]", "", _folded(text))  # O'Neil is ONeil
    return "".join(c if c.isalnum() else " " for c in without_apostrophes).split()


def _folded(text: str | None) -> str:
    """Without case and accents; other scripts keep their vowel signs, which are letters to them."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f" and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", plain.casefold()).translate(_UNMARKED)
