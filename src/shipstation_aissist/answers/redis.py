"""Answers that all processes of a fleet share, in Redis (extra ``redis``).

What lies there is sealed: encrypted and signed with a key that is made of the account's API key (Fernet). Whoever reads
the store learns neither an order nor a person, whoever writes into it makes no answer. What cannot be unsealed counts
as nothing. All keys are in one slot of a cluster.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, cast

import attrs

from shipstation_aissist.answers import form
from shipstation_aissist.answers.contract import Sign, label_ids_of
from shipstation_aissist.answers.flights import Flights
from shipstation_aissist.answers.freshness import SETTLED_SECONDS
from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.redis_link import RedisAwayError, RedisLink, check_url, require_redis
from shipstation_aissist.transport.clock import Clock, SystemClock

if TYPE_CHECKING:
    from redis import Redis

_PREFIX = "{shipstation-aissist:answers}"
_LONGEST_LOOK_UP = 200.0  # seconds; a call may take 180
_WITHOUT = "answers of other processes are not given again"


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
        """
        if not self._links:
            self._links.append(RedisLink(self._url, SystemClock(), _WITHOUT))
        names, notified = _names_key(label_id), _notified_key(label_id)

        def forget(redis: Redis) -> None:
            kept = cast("set[bytes]", redis.smembers(names))
            redis.set(notified, 1, px=round(_LONGEST_LOOK_UP * 1000))
            redis.delete(names, *kept)

        try:
            self._links[0].ask(forget)
        except RedisAwayError:
            return  # the answers are forgotten when they are no longer fresh

    def __reduce__(self) -> tuple[object, ...]:
        return RedisAnswers, (self._url,)


class RedisShelf:
    """The answers of one account."""

    def __init__(self, link: RedisLink, sign: Sign, clock: Clock) -> None:
        from cryptography.fernet import Fernet

        self._link = link
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
        """Keep an answer, unless one of its labels was notified of since."""
        sealed = self._seal.encrypt(name.encode() + b"\n" + form.write(answer))
        lifetime = max(1, round(seconds * 1000))
        took = round((self._clock.monotonic() - begun) * 1000) + 100  # what is a moment to two clocks
        label_ids = label_ids_of(answer)

        def keep(redis: Redis) -> None:
            for label_id in label_ids:
                left = redis.pttl(_notified_key(label_id))
                if left > 0 and _LONGEST_LOOK_UP * 1000 - left <= took:
                    return
            redis.set(_answer_key(name), sealed, px=lifetime)
            for label_id in label_ids:
                redis.sadd(_names_key(label_id), _answer_key(name))
                redis.pexpire(_names_key(label_id), round(SETTLED_SECONDS * 1000) + 1000)  # no answer lives longer

        try:
            self._link.ask(keep)
        except RedisAwayError:
            return


def _answer_key(name: str) -> str:
    return f"{_PREFIX}:answer:{name}"


def _names_key(label_id: str) -> str:
    return f"{_PREFIX}:label:{_digest(label_id)}"


def _notified_key(label_id: str) -> str:
    return f"{_PREFIX}:notified:{_digest(label_id)}"


def _digest(label_id: str) -> str:
    return blake2b(label_id.encode(errors="replace"), digest_size=16).hexdigest()
