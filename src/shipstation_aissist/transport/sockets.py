"""The wire: what can happen on a connection, in which order, and what is promised of it.

A connection has one life, and goes through it in one direction::

    none --connect--> open --send--> asked --first byte--> answering --end of reply--> idle --send--> asked ...
      any state ------ a fault, a limit, an exception, a byte too many ------> closed, and never used again

*none to open* (:mod:`.connections`): addresses are tried one after the other, each with its share of the time; then
come the proxy's tunnel, TLS, TLS within TLS: 5 seconds for all of it (T2). Before a certificate was verified nothing of
a request is sent, and the proxy of a tunnel may say nothing beyond the headers of its assent.

*open to asked*: a request is one write. There is one request at a time: nothing is ever sent before the reply to what
was sent before has been read to its last byte.

*asked to answering* (:mod:`.http1`): interim replies are passed over, the first other one is the reply. If the
connection turns out to be closed before a single byte came, and it had been idle before, the server closed it just as
the request went out. That is nobody's fault: the request goes out once more, over a connection made anew, within the
same limits, and does not count as an attempt (T2). Everything else that goes wrong is the attempt's outcome.

*answering to idle*: a reply is over where its length, its last chunk or its status says; where two of these could be
meant, it is broken. A reply that ends with its connection, one that was refused for its size, one that is broken, and
one behind which anything has arrived already, ends the connection.

*idle to asked*: an idle connection owes us nothing. So before it is used again it must be silent at every layer: no
byte in our buffer, none deciphered and kept by TLS, outside or within the tunnel, none with the operating system. And
it must not have been idle for more than a minute. Else it is closed, and another one made. What a server sends only
*after* the next request has gone out cannot be told from that request's reply, by nobody.

What follows from it, and is promised:

- T1: before each read and write the time that is left is set, since a socket's own timeout begins anew at every byte.
- T6: no reply is ever taken for another's. An exception that comes from anywhere at any moment, a signal's handler too,
  closes the connection at hand or finds it idle; idle ones are kept in a deque, which has no lock that could stay
  locked, or for which a handler could wait. After a fork the child finds nothing where its parent's connections were.
- T7: a body is read up to 10 MiB.

urllib3 makes connections, and requests calls its pools through ``HTTPAdapter.send``, which is what the package
``responses`` replaces. While a cassette of vcrpy is in use, pools take its connections, and everything between ``send``
and these is urllib3's own.
"""

from __future__ import annotations

import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.exceptions import ClosedPoolError
from urllib3.util.ssl_ import create_urllib3_context

from shipstation_aissist.transport.connections import BoundedConnection, BoundedTLSConnection, ClosedMeanwhileError
from shipstation_aissist.transport.limits import Limits, limits_at_hand

MOST_CONNECTIONS = 16
_DEFAULT_PORTS = {"http": 80, "https": 443}


