"""T2, T4: a certificate that is not trusted is not asked again, and the advice says what is wrong with it."""

from __future__ import annotations

import pickle
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from urllib3.util.ssl_match_hostname import CertificateError

from shipstation_aissist import APIConnectionError, ConfigurationError
from shipstation_aissist.errors import APITimeoutError
from shipstation_aissist.testing import FakeClock
from shipstation_aissist.transport.certificates import advice_on_certificate
from shipstation_aissist.wire.retrying import seconds_until_retry
from support.certificates import Authority
from support.fault_proxy import FaultProxy
from support.fault_server import FaultServer
from support.misbehaviour import reply
from support.routes import way
from support.wiring import Connect

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}


@pytest.fixture(scope="module")
def other_authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


WRONG: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "another host": (("api.example.com",), {}, "the certificate is for another one"),
    "an address": (("127.0.0.9",), {}, "the certificate is for another one"),
    "expired": (("localhost",), {"not_before": NOW - 9 * DAY, "not_after": NOW - 2 * DAY}, "date and time"),
    "not yet valid": (("localhost",), {"not_before": NOW + 2 * DAY, "not_after": NOW + 9 * DAY}, "date and time"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_certificate_is_told_and_it_is_not_asked_again(
    what: str,
    connect: Connect,
    clock: FakeClock,
    other_authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    names, options, advice = WRONG[what]
    other_authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with FaultServer(reply(LABEL), tls=server_side(other_authority, *names, **options)) as server:
        with pytest.raises(APIConnectionError, match=advice) as raised:
            connect(server.base_url, max_retries=5).get_label("se-1")
        assert (server.connections, server.requests, clock.sleeps) == (1, [], [])
    assert raised.value.retryable is False
    assert "REQUESTS_CA_BUNDLE" not in str(raised.value)


def test_an_unknown_authority_is_named_as_such_and_not_asked_again(
    connect: Connect, clock: FakeClock, other_authority: trustme.CA
) -> None:
    with FaultServer(reply(LABEL), tls=server_side(other_authority, "localhost")) as server:
        with pytest.raises(APIConnectionError, match="private certificate authority in REQUESTS_CA_BUNDLE"):
            connect(server.base_url, max_retries=5).get_label("se-1")
        assert (server.connections, server.requests, clock.sleeps) == (1, [], [])


def test_the_certificate_of_a_proxy_is_no_exception(
    connect: Connect,
    clock: FakeClock,
    authority: Authority,
    other_authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with (
        FaultServer(reply(LABEL), tls=authority.server_side) as server,
        FaultProxy(tls=server_side(other_authority, "localhost")) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"https://{proxy.address}")
        with pytest.raises(APIConnectionError, match="REQUESTS_CA_BUNDLE"):
            connect(server.base_url, max_retries=5).get_label("se-1")
        assert (proxy.requests, server.requests, clock.sleeps) == ([], [], [])


def test_a_bundle_without_certificates_is_named_and_nothing_is_asked(
    connect: Connect, clock: FakeClock, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate at all\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with FaultServer(reply(LABEL), tls=authority.server_side) as server:
        with pytest.raises((APIConnectionError, ConfigurationError), match="holds no certificates"):
            connect(server.base_url, max_retries=5).get_label("se-1")
        assert (server.requests, clock.sleeps) == ([], [])


@pytest.mark.parametrize("route", ["TLS", "a proxy", "a proxy under TLS"])
def test_the_authorities_are_read_once_for_all_connections(
    route: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, readings = ssl.SSLContext.load_verify_locations, []

    def read(context: ssl.SSLContext, *args: Any, **options: Any) -> None:
        readings.append(context)
        genuine(context, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", read)
    answer = reply(LABEL, headers={"Connection": "close"})
    with way(route, answer, connect=connect, authority=authority, patch=monkeypatch) as there:
        for _ in range(3):
            there.client.get_label("se-1")
        assert there.server.connections == 3
    assert len(readings) == 1


def test_a_folder_of_authorities_is_trusted_too(
    connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # What c_rehash does: a certificate's file is named by its subject's hash, which differs with every authority.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    with FaultServer(reply(LABEL), tls=authority.server_side) as server:
        with pytest.raises(APIConnectionError, match="REQUESTS_CA_BUNDLE"):
            connect(server.base_url).get_label("se-1")
        hashed = subprocess.run(
            ["openssl", "x509", "-hash", "-noout", "-in", str(authority.bundle)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        (tmp_path / f"{hashed}.0").write_bytes(authority.bundle.read_bytes())
        assert connect(server.base_url).get_label("se-1").label_id == "se-1"


def test_a_fault_of_tls_that_is_none_of_a_certificate_is_tried_again(
    connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))

    def refuse(sock: Any, _: Any) -> None:
        if not greeted:
            greeted.append(sock)
            sock.sendall(b"HTTP/1.1 400 this port is closed to you\r\n\r\n")

    greeted: list[Any] = []
    with FaultServer(reply(LABEL), tls=authority.server_side, handshake=refuse) as server:
        assert connect(server.base_url, max_retries=1).get_label("se-1").label_id == "se-1"
        assert server.connections == 2


def test_advice_is_given_for_certificates_only() -> None:
    assert advice_on_certificate(ConnectionResetError(104, "reset")) is None
    assert advice_on_certificate(ssl.SSLError(1, "wrong version number")) is None
    assert advice_on_certificate(None) is None
    assert "host" in (advice_on_certificate(CertificateError("hostname 'a' doesn't match 'b'")) or "")


def test_an_error_that_says_so_is_not_retried() -> None:
    final = APIConnectionError("x")
    final.retryable = False
    assert pickle.loads(pickle.dumps(final)).retryable is False
    assert seconds_until_retry(1, final, 9.0, max_retries=2, jitter=1.0) is None
    assert seconds_until_retry(1, APIConnectionError("x"), 9.0, max_retries=2, jitter=1.0) is not None
    assert seconds_until_retry(1, APITimeoutError("x"), 9.0, max_retries=2, jitter=1.0) is not None
