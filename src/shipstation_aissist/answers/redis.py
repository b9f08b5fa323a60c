"""Answers that all processes of a fleet share, in Redis (extra ``redis``).

What lies there is sealed: encrypted and signed with a key that is made of the account's API key (Fernet). Whoever reads
the store learns neither an order nor a person, whoever writes into it makes no answer. What cannot be unsealed counts
as nothing. All keys are in one slot of a cluster.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import attrs

from shipstation_aissist.answers import form
from shipstation_aissist.answers.contract import Sign, checked_label_id, label_ids_of, marks_of
from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.answers.freshness import SETTLED_SECONDS
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.redis_link import RedisAwayError, RedisLink, check_url, require_redis
from shipstation_aissist.transport.clock import Clock, SystemClock

_PREFIX = "{shipstation-aissist:answers}"
_LONGEST_LOOK_UP = 200.0  # seconds; a call may take 180
_WITHOUT = "answers of other processes are not given again"
# One script each, so that no notification comes between a look and what follows from it, and so that an order of many
# parcels takes no more time than one of a single parcel. Of each subject, a label or an order, come the key that says
# that it was notified of and the key with the names of its answers.
_KEEP = """
for at = 2, #KEYS, 2 do
    local left = redis.call('PTTL', KEYS[at])
    if left > 0 and ARGV[4] - left <= tonumber(ARGV[3]) then return redis.call('DEL', KEYS[1]) end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for at = 3, #KEYS, 2 do
    redis.call('SADD', KEYS[at], KEYS[1])
    redis.call('PEXPIRE', KEYS[at], ARGV[5])
end
return 1
"""
_FORGET = """
for at = 1, #KEYS, 2 do
    redis.call('SET', KEYS[at], 1, 'PX', ARGV[1])
    for _, answer in ipairs(redis.call('SMEMBERS', KEYS[at + 1])) do redis.call('DEL', answer) end
    redis.call('DEL', KEYS[at + 1])
end
return 1
"""


def _check_url(_answers: object, _field: object, value: Any) -> None:
    fault = check_url(value)
    if fault:
        raise ConfigurationError(f"The URL of Redis {fault}")


@attrs.frozen
class RedisAnswers:
    """Answers kept in Redis, for all processes that ask the same one.

    Redis away, slow, flushed or full of something else counts as empty, within 0.1 s.

    Args:
        url: Where Redis is: ``redis://`` or ``rediss://``.

    Raises:
        ConfigurationError: The URL cannot be used; nothing was connected.
        ImportError: The extra ``redis`` is not installed.
    """

    is_elsewhere = True

    _url: str = attrs.field(repr=False, validator=_check_url, alias="url")  # it may hold a password
    flights: Flights = attrs.field(init=False, repr=False, eq=False, factory=Flights)
    _links: list[RedisLink] = attrs.field(init=False, repr=False, eq=False, factory=list)
    _opened: dict[bytes, RedisShelf] = attrs.field(init=False, repr=False, eq=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        require_redis()

    def open(self, sign: Sign, clock: Clock) -> RedisShelf:
        """The answers of one account; connects when the first is asked for."""
        account = sign("which account")
        shelf = self._opened.get(account)
        if shelf is None:
            shelf = self._opened.setdefault(account, RedisShelf(RedisLink(self._url, clock, _WITHOUT), sign, clock))
        return shelf

    def forget(self, label_id: str) -> None:
        """Forget the answers that hold a label, of every account.

        Args:
            label_id: The label's id, of a notification for example.

        Raises:
            TypeError: It is no text.
        """
        subject = _label(checked_label_id(label_id))
        if not self._links:
            self._links.append(RedisLink(self._url, SystemClock(), _WITHOUT))
        _forget(self._links[0], (subject,))

    def __reduce__(self) -> tuple[object, ...]:
        return RedisAnswers, (self._url,)


class RedisShelf:
    """The answers of one account."""

    def __init__(self, link: RedisLink, sign: Sign, clock: Clock) -> None:
        from cryptography.fernet import Fernet

        self._link = link
        self._sign = sign
        self._clock = clock
        self._seal = Fernet(urlsafe_b64encode(sign("the seal of kept answers")))

    def get(self, name: str) -> TrackOrderResponse | None:
        """The answer kept under a name, if there is one."""
        from cryptography.fernet import InvalidToken

        try:
            sealed = self._link.ask(lambda redis: redis.get(_answer_key(name)))
            whose, _, answer = self._seal.decrypt(sealed).partition(b"\n") if isinstance(sealed, bytes) else (b"",) * 3
        except (RedisAwayError, InvalidToken):
            return None
        # An answer that somebody moved to another name in the store would be that of another order.
        return form.read(answer) if whose == name.encode() else None

    def begin(self) -> float:
        """The moment, in the clock's seconds."""
        return self._clock.monotonic()

    def put(self, name: str, answer: TrackOrderResponse, seconds: float, begun: float) -> None:
        """Keep an answer, unless its order or one of its labels was notified of since."""
        sealed = self._seal.encrypt(name.encode() + b"\n" + form.write(answer))
        keys = [_answer_key(name), *_keys_of(self._subjects_of(answer))]
        took = self._clock.monotonic() - begun + 0.1  # what is a moment to two clocks
        longest = SETTLED_SECONDS + 1.0  # no answer is kept longer
        times = [max(1, round(span * 1000)) for span in (seconds, took, _LONGEST_LOOK_UP, longest)]
        try:
            self._link.ask(lambda redis: redis.eval(_KEEP, len(keys), *keys, sealed, *times))
        except RedisAwayError:
            return

    def forget_order(self, answer: TrackOrderResponse) -> None:
        """Forget all answers about an order."""
        _forget(self._link, self._subjects_of(answer))

    def _subjects_of(self, answer: TrackOrderResponse) -> list[str]:
        marks = marks_of(answer, self._sign)
        return [*map(_label, label_ids_of(answer)), *(f"order:{mark}" for mark in marks)]


def _forget(link: RedisLink, subjects: Iterable[str]) -> None:
    keys = _keys_of(subjects)
    try:
        link.ask(lambda redis: redis.eval(_FORGET, len(keys), *keys, round(_LONGEST_LOOK_UP * 1000)))
    except RedisAwayError:
        return  # the answers are forgotten when they are no longer fresh


def _answer_key(name: str) -> str:
    return f"{_PREFIX}:answer:{name}"


def _label(label_id: str) -> str:
    """A label as a subject of answers. It is the same for every account: ``forget`` knows none."""
    return f"label:{blake2b(label_id.encode(errors='replace'), digest_size=16).hexdigest()}"


def _keys_of(subjects: Iterable[str]) -> list[str]:
    return [key for subject in subjects for key in (f"{_PREFIX}:notified:{subject}", f"{_PREFIX}:{subject}")]