class _Pool(HTTPConnectionPool):
    """The idle connections to one host."""

    own_class: Any = BoundedConnection
    urllib3_pool: Any = HTTPConnectionPool

    def __init__(self, host: str, port: int | None = None, *args: Any, **options: Any) -> None:
        super().__init__(host, port, *args, **options)
        name = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        at_port = "" if self.port in (None, _DEFAULT_PORTS[str(self.scheme)]) else f":{self.port}"
        self._host_header = f"Host: {name}{at_port}"
        self._idle: deque[BoundedConnection] = deque()
        weakref.finalize(self, _close_all, self._idle)

    @property
    def ConnectionCls(self) -> Any:  # type: ignore[override]  # noqa: N802 - urllib3's name
        """The class of new connections: ours, or while a cassette is in use the one that vcrpy gives to urllib3."""
        theirs = self.urllib3_pool.ConnectionCls
        return self.own_class if issubclass(self.own_class, theirs) else theirs

    def urlopen(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> Any:  # type: ignore[override]
        """Send a request without a body and read its whole reply."""
        if self.ConnectionCls is not self.own_class:
            return super().urlopen(method, url, body, headers, **options)
        limits = limits_at_hand()
        message = self._message(method, url, headers)
        connection = None
        try:
            connection = self._idle_connection(limits)
            if connection is not None:
                try:
                    return connection.exchange(message, limits, is_kept=True)
                except ClosedMeanwhileError:
                    connection.close()
            connection = cast("BoundedConnection", self._new_conn())
            self._open(connection)
            return connection.exchange(message, limits, is_kept=False)
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        finally:
            if connection is not None and connection.sock is not None:
                self._keep(connection)

    def _message(self, method: str, url: str, headers: Mapping[str, str]) -> bytes:
        said = (f"{name}: {headers[name]}" for name in headers)
        lines = [f"{method} {url} HTTP/1.1", self._host_header, *said, "", ""]
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
            raise ValueError("a request has a line break where none may be")
        return text.encode("latin-1")

    def _idle_connection(self, limits: Limits) -> BoundedConnection | None:
        if self.pool is None:
            raise ClosedPoolError(self, "the client was closed")
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if connection.may_be_used_again(limits):
                return connection
            connection.close()
        return None

    def _open(self, connection: BoundedConnection) -> None:
        connection.connect()

    def _keep(self, connection: BoundedConnection) -> None:
        if self.pool is None or len(self._idle) >= MOST_CONNECTIONS:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections, and keep no more."""
        super().close()
        _close_all(self._idle)


class _TLSPool(_Pool, HTTPSConnectionPool):  # type: ignore[override]
    own_class = BoundedTLSConnection
    urllib3_pool = HTTPSConnectionPool

    def _open(self, connection: BoundedConnection) -> None:
        if self.proxy is None:
            connection.connect()
        else:
            self._prepare_proxy(connection)  # type: ignore[arg-type]  # connects through its tunnel


def _close_all(connections: deque[BoundedConnection]) -> None:
    while connections:
        connections.pop().close()


_POOLS: dict[str, type] = {"http": _Pool, "https": _TLSPool}


class LeanResponse(Response):
    """Status, headers and the reply itself: the cookies, the encoding and the history of a reply are not asked for."""

    def __init__(self, request: PreparedRequest, raw: Any) -> None:
        self.request = request
        self.status_code = raw.status
        self.headers = raw.headers
        self.raw = raw


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, over connections that keep to a deadline.

    It serves one client, whose host, proxies and certificate authorities never change: what requests works out anew at
    every call is worked out once (target P1). ``send`` itself stays the one of requests, which is what the package
    ``responses`` replaces.
    """

    def __init__(self) -> None:
        self._pools: dict[str, Any] = {}
        self._tls: ssl.SSLContext | None = None
        super().__init__(pool_connections=4, pool_maxsize=MOST_CONNECTIONS)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """With pools of this module."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        """With pools of this module."""
        manager: PoolManager = super().proxy_manager_for(proxy, proxy_ssl_context=self._tls, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """The pool of the host, which is always the same."""
        origin, _ = _split(request)
        pool = self._pools.get(origin)
        if pool is None or pool.pool is None:  # not made yet, or closed
            if self._tls is None and origin.startswith("https:"):
                self._tls = _trusting(verify)
            made = super().get_connection_with_tls_context(request, verify, proxies, cert)
            pool = self._pools.setdefault(origin, made)  # of what threads make at once one stays
            if pool.pool is None:
                pool = self._pools[origin] = made
        return pool

    def build_connection_pool_key_attributes(self, request: PreparedRequest, verify: Any, cert: Any = None) -> Any:
        """With one context of TLS for all connections: each would read all authorities anew, for 20 ms and more."""
        host, options = super().build_connection_pool_key_attributes(request, verify, cert)
        if self._tls is not None:
            options = {"cert_reqs": "CERT_REQUIRED", "ssl_context": self._tls}
        return host, options

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Done where the pool is made."""

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:  # noqa: ARG002 - as requests calls it
        """Path and query. No proxy forwards requests: plain http goes to this machine only, and through none (T4)."""
        return _split(request)[1]

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """What is asked of a reply, and no more."""
        return LeanResponse(req, resp)

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()
        super().close()


def _trusting(verify: bool | str) -> ssl.SSLContext:
    """TLS that verifies certificates by these authorities, a file or a folder of them, or by those of certifi (T4)."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    authorities = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    if Path(authorities).is_dir():
        context.load_verify_locations(capath=authorities)
    else:
        context.load_verify_locations(cafile=authorities)
    return context


def _split(request: PreparedRequest) -> tuple[str, str]:
    """Scheme and host, and the rest of the URL."""
    url = cast("str", request.url)
    end = url.index("/", len("https://"))
    return url[:end], url[end:]
