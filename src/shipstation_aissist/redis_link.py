"""A connection to Redis that never costs a call more than 0.1 s, whatever Redis does (extra ``redis``).

What a fleet shares makes its work better, and must never make it fail. So:

- Everything that one question needs (connecting, the handshake, sending, the reply) has 0.1 s together. A socket's
  timeout starts anew at every byte; here the time that is left is set before each operation.
- After a fault nobody asks for five seconds (a breaker), then one call tries again. The log says so once a minute.
- One connection, one question at a time. Who cannot have it because somebody else's question hangs does without.
- A signal handler that asks while its own thread is in the middle of a question does without; a forked child opens a
  connection of its own.
- Of a cluster, the node that holds the key is asked: it is the one that the first node names.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from shipstation_aissist.transport.clock import Clock

if TYPE_CHECKING:
    from redis import ConnectionPool, Redis

T = TypeVar("T")

ANSWER_SECONDS = 0.1
BREAKER_SECONDS = 5.0
WARNING_SECONDS = 60.0
_logger = logging.getLogger("shipstation_aissist")


class RedisAwayError(Exception):
    """Redis did not answer as it should, or is not asked at the moment."""


def check_url(url: object) -> str | None:
    """What is wrong with a URL of Redis, or ``None``; nothing is connected.

    Args:
        url: ``redis://`` or ``rediss://`` with host, and perhaps port, user, password and database.
    """
    if not isinstance(url, str):
        return "must be a str such as redis://localhost:6379/0"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "cannot be read; use redis://host:6379/0"
    if parts.scheme not in ("redis", "rediss"):
        return "must begin with redis:// or rediss://"
    if not parts.hostname or port == 0:
        return "has no host; use redis://host:6379/0"
    if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        return "must end with the number of a database, as in redis://host:6379/0"
    if parts.query or parts.fragment:
        return "must not have a query or fragment"
    return None


def require_redis() -> None:
    """Make sure that the extra is there.

    Raises:
        ImportError: It is not; the message has the command to install it.
    """
    try:
        import redis  # noqa: F401
    except ImportError:
        raise ImportError("This needs the extra redis: pip install 'shipstation-aissist[redis]'") from None


class _Until:
    """When the question at hand must have its answer."""

    def __init__(self, at: float) -> None:
        self.at = at

    def left(self) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("Redis took too long")
        return left


class _BoundedSocket:
    """A socket that keeps to the time that is left, whatever longer time-out it is given."""

    def __init__(self, sock: Any, until: _Until) -> None:
        self._sock = sock
        self._limit = until
        self._given: float = ANSWER_SECONDS

    def recv(self, *size: int) -> Any:
        self._bound()
        return self._sock.recv(*size)

    def recv_into(self, *buffer: Any) -> Any:
        self._bound()
        return self._sock.recv_into(*buffer)

    def sendall(self, data: Any) -> None:
        self._bound()
        self._sock.sendall(data)

    def settimeout(self, seconds: float | None) -> None:
        self._given = ANSWER_SECONDS if seconds is None else seconds

    def _bound(self) -> None:
        self._sock.settimeout(min(self._limit.left(), self._given))  # 0: whether something lies there to be read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class Breaker:
    """What the links of one process to one Redis know together: until when nobody asks, and what was said of it."""

    def __init__(self) -> None:
        self._closed_until = float("-inf")
        self._last_warning = float("-inf")

    def is_closed(self, now: float) -> bool:
        """Whether nobody asks at the moment."""
        return now < self._closed_until

    def close(self, now: float, fault: BaseException, without: str) -> None:
        """Nobody asks for five seconds; the log says so once a minute."""
        self._closed_until = now + BREAKER_SECONDS
        if now - self._last_warning >= WARNING_SECONDS:
            self._last_warning = now
            _logger.warning("Redis does not answer (%s); until it does, %s", type(fault).__name__, without)


class RedisLink:
    """Asks Redis, or says that it is away.

    Args:
        url: Where it is; checked by :func:`check_url`.
        clock: Measures the breaker.
        without: What goes on without it, for the log: "this process keeps a quota of its own".
        breaker: Shared with other links to this Redis; by default its own.
    """

    def __init__(self, url: str, clock: Clock, without: str, breaker: Breaker | None = None) -> None:
        self._reveal_url: Callable[[], str] = lambda: url  # it may hold a password
        self._clock = clock
        self._without = without
        self._breaker = Breaker() if breaker is None else breaker
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._asking: int | None = None  # the thread that has the connection
        self._redis: Redis | None = None
        self._pool: ConnectionPool | None = None
        self._until = _Until(0.0)

    def ask(self, question: Callable[[Redis], T]) -> T:
        """Ask one question.

        Args:
            question: Sends a command or two and returns the answer; run within 0.1 s.

        Raises:
            RedisAwayError: There is no answer.
        """
        if self._process != os.getpid():
            self._start_afresh()
        if self._breaker.is_closed(self._clock.monotonic()) or self._asking == threading.get_ident():
            raise RedisAwayError
        if not self._lock.acquire(timeout=ANSWER_SECONDS / 2):
            raise RedisAwayError
        try:
            self._asking = threading.get_ident()
            if self._breaker.is_closed(self._clock.monotonic()):  # somebody's question just failed
                raise RedisAwayError
            return self._ask(question)
        finally:
            self._asking = None
            self._lock.release()

    def _ask(self, question: Callable[[Redis], T]) -> T:
        from redis import exceptions

        until = time.monotonic() + ANSWER_SECONDS
        fault: BaseException
        other_node: dict[str, Any] = {}
        for is_second in (False, True):
            reused = self._redis is not None
            try:
                return question(self._connected(until, other_node))
            except exceptions.MovedError as moved:
                fault = moved
                other_node = {"host": moved.host, "port": moved.port}
                self._drop()
            except (exceptions.RedisError, OSError, ValueError, TypeError, LookupError) as error:
                fault = error
                self._drop()
                if not reused:  # a kept connection that the server has closed meanwhile is no fault of its own
                    break
            except BaseException:
                self._drop()  # the reply to an interrupted question must not become the next one's
                raise
            if is_second or time.monotonic() >= until:
                break
        self._breaker.close(self._clock.monotonic(), fault, self._without)
        raise RedisAwayError

    def _connected(self, until: float, other_node: dict[str, Any]) -> Redis:
        if self._redis is None:
            self._redis = self._connect(until, other_node)
        self._until.at = until
        return self._redis

    def _connect(self, until: float, other_node: dict[str, Any]) -> Redis:
        from redis import Connection, ConnectionPool, Redis, SSLConnection
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._until = limit = _Until(until)

        class Plain(Connection):
            def _connect(self) -> Any:
                self.socket_connect_timeout = limit.left() / 2  # a name may have two addresses
                return _BoundedSocket(super()._connect(), limit)  # type: ignore[no-untyped-call]

        class Encrypted(SSLConnection):
            def _connect(self) -> Any:
                self.socket_connect_timeout = self.socket_timeout = limit.left() / 2
                return _BoundedSocket(super()._connect(), limit)  # type: ignore[no-untyped-call]

        self._pool = pool = ConnectionPool.from_url(
            self._reveal_url(), protocol=2, socket_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        pool.connection_class = Encrypted if issubclass(pool.connection_class, SSLConnection) else Plain
        pool.connection_kwargs.update({name: value for name, value in other_node.items() if value})
        # One connection for all questions: taking it out of the pool and putting it back would cost as much as a PING.
        return Redis(connection_pool=pool, single_connection_client=True)

    def _drop(self) -> None:
        self._redis = None
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.disconnect()

    def close(self) -> None:
        """Close the connection; may be called again."""
        if self._process == os.getpid() and self._asking != threading.get_ident():
            with self._lock:
                self._drop()

    def __repr__(self) -> str:
        return "RedisLink(***)"
