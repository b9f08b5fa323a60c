"""An order number as people type it and stores write it: cleaned once, compared on both sides alike (R1, R3)."""

from __future__ import annotations

import re
import unicodedata

# Characters that people use as a dash though Unicode does not file them under "dash punctuation".
_FURTHER_DASHES = frozenset("\u02d7\u2043\u2212\u2796\u207b\u208b")
_PAIRS = {
    '"': '"', "'": "'", "`": "`", "\u2018": "\u2019", "\u201a": "\u2018\u2019", "\u201c": "\u201d",
    "\u201d": "\u201d", "\u201e": "\u201c\u201d", "\u2019": "\u2019", "\u00ab": "\u00bb", "\u00bb": "\u00ab",
    "\u2039": "\u203a", "\u203a": "\u2039", "(": ")", "[": "]", "{": "}", "<": ">", "\u300c": "\u300d",
    "\u300e": "\u300f", "\u3010": "\u3011", "\u3008": "\u3009", "\u300a": "\u300b", "\u3014": "\u3015",
}  # fmt: skip
_LEADING_WORDS = re.compile(
    r"(?:order(?:\s+(?:number|no|nr))?|number|no|nr)(?=[\s.:#])[\s.:]*(?:#\s*:\s*)?", re.IGNORECASE
)
_LONGEST_NUMBER = 2_000  # what a server sends may be longer, and no number of an order
_TRAILING = ".,;:!?"


def cleaned(text: str) -> str:
    """A text without invisible format characters, in NFKC, with ``-`` for every dash, trimmed (R1)."""
    if text.isascii():
        return text.strip()
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return with_plain_dashes(unicodedata.normalize("NFKC", visible)).strip()


def with_plain_dashes(text: str) -> str:
    """A text with ``-`` for every Unicode dash: a phone's keyboard makes others of two hyphens."""
    if text.isascii():
        return text
    return "".join("-" if unicodedata.category(c) == "Pd" or c in _FURTHER_DASHES else c for c in text)


def bare_number(text: str) -> str:
    """A text cleaned, and without what a person says around a number (R1).

    Matching quotes and brackets, trailing ``.,;:!?`` and a leading ``order``, ``order no``, ``order number``,
    ``no.``, ``nr.`` or ``№`` go, as long as a digit is left: ``Order no. "1001"!`` is ``1001``. A ``#`` before the
    number stays: whoever typed it may mean the order that has it.
    """
    if len(text) > _LONGEST_NUMBER:
        return cleaned(text)
    spoken = cleaned(text.replace("\u2116", "no. "))  # NFKC makes "No" of the sign, with which a number may begin
    number = spoken
    shorter = _without_surroundings(number)
    while shorter != number and any(c.isdigit() for c in shorter):
        number, shorter = shorter, _without_surroundings(shorter)
    return cleaned(text) if number == spoken else number


def _without_surroundings(text: str) -> str:
    if len(text) > 1 and text[-1] in _PAIRS.get(text[0], ""):
        return text[1:-1].strip()
    if text.endswith(tuple(_TRAILING)):
        return text.rstrip(_TRAILING).strip()
    return _LEADING_WORDS.sub("", text, count=1) if _LEADING_WORDS.match(text) else text


def without_sign(number: str) -> str:
    """A shipment number without blanks around it and without one leading ``#``."""
    return number.strip().removeprefix("#").strip()


def comparable_number(number: str) -> str:
    """An order number as R3 compares it: cleaned as in R1, case-insensitive, one leading ``#`` ignored."""
    return without_sign(bare_number(number)).casefold()
