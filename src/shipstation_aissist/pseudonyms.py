"""Other names for what a recording must not tell, always the same for the same: one person stays one person.

Ids and numbers become others of the same shape: digits stay digits, letters letters, and what holds them together
(``se-``, ``#``, ``420`` before a postal code, leading zeros, a number within a longer one) holds the pseudonyms
together too, since rules compare them. Names and streets become others word by word, so that two spellings of one
person stay two spellings of one person. Dates move by whole weeks, all by the same number.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from shipstation_aissist.orders.recipients import comparable_email, plain_postal_code
from shipstation_aissist.wire.dates import parse_timestamp, print_timestamp

_SYLLABLES = tuple(first + vowel for first in "bdfgklmnprst" for vowel in "aeiou")
_LEAST_IN_COMMON = 12  # digits that a hand-over number shares with the label's (R3)
_PLACEHOLDERS = ("N/A", "NA", "NONE", "NULL", "UNKNOWN", "999077")  # that R5 never matches
_MOST_TRIALS = 200
_WORD = re.compile(r"[^\W\d_]+|\d+")


class Pseudonyms:
    """The pseudonyms of one recording.

    Args:
        seed: The same seed makes the same pseudonyms, for tests; ``None``: chance.
        avoid: Words, without accents and capitals, that no pseudonym holds, not even by chance.
    """

    def __init__(self, seed: int | None = None, avoid: Collection[str] = ()) -> None:
        self._chance = random.Random(seed)
        self._avoid = avoid
        self._numbers: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._shift = timedelta(weeks=self._chance.choice([*range(-12, 0), *range(1, 13)]))

    def number(self, value: str) -> str:
        """An id, an order number or a tracking number: another one of the same shape."""
        core = value.strip().removeprefix("#").strip()
        if not core:
            return value
        start = value.index(core)
        return value[:start] + self._core(core) + value[start + len(core) :]

    def _core(self, core: str) -> str:
        prefix = "se-" if core.lower().startswith("se-") else ""
        body = core[len(prefix) :]
        plain = body.replace(" ", "").replace("-", "").casefold()
        return core[: len(prefix)] + _in_the_shape_of(body, self._plain(plain))

    def _plain(self, plain: str) -> str:
        """The pseudonym of a number without blanks, hyphens and capitals."""
        zeros = len(plain) - len(plain.lstrip("0"))
        if 0 < zeros < len(plain):
            return "0" * zeros + self._plain(plain[zeros:])
        known = self._numbers.get(plain)
        if known is not None:
            return known
        for other in sorted(self._numbers, key=len, reverse=True):
            if len(other) >= _LEAST_IN_COMMON and plain.endswith(other):
                before = plain[: -len(other)]
                made = self._before(before) + self._numbers[other]
                break
            if len(plain) >= _LEAST_IN_COMMON and other.endswith(plain):
                made = self._numbers[other][-len(plain) :]
                break
        else:
            made = self._other(plain)
        self._numbers[plain] = made
        return made

    def _before(self, before: str) -> str:
        """What stands before a number that is handed over: ``420`` and a postal code, or a carrier's own prefix."""
        if before.startswith("420") and len(before) > 3:
            return "420" + self.postal_code(before[3:])
        return before if len(before) <= 2 else self._other(before)

    def _other(self, plain: str) -> str:
        taken = set(self._numbers.values())
        made = plain
        for _ in range(_MOST_TRIALS):
            made = "".join(self._other_sign(sign, first=index == 0) for index, sign in enumerate(plain))
            if made != plain and made not in taken and not self._tells(made):
                break
        return made

    def _tells(self, made: str) -> bool:
        return any(word in made for word in self._avoid)

    def _other_sign(self, sign: str, *, first: bool) -> str:
        if sign.isdecimal():
            return self._chance.choice("123456789" if first else string.digits)
        if sign.isalpha():
            return self._chance.choice(string.ascii_lowercase)
        return sign

    def postal_code(self, value: str) -> str:
        """A postal code: however it is spelt the same stays the same, nine digits stay within their five (R5)."""
        plain = plain_postal_code(value)
        if not plain or set(plain) <= {"0", "-"} or plain in _PLACEHOLDERS:
            return value  # a placeholder stays one
        signs = plain.replace("-", "").casefold()
        parts = (signs[:5], signs[5:]) if re.fullmatch(r"[0-9]{9}", signs) else (signs,)
        made = "".join(map(self._code, parts))
        before = value[: len(value) - len(value.lstrip())] + _prefix_of(value, signs)
        return before + _in_the_shape_of(value[len(before) :], made)

    def _code(self, part: str) -> str:
        digits = part.lstrip("0")
        if part.isdecimal() and len(digits) < len(part):  # leading zeros are written or not
            return "0" * (len(part) - len(digits)) + (self._code(digits) if digits else "")
        key = f"code {part}"
        if key not in self._words:
            self._words[key] = self._other(part)
        return self._words[key]

    def words(self, value: str) -> str:
        """A name, a street or a town, word by word; accents, capitals and initials stay as spellings."""
        return _WORD.sub(lambda found: self._word(found[0]), value)

    def _word(self, word: str) -> str:
        if word.isdecimal():
            return self._code(word)
        plain = _without_accents(word).casefold()
        if len(plain) == 1:  # an initial: of the word that begins with it, if there is one
            known = next((made for old, made in self._words.items() if old.startswith(plain) and " " not in old), None)
            return _capital_as(word, known[0] if known else self._chance.choice(string.ascii_lowercase))
        if plain not in self._words:
            self._words[plain] = self._other_word(plain)
        return _capital_as(word, self._words[plain])

    def _other_word(self, plain: str) -> str:
        taken = set(self._words.values())
        made = plain
        for trial in range(_MOST_TRIALS):
            syllables = max(1, round(len(plain) / 2)) + trial // 20  # short ones run out
            made = "".join(self._chance.choice(_SYLLABLES) for _ in range(syllables))
            if made != plain and made not in taken and not self._tells(made):
                break
        return made

    def email(self, value: str) -> str:
        """An e-mail address at example.com."""
        key = f"email {comparable_email(value) or value.strip().casefold()}"
        if key not in self._words:
            self._words[key] = f"customer{len(self._words)}@example.com"
        return self._words[key]

    def phone(self, value: str) -> str:
        """A phone number whose last seven digits are the same where they were (R4)."""
        digits = "".join(sign for sign in value if sign.isdecimal())
        last = digits[-7:]
        if not last:
            return ""
        made = "5" * (len(digits) - len(last)) + self._code(last)
        return _in_the_shape_of(value, made)

    def date(self, value: str) -> str:
        """A date, some weeks away: the same number of weeks for all of a recording."""
        try:
            moment = parse_timestamp(value)
        except ValueError:
            return _unreadable(value)
        try:
            moved = moment + self._shift
        except OverflowError:
            return _unreadable(value)
        printed = print_timestamp(moved)
        return printed if "T" in value or " " in value else printed[:10]

    def moment(self, value: datetime) -> datetime:
        """A moment, moved like the dates."""
        return (value.astimezone(UTC) + self._shift).replace(microsecond=0)


