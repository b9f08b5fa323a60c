"""Integrations in a file: where they ask, with whose key, and what is wrong with one."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shipstation_aissist import AsyncIntegration, ConfigurationError, Integration
from shipstation_aissist.testing import FakeShipStation

KEY = "SECRET-key+of/a=merchant"
ONE = """
name = "My shop"
timeout = 20
base_url = "https://proxy.example/v2"
api_key_env = "MY_SHOP_KEY"

[[actions]]
name = "trackOrder"
"""
SEVERAL = """
[[integrations]]
name = "Toys"
api_key_env = "TOYS_KEY"

[[integrations]]
name = "Books"
api_key_env = "BOOKS_KEY"
timeout = 30
"""
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str) -> Path:
        (tmp_path / "shop.toml").write_text(content)
        return tmp_path / "shop.toml"

    return write


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIPSTATION_API_KEY", raising=False)
    for name in ("MY_SHOP_KEY", "TOYS_KEY", "BOOKS_KEY"):
        monkeypatch.setenv(name, f"key of {name}")


def test_a_file_of_one_integration_names_its_account(write: Write) -> None:
    with Integration.load(write(ONE)) as integration:
        assert (integration.name, integration.client.timeout) == ("My shop", 20)
        assert integration.client.base_url == "https://proxy.example/v2"
        assert Integration.load(str(write(ONE)), "My shop").name == "My shop"


def test_the_key_of_the_named_variable_is_sent(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeShipStation()
    with fake.serve() as server:
        file = write(ONE.replace("https://proxy.example/v2", server.base_url))
        with Integration.load(file) as integration:
            assert integration.test().reason == "bad_api_key"
        monkeypatch.setenv("MY_SHOP_KEY", fake.api_key)
        with Integration.load(file) as integration:
            assert integration.test().ok


def test_of_several_integrations_one_is_named_or_all_are_loaded(write: Write) -> None:
    file = write(SEVERAL)
    assert Integration.load(file, "Books").client.timeout == 30
    assert [integration.name for integration in Integration.load_all(file)] == ["Toys", "Books"]
    with pytest.raises(ConfigurationError, match="name one of 'Toys', 'Books'"):
        Integration.load(file)
    with pytest.raises(ConfigurationError, match="there are 'Toys', 'Books'; did you mean 'Books'"):
        Integration.load(file, "Boks")


def test_a_given_client_or_key_stands_before_what_the_file_names(write: Write) -> None:
    client = FakeShipStation().client()
    assert Integration.load(write(ONE), client=client).client is client
    data = {"name": "x", "api_key_env": "NOT_SET_ANYWHERE"}
    assert Integration.from_dict(data, api_key=KEY).name == "x"
    with pytest.raises(ConfigurationError, match="No API key: set NOT_SET_ANYWHERE"):
        Integration.from_dict(data)


@pytest.mark.parametrize("kind", [Integration, AsyncIntegration])
def test_address_and_variable_survive_the_way_there_and_back(kind: Any, write: Write) -> None:
    printed = kind.load(write(ONE)).to_dict()
    assert (printed["base_url"], printed["api_key_env"]) == ("https://proxy.example/v2", "MY_SHOP_KEY")
    assert kind.from_dict(printed).to_dict() == printed
    assert "base_url" not in kind.load_all(write(SEVERAL))[0].to_dict()


def test_a_pickle_finds_the_key_of_its_own_variable_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeShipStation()
    with fake.serve() as server:
        pickled = pickle.dumps(Integration.load(write(ONE.replace("https://proxy.example/v2", server.base_url))))
        assert b"key of MY_SHOP_KEY" not in pickled
        monkeypatch.setenv("SHIPSTATION_API_KEY", "another account's")
        monkeypatch.setenv("MY_SHOP_KEY", fake.api_key)
        assert pickle.loads(pickled).test().ok
        monkeypatch.delenv("MY_SHOP_KEY")
        with pytest.raises(ConfigurationError, match="MY_SHOP_KEY"):
            pickle.loads(pickled).test()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name = ", "not TOML"),
        ("timeuot = 5\nname = 'x'", "did you mean 'timeout'"),
        ("name = 'x'\napi_key_evn = 'A'", "did you mean 'api_key_env'"),
        ("name = 'x'\n[[actions]]\norder_id_patern = 'x'", "did you mean 'order_id_pattern'"),
        ("name = 'x'\n[[actions]]\n[actions.next_steps]\nlots = []", "did you mean 'lost'"),
        ("name = 'x'\n[[actions]]\n[actions.patience]\nlate_day = 1", "did you mean 'late_days'"),
        ("name = 'x'\nbase_url = 'http://shop.example'", "base_url: .*https"),
        ("name = 'x'\nbase_url = 5", "base_url"),
        ("name = 'x'\napi_key_env = 5", "api_key_env must be the name"),
        ("name = 'x'\n[[integrations]]\nname = 'y'", "beside"),
        ("integrations = []", "list of tables"),
        ("integrations = ['x']", "list of tables"),
        ("[[integrations]]\nname = 'x'\n[[integrations]]\nname = 'x'", "two have the name 'x'"),
    ],
)
def test_a_file_that_is_unusable_says_where(content: str, said: str, write: Write) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Integration.load(write(content))


def test_a_file_that_is_not_there_or_not_text_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be read"):
        Integration.load(tmp_path / "none.toml")
    (tmp_path / "shop.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="not in UTF-8"):
        Integration.load(tmp_path / "shop.toml")


def told(error: BaseException) -> str:
    """What a tracer of local variables shows, but for the frames of the tests, whose own the key is."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames.stack = traceback.StackSummary.from_list(
        [frame for frame in frames.stack if "/tests/" not in frame.filename]
    )
    return "".join(frames.format())


@pytest.mark.parametrize("name", ["api_key", "apiKey", "API-KEY", "api_key_env"])
@pytest.mark.parametrize("kind", [Integration, AsyncIntegration])
@pytest.mark.parametrize("load", ["load", "load_all"])
@pytest.mark.parametrize("table", ["", "[[integrations]]\n"])
def test_a_key_in_a_file_is_refused_and_shown_by_nothing(
    name: str, kind: Any, load: str, table: str, write: Write
) -> None:
    file = write(f"{table}name = 'x'\n{name} = '{KEY}'")
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        getattr(kind, load)(file)
    assert KEY not in told(caught.value)
    assert caught.value.__context__ is None


def test_a_key_in_a_file_that_is_no_toml_is_not_shown(write: Write) -> None:
    file = write(f"name = 'x'\napi_key = {KEY}")
    with pytest.raises(ConfigurationError, match=r"not TOML \(at line 2") as caught:
        Integration.load(file)
    assert KEY not in told(caught.value)
    assert caught.value.__context__ is None
