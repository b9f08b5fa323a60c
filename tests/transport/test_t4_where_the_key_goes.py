"""T4: the key goes to the configured host only, over verified TLS, through the proxy that the environment names."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipstation_aissist import APIConnectionError, APIStatusError, ConfigurationError, TrackOrderAction
from support.certificates import Authority
from support.fault_proxy import FaultProxy
from support.fault_server import FaultServer
from support.misbehaviour import drip_all, error, message, reply
from support.wiring import KEY, LABELS, SHIPMENTS, TRACKING, Connect

LABEL = {"label_id": "se-1", "shipment_id": "se-2", "status": "completed"}


# --- redirects and links ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_and_its_target_sees_no_request(status: int, connect: Connect) -> None:
    with FaultServer(reply(LABEL)) as target:
        headers = {"Location": f"{target.base_url}/labels/se-1", "Refresh": f"0; url={target.base_url}"}
        with FaultServer(reply(b"", status=status, headers=headers)) as server:
            for call in (lambda client: client.get_label("se-1"), lambda client: TrackOrderAction(client).run("1")):
                with pytest.raises(APIStatusError, match="Redirects are not followed") as raised:
                    call(connect(server.base_url))
                assert raised.value.status_code == status
        assert (len(server.requests), target.connections) == (2, 0)


def test_a_redirect_to_the_same_host_is_not_followed_either(connect: Connect) -> None:
    with FaultServer(reply(b"", status=302, headers={"Location": "/v2/labels/se-2"})) as server:
        with pytest.raises(APIStatusError):
            connect(server.base_url).get_label("se-1")
        assert server.targets == ["/v2/labels/se-1"]


def test_the_next_page_is_asked_for_by_number_whatever_link_the_server_gives(connect: Connect) -> None:
    with FaultServer(reply(LABELS)) as stranger:
        links = {name: {"href": f"{stranger.base_url}/labels?page=2"} for name in ("first", "last", "next", "prev")}
        pages = [reply({"labels": [{**LABEL, "label_id": f"se-{n}"}], "pages": 2, "links": links}) for n in (1, 2)]
        with FaultServer(*pages) as server:
            assert len(list(connect(server.base_url).list_labels())) == 2
        assert [target.partition("?")[2] for target in server.targets] == ["page=1", "page=2"]
        assert stranger.connections == 0


def test_every_request_carries_the_key_and_says_who_asks(connect: Connect) -> None:
    script = {"/track": reply(TRACKING), "labels": reply(LABELS), "shipments": reply(SHIPMENTS)}
    with FaultServer(script) as server:
        TrackOrderAction(connect(server.base_url)).run("A-100")
    assert {each.method for each in server.requests} == {"GET"}
    assert {each.headers["api-key"] for each in server.requests} == {KEY}
    assert {each.headers["accept"] for each in server.requests} == {"application/json"}
    assert all(each.headers["user-agent"].startswith("shipstation-aissist/") for each in server.requests)
    assert all("cookie" not in each.headers and "authorization" not in each.headers for each in server.requests)


def test_a_netrc_file_adds_nothing(connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with FaultServer(reply(LABEL)) as server:
        connect(server.base_url).get_label("se-1")
    assert "authorization" not in server.requests[0].headers


def test_cookies_are_not_kept(connect: Connect) -> None:
    with FaultServer(reply(LABEL, headers={"Set-Cookie": "session=1"})) as server:
        client = connect(server.base_url)
        client.get_label("se-1")
        client.get_label("se-1")
    assert "cookie" not in server.requests[1].headers


# --- TLS -------------------------------------------------------------------------------------------------------------


def test_a_certificate_of_an_unknown_authority_is_refused(connect: Connect, authority: Authority) -> None:
    with FaultServer(reply(LABEL), tls=authority.server_side) as server:
        with pytest.raises(APIConnectionError, match="REQUESTS_CA_BUNDLE"):
            connect(server.base_url).get_label("se-1")
        assert server.requests == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_private_authority_is_named_in_the_environment(
    variable: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(authority.bundle))
    with FaultServer(reply(LABEL), tls=authority.server_side) as server:
        client = connect(server.base_url)
        monkeypatch.delenv(variable)  # it was read once, at construction
        assert client.get_label("se-1").label_id == "se-1"
        assert client.get_label("se-1").label_id == "se-1"
        assert server.connections == 1


@pytest.mark.parametrize("value", ["", " ", "0", "false", "False"])
def test_no_value_of_the_environment_turns_verification_off(
    value: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", value)
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with FaultServer(reply(LABEL), tls=authority.server_side) as server:
        with pytest.raises((APIConnectionError, ConfigurationError)):
            connect(server.base_url).get_label("se-1")
        assert server.requests == []


def test_a_certificate_for_another_name_is_refused(
    connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with FaultServer(reply(LABEL), tls=authority.server_side, host="127.0.0.2") as server:
        with pytest.raises(APIConnectionError, match="certificate"):
            connect(f"https://127.0.0.2:{server.port}/v2").get_label("se-1")
        assert server.requests == []


def test_a_bundle_that_is_not_there_is_a_configuration_error(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
        connect("https://localhost/v2")


# --- proxies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_plain_http_to_this_machine_goes_through_no_proxy(
    scheme: str, variable: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(reply(LABEL)) as server, FaultProxy() as proxy:
        monkeypatch.setenv(variable, f"{scheme}://{proxy.address}")
        assert connect(server.base_url).get_label("se-1").label_id == "se-1"
        assert proxy.requests == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_https_target_is_reached_through_a_tunnel_that_does_not_see_the_key(
    scheme: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    tls = authority.server_side if scheme == "https" else None
    with (
        FaultServer(reply(LABEL), tls=authority.server_side) as server,
        FaultProxy(user="user:secret", tls=tls) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://user:secret@{proxy.address}")
        client = connect(server.base_url)
        monkeypatch.delenv("HTTPS_PROXY")  # it was read once, at construction
        assert client.get_label("se-1").label_id == "se-1"
        assert client.get_label("se-1").label_id == "se-1"
        assert proxy.requests == [f"CONNECT localhost:{server.port}"]
        assert "proxy-authorization" not in server.requests[0].headers
        assert not any(KEY in str(each) for each in proxy.heads)


@pytest.mark.parametrize("how", ["close", "no length", "drip"])
def test_a_reply_that_ends_its_connection_is_read_whole_through_tls_in_tls(
    how: str, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    body = b'{"label_id": "se-1", "shipment_id": "se-2"}' + b" " * 100
    answer = {
        "close": reply(body, headers={"Connection": "close"}),
        "no length": lambda conversation: (conversation.send(message(body, length=None)), conversation.end()),
        "drip": drip_all(message(body), 0.0),
    }[how]
    with (
        FaultServer(answer, tls=authority.server_side) as server,
        FaultProxy(tls=authority.server_side) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"https://{proxy.address}")
        client = connect(server.base_url)
        assert client.get_label("se-1").label_id == "se-1"
        assert client.get_label("se-1").label_id == "se-1"


def test_no_proxy_names_hosts_that_are_asked_directly(
    connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with FaultServer(reply(LABEL), tls=authority.server_side) as server, FaultProxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", "localhost")
        connect(server.base_url).get_label("se-1")
        assert proxy.requests == []


@pytest.mark.parametrize(
    "answer",
    [error(407), error(502), reply(b"", status=302), reply(b"<html>", status=200)],
    ids=["407", "502", "302", "HTML"],
)
def test_a_tunnel_that_is_refused_or_broken_is_a_connection_error(
    answer: object, connect: Connect, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with FaultServer(reply(LABEL), tls=authority.server_side) as server, FaultProxy(answer=answer) as proxy:  # type: ignore[arg-type]
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:proxy-secret@{proxy.address}")
        with pytest.raises(APIConnectionError) as raised:
            connect(server.base_url).get_label("se-1")
        assert "proxy-secret" not in str(raised.value)
        assert server.requests == []


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://user:proxy-secret@127.0.0.1:1080",
        "http://user:proxy-secret@[::1",
        "http://user:proxy-secret@127.0.0.1:port",
        "http://user:proxy-secret@",
        "ftp://user:proxy-secret@127.0.0.1",
    ],
)
def test_an_unusable_proxy_is_a_configuration_error_that_does_not_show_its_password(
    proxy: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError) as raised:
        connect("https://localhost/v2")
    assert "proxy-secret" not in str(raised.value)
    assert raised.value.__cause__ is raised.value.__context__ is None
