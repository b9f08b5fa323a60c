"""What may stand in a text: in an order id (R1), in an answer (R15), on a terminal and in a link.

Carriers and merchants write the texts of an answer, and terminals, browsers and language models read them. What a
person cannot see, or what moves what a person sees, has no place in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

LONGEST_SHOWN = 500
_CUT = "\N{HORIZONTAL ELLIPSIS}"

_BREAKS = re.compile(r"[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
# No category says of these that they are invisible: variation selectors (a text can be hidden in a row of them), the
# grapheme joiner, and letters that are only there to fill a place.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_FIELD = re.compile(r"[A-Za-z_$][A-Za-z0-9_.\[\]-]{0,119}")
_LOST_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def without_format_characters(text: str) -> str:
    """R1: a text without the format characters that come along when it is copied; they have no width."""
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")


def visible(text: str) -> str:
    """A text on one line, without anything that cannot be seen or that moves what is seen.

    Control, format (zero-width, bidirectional, tag) and surrogate characters go, and so do variation selectors and
    fillers; breaks of lines and tabs become a blank.
    """
    if text.isprintable() and (text.isascii() or _UNSEEN.search(text) is None):
        return text
    on_one_line = _UNSEEN.sub("", _BREAKS.sub(" ", text))
    return "".join(c for c in on_one_line if unicodedata.category(c) not in _LOST_CATEGORIES)


def shown(text: str | None) -> str | None:
    """R15: a text from outside as it may stand in an answer: visible, and cut at 500 characters with an ellipsis.

    Args:
        text: What a carrier or a merchant wrote, or ``None``.

    Returns:
        The text, or ``None`` where nothing of it can be seen.
    """
    if text is None or (text.isascii() and text.isprintable() and len(text) <= LONGEST_SHOWN):
        return text or None
    # A text of ten megabytes is cut before it is looked at, with room for what is lost.
    seen = visible(text[: 4 * LONGEST_SHOWN])
    if len(seen) > LONGEST_SHOWN or len(text) > 4 * LONGEST_SHOWN:
        seen = seen[: LONGEST_SHOWN - 1].rstrip() + _CUT
    return seen or None


def shown_url(url: str | None) -> str | None:
    """R10 and R15: a link as it may stand in an answer: one of the web, or none."""
    return url if is_web_url(url) else None


def is_code(text: str) -> bool:
    """Whether a text has the form of a code: one word of plain letters, digits and signs, not of a person."""
    return _CODE.fullmatch(text) is not None


def is_field_name(text: str) -> bool:
    """Whether a text has the form of a field's name in JSON, or of a path to one: ``"ship_to.postal_code"``."""
    return _FIELD.fullmatch(text) is not None


def is_web_url(url: str | None) -> bool:
    """Whether a URL is one that a reader may follow: http or https, with a host."""
    if not url or not url.isprintable() or " " in url or "\\" in url or visible(url) != url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """What to add to a message about a name that there is not: ``"; did you mean 'timeout'?"``, or nothing."""
    import difflib  # only who misspells pays for it (target P4)

    like = difflib.get_close_matches(name, list(known), n=1) if isinstance(name, str) else []
    return f"; did you mean {like[0]!r}?" if like else ""


def printable(text: str) -> str:
    """A text from outside, safe in a terminal: controls, among them those of direction, are written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def bare_name(name: str) -> str:
    """A name of a field or a column without its case and separators: ``"Zip Code"`` and ``"zip_code"`` are one name."""
    return "".join(c for c in name.casefold() if c.isalnum())