def plain_words(text: str) -> Iterator[str]:
    """The words of a text, and the runs of digits, without accents and capitals."""
    for found in _WORD.finditer(_without_accents(text)):
        yield found[0].casefold()


def _prefix_of(value: str, signs: str) -> str:
    """What stands before a postal code proper: ``D-`` of ``D-10115``."""
    found = re.match(r"[A-Za-z]{1,2}-", value.strip())
    return found[0] if found and not signs.startswith(found[0][0].casefold()) else ""


def _unreadable(date: str) -> str:
    """A date that cannot be read stays one: that it cannot is what went wrong, perhaps."""
    return re.sub(r"[0-9]", "9", date) if re.fullmatch(r"[0-9TZ\s:+./-]+", date) else f"({len(date)} characters)"


def _in_the_shape_of(shape: str, signs: str) -> str:
    """The signs, with the blanks, hyphens and capitals of another text."""
    remaining = iter(signs)
    made = [_capital_as(sign, next(remaining, "")) if sign.isalnum() else sign for sign in shape]
    return "".join([*made, *remaining])


def _capital_as(pattern: str, word: str) -> str:
    if pattern.isupper() and (len(pattern) > 1 or len(word) == 1):
        return word.upper()
    return word.capitalize() if pattern[:1].isupper() else word


def _without_accents(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
