"""From a host's name to an open stream: resolved in a thread, then its addresses one after the other, in haste.

``socket.getaddrinfo`` is called just as urllib3 calls it, so that patched resolvers work here too (T6). A thread that
waits for an answer cannot be ended, but who asked waits no longer than its time allows (T1).
"""

from __future__ import annotations

import os
import socket

import anyio
import urllib3.util.connection
from anyio.abc import SocketStream

from shipstation_aissist.aio.loops import in_a_thread

NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305: an address that says nothing so long does not keep the next one waiting


async def open_stream(host: str, port: int, resolving: anyio.CapacityLimiter) -> SocketStream:
    """A connection to the first of the host's addresses that answers.

    Args:
        host: A name or an address.
        port: Its port.
        resolving: How many names are resolved at once.

    Raises:
        OSError: None answered; of several faults the first is told, in the system's words.
    """
    async with resolving:
        addresses = await in_a_thread(lambda: _addresses_of(host, port))
    streams: list[SocketStream] = []
    faults: list[BaseException] = []

    async def connect(address: tuple[str, int], has_failed: anyio.Event) -> None:
        try:
            stream = await anyio.connect_tcp(*address)
        except OSError as fault:
            faults.append(fault)
            has_failed.set()
            return
        streams.append(stream)
        tasks.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as tasks:
            for address in addresses:
                has_failed = anyio.Event()
                tasks.start_soon(connect, address, has_failed)
                with anyio.move_on_after(NEXT_ADDRESS_SECONDS):
                    await has_failed.wait()
    except BaseException:
        await _close(streams)
        raise
    await _close(streams[1:])
    if streams:
        return streams[0]
    raise _first_of(faults)


async def _close(streams: list[SocketStream]) -> None:
    with anyio.CancelScope(shield=True):
        for stream in streams:
            await anyio.aclose_forcefully(stream)


def _addresses_of(host: str, port: int) -> list[tuple[str, int]]:
    family = urllib3.util.connection.allowed_gai_family()
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    return [(str(address[0]), int(address[1])) for *_, address in found]


def _first_of(faults: list[BaseException]) -> BaseException:
    if not faults:
        return OSError("getaddrinfo returns an empty list")
    fault = faults[0].__cause__ or faults[0]
    if isinstance(fault, ConnectionError) and fault.errno is not None:
        return OSError(fault.errno, os.strerror(fault.errno))
    return fault
