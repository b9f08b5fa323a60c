"""The quota of a fleet: a sliding log in Redis, by Redis' own clock, in one script (extra ``redis``).

The clocks of the hosts count for nothing: a library that scores by the host's clock lets a host that is two minutes
ahead take a second quota. The log is one sorted set. Its key has a hash tag and is named by a digest of the API key,
so that it stays in one slot of a cluster and tells nobody the key. It works on Redis 6 and newer, Redis Cluster and
Valkey.

Redis may be away, slow, flushed or full of something else. Then the process keeps a local quota of the same limit,
which knows the permits that this process took before.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import attrs

from shipstation_aissist.errors import ConfigurationError
from shipstation_aissist.quota.contract import (
    LONGEST_PAUSE_SECONDS,
    SLACK_SECONDS,
    check_limit,
    check_reserve,
    check_window,
)
from shipstation_aissist.quota.local import LocalPermits, default_reserve
from shipstation_aissist.redis_link import Breaker, RedisAwayError, RedisLink, check_url, require_redis
from shipstation_aissist.transport.clock import Clock

if TYPE_CHECKING:
    from redis import Redis

# One script, so that counting and taking are one step. Times are microseconds of Redis' clock. The member "pause" is
# scored by the end of a pause; every other member is a permit, scored by when it was taken.
_SCRIPT = """
local key, window, limit = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local longest = tonumber(ARGV[5])
local kind = redis.call('TYPE', key).ok
if kind ~= 'zset' and kind ~= 'none' then redis.call('DEL', key) end
local function keep(until_us)
    redis.call('PEXPIRE', key, math.ceil(math.max(window, until_us - now) / 1000) + 1000)
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - window))
redis.call('ZREMRANGEBYSCORE', key, string.format('(%.0f', now + longest), '+inf')
local pause = tonumber(redis.call('ZSCORE', key, 'pause') or '0')
if ARGV[1] == 'report' then
    local wanted = now + tonumber(ARGV[4])
    if wanted > pause then
        redis.call('ZADD', key, string.format('%.0f', wanted), 'pause')
        keep(wanted)
    end
    return 0
end
if pause > now then return pause - now end
if pause > 0 then redis.call('ZREM', key, 'pause') end
if ARGV[1] == 'give_back' then return redis.call('ZREM', key, ARGV[4]) end
local taken = redis.call('ZCARD', key)
if taken < limit then
    redis.call('ZADD', key, string.format('%.0f', now), ARGV[4])
    keep(now)
    return 0
end
local frees = redis.call('ZRANGE', key, taken - limit, taken - limit, 'WITHSCORES')
return math.max(1, math.ceil(tonumber(frees[2]) + window - now))
"""


def _script_digest() -> str:
    from hashlib import sha1

    return sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()  # what EVALSHA calls a script


class RedisPermits:
    """The log of one account in Redis, and ``local``, the one of this process, for as long as Redis is away."""

    is_elsewhere = True

    def __init__(self, quota: RedisQuota, account: str, clock: Clock, local: LocalPermits) -> None:
        self._link = RedisLink(quota._url, clock, "this process keeps a quota of its own", quota._breaker)
        self._local = local
        self._key = f"shipstation-aissist:{{{account}}}:quota"
        self._limit = quota.limit
        self._reserve = quota.reserve
        self._window = _microseconds(quota.window + SLACK_SECONDS)
        self._newest: str | None = None
        self._digest = _script_digest()

    def take(self, bulk: bool) -> float:
        """Take a permit: 0.0, or the seconds after which to ask again."""
        permit = secrets.token_hex(8)
        try:
            wait = self._run("take", self._limit - (self._reserve if bulk else 0), permit)
        except RedisAwayError:
            self._newest = None
            return self._local.take(bulk)
        if wait > 0:
            return wait / 1e6
        self._newest = permit
        self._local.note()
        return 0.0

    def give_back(self) -> None:
        """The newest permit was not used."""
        self._local.give_back()
        permit, self._newest = self._newest, None
        if permit is None:
            return
        try:
            self._run("give_back", self._limit, permit)
        except RedisAwayError:
            return  # it leaves the log with its window

    def report(self, seconds: float) -> None:
        """Nobody who shares the quota gets a permit for so long."""
        self._local.report(seconds)
        pause = min(max(seconds, 0.0), LONGEST_PAUSE_SECONDS)
        try:
            self._run("report", self._limit, _microseconds(pause))
        except RedisAwayError:
            return  # this process pauses all the same

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _run(self, what: str, limit: int, detail: str | int) -> int:
        longest = _microseconds(LONGEST_PAUSE_SECONDS)
        arguments = (1, self._key, what, str(self._window), str(limit), str(detail), str(longest))

        def run(redis: Redis) -> int:
            from redis.exceptions import NoScriptError

            answer: object
            connection: Any = redis.connection  # by itself: what stands around it takes longer than the script
            try:
                connection.send_packed_command(connection.pack_command("EVALSHA", self._digest, *arguments), False)
                answer = connection.read_response()
            except NoScriptError:  # Redis is new, or was flushed
                answer = redis.eval(_SCRIPT, *arguments)
            if type(answer) is not int or answer < 0:
                raise ValueError("no number of microseconds")
            return answer

        return self._link.ask(run)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)


def _check_url(_quota: object, _field: object, value: Any) -> None:
    fault = check_url(value)
    if fault:
        raise ConfigurationError(f"The URL of Redis {fault}")


@attrs.frozen
class RedisQuota:
    """The account's quota for all processes that ask the same Redis.

    Args:
        url: Where Redis is: ``redis://`` or ``rediss://``.
        limit: Requests per window; default: 200, ShipStation's own.
        window: Seconds; default: 60.
        reserve: Requests of each window that bulk jobs leave to everybody else; default: 20, or a tenth of a limit
            below 200.

    Raises:
        ConfigurationError: The URL cannot be used, or a number is out of range; nothing was connected.
        ImportError: The extra ``redis`` is not installed.

    Source: API notes 2.1.
    """

    _url: str = attrs.field(repr=False, validator=_check_url, alias="url")  # it may hold a password
    limit: int = attrs.field(default=200, validator=check_limit)
    window: float = attrs.field(default=60.0, validator=check_window)
    reserve: int = attrs.field(
        default=attrs.Factory(lambda self: default_reserve(self.limit), takes_self=True), validator=check_reserve
    )

    # While Redis is away the process has one quota, whichever of its clients asks.
    _local: dict[str, LocalPermits] = attrs.field(init=False, repr=False, eq=False, factory=dict)
    _breaker: Breaker = attrs.field(init=False, repr=False, eq=False, factory=Breaker)

    def __attrs_post_init__(self) -> None:
        require_redis()

    def open(self, account: str, clock: Clock) -> RedisPermits:
        """The permits of an account; connects when the first is taken."""
        local = LocalPermits(self.limit, self.window, self.reserve, clock)
        return RedisPermits(self, account, clock, self._local.setdefault(account, local))

    def __reduce__(self) -> tuple[object, ...]:
        return RedisQuota, (self._url, self.limit, self.window, self.reserve)
