"""An integration: its actions, what runs when, what a tool call gives, where its key never goes (T5)."""

from __future__ import annotations

import json
import pickle
import threading
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from shipstation_aissist import (
    ClientClosedError,
    ConfigurationError,
    Patience,
    ShipStationClient,
    TraceStep,
    TrackOrderAction,
)
from shipstation_aissist.actions.integration import Integration
from shipstation_aissist.actions.smart_action import Execution, Moment, SmartAction, Trigger
from shipstation_aissist.orders.attention_codes import ATTENTION_CODES
from shipstation_aissist.testing import FakeShipStation, sandbox

KEY = "the-key-that-nobody-may-see"


@pytest.fixture
def shop() -> FakeShipStation:
    return sandbox()


def integration_of(fake: FakeShipStation, *actions: SmartAction, **options: Any) -> Integration:
    return Integration("My shop", actions=actions or None, client=fake.client(**options))


# --- what it holds ---------------------------------------------------------------------------------------------------


def test_a_new_integration_holds_one_action_called_track_order() -> None:
    with Integration("My shop", KEY) as integration:
        assert [action.tool_name for action in integration.actions] == ["trackOrder"]
        assert integration.actions == (SmartAction(),)
        assert integration.client.timeout == 10
        assert integration.client.name == integration.name == "My shop"


def test_actions_are_added_and_removed_by_tool_name(shop: FakeShipStation) -> None:
    integration = integration_of(shop)
    returns = SmartAction("Returns desk")
    integration.add_action(returns)
    assert [action.tool_name for action in integration.actions] == ["trackOrder", "Returns_desk"]
    integration.remove_action("trackOrder")
    assert integration.actions == (returns,)
    assert integration.call_tool("trackOrder", {"order_id": "12345"})["shipstation"]["error"]["code"] == "unknown_tool"
    assert integration.call_tool("Returns_desk", {"order_id": "12345"})["shipstation"]["state"] == "delivered"


def test_two_actions_with_the_same_tool_name_are_a_configuration_error(shop: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="tool_name 'a_b'"):
        integration_of(shop, SmartAction("a b"), SmartAction("a?b"))
    integration = integration_of(shop)
    with pytest.raises(ConfigurationError, match="tool_name 'trackOrder'"):
        integration.add_action(SmartAction(description="another one"))
    assert len(integration.actions) == 1


def test_removing_an_action_that_is_not_there_is_a_configuration_error(shop: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="no action 'other'; there are: trackOrder"):
        integration_of(shop).remove_action("other")


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("name", {"name": ""}),
        ("name", {"name": None}),
        ("name", {"name": "two\nlines"}),
        ("API key", {"api_key": 5}),
        ("API key", {"api_key": " "}),
        ("timeout", {"timeout": 9}),
        ("timeout", {"timeout": "10"}),
        ("timeout", {"timeout": True}),
        ("actions", {"actions": 5}),
        ("actions", {"actions": "trackOrder"}),
        ("actions", {"actions": [{"name": "x"}]}),
        ("client", {"client": "client", "api_key": None}),
    ],
)
def test_an_unusable_argument_is_a_configuration_error_that_names_it(field: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=field):
        Integration(**{"name": "My shop", "api_key": KEY, **arguments})


def test_a_key_and_a_client_exclude_each_other(shop: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="api_key and client"):
        Integration("My shop", KEY, client=shop.client())


def test_without_a_key_or_client_the_environment_gives_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIPSTATION_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="SHIPSTATION_API_KEY"):
        Integration("My shop")
    monkeypatch.setenv("SHIPSTATION_API_KEY", KEY)
    Integration("My shop").close()


def test_closing_closes_a_client_of_its_own_and_no_other(shop: FakeShipStation) -> None:
    with Integration("My shop", KEY) as own:
        pass
    own.close()
    with pytest.raises(ClientClosedError):
        own.call_tool("trackOrder", {"order_id": "12345"})
    with pytest.raises(ClientClosedError):
        own.test()
    client = shop.client()
    with Integration("My shop", client=client):
        pass
    assert TrackOrderAction(client).run("12345").order_id == "12345"


def test_the_test_button_tells_good_keys_from_bad_ones(shop: FakeShipStation) -> None:
    assert integration_of(shop).test().ok
    assert integration_of(shop, api_key="wrong").test().reason == "bad_api_key"


# --- what runs when --------------------------------------------------------------------------------------------------


def test_what_runs_at_a_moment_is_what_the_truth_table_says_and_gives_what_call_tool_gives(
    shop: FakeShipStation,
) -> None:
    integration = integration_of(
        shop,
        SmartAction("start", execution=Execution.SESSION_START, response_instructions="Greet."),
        SmartAction("in", trigger=Trigger.INBOUND),
        SmartAction("out", trigger=Trigger.OUTBOUND, response_format="documented"),
        SmartAction("always", execution=Execution.BOTH, trigger=Trigger.BOTH),
    )
    arguments = {"order_id": "12345", "postal_code": "29646"}
    for moment, names in {
        Moment.SESSION_START: ["start", "always"],
        Moment.INBOUND: ["in", "always"],
        "outbound": ["out", "always"],
    }.items():
        results = integration.handle(moment, arguments)
        assert list(results) == names
        # What runs at the start is no tool, so it is compared with a tool that says the same.
        same = {"start": {**integration.call_tool("always", arguments), "response_instructions": "Greet."}}
        assert results == {name: same.get(name) or integration.call_tool(name, arguments) for name in names}


@pytest.mark.parametrize("arguments", [{}, None, {"order_id": None}, {"order_id": ""}, {"postal_code": "29646"}])
def test_without_an_order_id_nothing_runs(shop: FakeShipStation, arguments: Any) -> None:
    assert integration_of(shop).handle("inbound", arguments) == {}
    assert shop.calls == []


def test_at_a_moment_for_which_no_action_is_meant_nothing_runs(shop: FakeShipStation) -> None:
    assert integration_of(shop).handle("session_start", {"order_id": "12345"}) == {}
    assert shop.calls == []


def test_a_postal_code_that_is_not_known_yet_counts_as_left_out(shop: FakeShipStation) -> None:
    known = {"order_id": "12345", "postal_code": None}
    assert integration_of(shop).handle("inbound", known)["trackOrder"]["shipstation"]["state"] == "delivered"
    careful = integration_of(shop, SmartAction(recipient_check="postal_code"))
    result = careful.handle("inbound", known)["trackOrder"]
    assert result["shipstation"]["error"]["code"] == "invalid_arguments"


def test_a_moment_looks_at_what_a_tool_takes_and_at_nothing_else_that_a_session_knows(shop: FakeShipStation) -> None:
    session = {"order_id": "12345", "name": "Robin", "channel": 7, "cart": [], "postal_code": "29646"}
    integration = integration_of(shop)
    result = integration.handle("inbound", session)["trackOrder"]
    assert result == integration.call_tool("trackOrder", {"order_id": "12345", "postal_code": "29646"})
    assert integration.call_tool("trackOrder", session)["shipstation"]["error"]["code"] == "invalid_arguments"


@pytest.mark.parametrize("name", ["postcode", "zip", "Zip Code", "Postal_Code", "e-mail", "email_address"])
def test_a_recipient_check_under_another_name_is_an_error_and_never_no_check(shop: FakeShipStation, name: str) -> None:
    integration = integration_of(shop)
    result = integration.handle("inbound", {"order_id": "12345", name: "29646"})["trackOrder"]
    assert result["shipstation"]["error"]["code"] == "invalid_arguments"
    beside = {"order_id": "12345", name: "29646", "postal_code": "29646", "email": None}
    if "mail" not in name:
        assert "tracking" in integration.handle("inbound", beside)["trackOrder"]["shipstation"]


def test_a_required_check_that_a_session_knows_under_another_name_is_missing(shop: FakeShipStation) -> None:
    integration = integration_of(shop, SmartAction(recipient_check="postal_code"))
    results = integration.handle("inbound", {"order_id": "12345", "postcode": "29646"})
    assert results["trackOrder"]["shipstation"]["error"]["code"] == "invalid_arguments"


def test_an_argument_of_a_wrong_type_is_an_error_result_of_every_action(shop: FakeShipStation) -> None:
    results = integration_of(shop).handle("inbound", {"order_id": 12345})
    assert results["trackOrder"]["shipstation"]["error"]["code"] == "invalid_arguments"


def test_an_unknown_moment_is_a_configuration_error(shop: FakeShipStation) -> None:
    with pytest.raises(ConfigurationError, match="moment"):
        integration_of(shop).handle("whenever", {"order_id": "12345"})


def test_several_actions_run_at_once_so_that_one_timeout_bounds_them_all(shop: FakeShipStation) -> None:
    both_have_asked = threading.Barrier(2, timeout=10)
    threads: set[int] = set()

    def meet(step: TraceStep) -> None:
        if step.kind == "request" and threading.get_ident() not in threads:
            threads.add(threading.get_ident())
            both_have_asked.wait()

    integration = integration_of(shop, SmartAction("one"), SmartAction("two"), on_event=meet)
    results = integration.handle("inbound", {"order_id": "12348"})
    assert not both_have_asked.broken
    assert {name: result["shipstation"]["state"] for name, result in results.items()} == {
        "one": "not_shipped",
        "two": "not_shipped",
    }


# --- tool calls ------------------------------------------------------------------------------------------------------


def test_a_tool_call_gives_the_order_in_the_actions_format_with_its_instructions_beside_it(
    shop: FakeShipStation,
) -> None:
    full = SmartAction("full", response_instructions="Be brief.")
    integration = integration_of(shop, full, SmartAction("short", response_format="documented"))
    response = TrackOrderAction(shop.client()).run("12346")
    assert integration.call_tool("full", {"order_id": "12346"}) == {
        **response.to_dict("full", max_events=10),
        "response_instructions": "Be brief.",
    }
    assert integration.call_tool("short", {"order_id": "12346"}) == response.to_dict()


def test_a_tool_call_gives_so_many_of_the_newest_events_as_the_action_says(shop: FakeShipStation) -> None:
    integration = integration_of(shop, SmartAction("two", max_events=2), SmartAction("none", max_events=0))
    tracking = integration.call_tool("two", {"order_id": "12346"})["shipstation"]["tracking"]
    assert [len(tracking["events"]), tracking["events_omitted"]] == [2, 3]
    assert integration.call_tool("none", {"order_id": "12346"})["shipstation"]["tracking"]["events"] == []


def test_the_actions_patience_and_next_steps_decide_what_needs_attention_and_what_to_do() -> None:
    fake = FakeShipStation()
    fake.add_order("77")
    fake.buy_label("77")
    fake.scan("77")
    fake.clock.advance(12 * 86_400)
    integration = integration_of(
        fake,
        SmartAction("usual"),
        SmartAction("patient", patience=Patience(stalled_days=60, presumed_lost_days=60, late_days=60)),
        SmartAction("own", next_steps={"presumed_lost": ["Open a case."]}),
    )
    usual, patient, own = (
        integration.call_tool(name, {"order_id": "77"})["shipstation"]["attention"]
        for name in ("usual", "patient", "own")
    )
    assert usual[0]["code"] == own[0]["code"] == "presumed_lost"
    assert usual[0]["next_steps"] == list(ATTENTION_CODES["presumed_lost"].next_steps)
    assert own[0]["next_steps"] == ["Open a case."]
    assert patient == []


def test_an_action_for_the_sessions_start_is_no_tool_and_cannot_be_called_as_one(shop: FakeShipStation) -> None:
    start = SmartAction("start", execution="session_start")
    always = SmartAction("always", execution="both")
    during = SmartAction("during", trigger="outbound")
    integration = integration_of(shop, start, always, during)
    assert integration.tools == (always, during)
    names = [schema["function"]["name"] for schema in integration.tool_schemas("openai")]
    assert names == ["always", "during"]
    assert [schema["name"] for schema in integration.tool_schemas("openai_responses", strict=True)] == names
    failed = integration.call_tool("start", {"order_id": "12345"})["shipstation"]["error"]
    assert (failed["code"], "start" in failed["message"].partition("The tools are")[2]) == ("unknown_tool", False)
    assert set(integration.handle("session_start", {"order_id": "12345"})) == {"start", "always"}


def test_the_actions_pattern_key_and_store_decide_what_is_looked_up() -> None:
    fake = FakeShipStation()
    fake.add_order("12345", store_id="se-1", external_shipment_id="ext-1")
    fake.add_order("12345", store_id="se-2", postal_code="10001")
    integration = integration_of(
        fake,
        SmartAction("pattern", order_id_pattern=r"SHOPIFY-(\d+)", store_id="se-1"),
        SmartAction("external", order_key="external_id"),
        SmartAction("any"),
    )
    assert integration.call_tool("pattern", {"order_id": "SHOPIFY-12345"})["shipstation"]["state"] == "not_shipped"
    assert integration.call_tool("external", {"order_id": "ext-1"})["shipstation"]["state"] == "not_shipped"
    assert integration.call_tool("any", {"order_id": "12345"})["shipstation"]["error"]["code"] == "ambiguous_order"
    found = integration.call_tool("any", {"order_id": "12345", "postal_code": "10001"})
    assert found["shipstation"]["state"] == "not_shipped"


def nothing(_: FakeShipStation) -> None:
    pass


REACHED: dict[str, tuple[Callable[[FakeShipStation], object], str, Any, dict[str, Any]]] = {
    "invalid_arguments": (nothing, "trackOrder", {}, {}),
    "unknown_tool": (nothing, "cancelOrder", {"order_id": "12345"}, {}),
    "invalid_order_id": (nothing, "trackOrder", {"order_id": "1" * 51}, {}),
    "order_not_found": (nothing, "trackOrder", {"order_id": "99999"}, {}),
    "ambiguous_order": (
        lambda fake: fake.add_order("12345", postal_code="10001"),
        "trackOrder",
        {"order_id": "12345"},
        {},
    ),
    "authentication_failed": (nothing, "trackOrder", {"order_id": "12345"}, {"api_key": "wrong"}),
    "plan_upgrade_required": (lambda fake: fake.fail_next("plan"), "trackOrder", {"order_id": "12345"}, {}),
    "permission_denied": (lambda fake: fake.fail_next(403), "trackOrder", {"order_id": "12345"}, {}),
    "rate_limited": (lambda fake: fake.fail_next(429, retry_after=60), "trackOrder", {"order_id": "12345"}, {}),
    "timeout": (lambda fake: fake.fail_next("timeout", 9), "trackOrder", {"order_id": "12345"}, {}),
    "unavailable": (lambda fake: fake.fail_next(503, 9), "trackOrder", {"order_id": "12345"}, {}),
    "malformed_response": (lambda fake: fake.fail_next("malformed"), "trackOrder", {"order_id": "12345"}, {}),
    "unexpected": (lambda fake: fake.fail_next(418), "trackOrder", {"order_id": "12345"}, {}),
}


@pytest.mark.parametrize("code", REACHED)
def test_every_code_is_reached_by_a_call_and_never_raised(shop: FakeShipStation, code: str) -> None:
    prepare, tool_name, arguments, options = REACHED[code]
    prepare(shop)
    result = integration_of(shop, **options).call_tool(tool_name, arguments)
    assert result["shipstation"]["error"]["code"] == code
    assert result["shipstation"]["order_id"] == arguments.get("order_id")
    assert len(result["shipstation"]["error"]["message"]) > 20
    assert set(result) == {"shipstation"}
    assert set(result["shipstation"]) == {"order_id", "error"}
    assert json.loads(json.dumps(result)) == result


def test_a_broken_connection_is_unavailable_too(shop: FakeShipStation) -> None:
    shop.fail_next("reset", 9)
    result = integration_of(shop).call_tool("trackOrder", {"order_id": "12345"})
    assert result["shipstation"]["error"]["code"] == "unavailable"


@pytest.mark.parametrize("arguments", [None, [], "12345", "{", 5, {"order_id": 5}, {5: 5}, {"order_id": "1", "x": 1}])
def test_any_arguments_that_do_not_follow_the_schema_are_a_result(shop: FakeShipStation, arguments: Any) -> None:
    integration = integration_of(shop)
    assert integration.call_tool("trackOrder", arguments)["shipstation"]["error"]["code"] == "invalid_arguments"
    assert integration.call_tool("other", arguments)["shipstation"]["error"]["code"] == "unknown_tool"
    assert shop.calls == []


def test_instructions_ride_along_with_an_error_too(shop: FakeShipStation) -> None:
    integration = integration_of(shop, SmartAction(response_instructions="Answer in French."))
    for arguments in ({}, {"order_id": "99999"}):
        assert integration.call_tool("trackOrder", arguments)["response_instructions"] == "Answer in French."


def test_an_invalid_id_tells_the_model_what_to_ask_the_customer_for(shop: FakeShipStation) -> None:
    described = "the order number printed in the confirmation e-mail, format SHOPIFY-123456789"
    action = SmartAction(order_id_description=described, order_id_pattern=r"SHOPIFY-\d+")
    result = integration_of(shop, action).call_tool("trackOrder", {"order_id": "123456789"})
    assert result["shipstation"]["error"]["code"] == "invalid_order_id"
    assert described in result["shipstation"]["error"]["message"]
    assert "Ask the customer for it" in result["shipstation"]["error"]["message"]
    assert shop.calls == []


def test_a_wrong_postal_code_gives_what_an_unknown_order_gives(shop: FakeShipStation) -> None:
    integration = integration_of(shop)
    wrong = integration.call_tool("trackOrder", {"order_id": "12345", "postal_code": "10001"})["shipstation"]
    unknown = integration.call_tool("trackOrder", {"order_id": "99999", "postal_code": "10001"})["shipstation"]
    assert wrong["error"] == unknown["error"]


@pytest.mark.parametrize("tool_name", [None, 5, [], {}, "", "TRACKORDER", "x" * 1000])
def test_any_tool_name_that_is_not_there_is_unknown_and_those_there_are_are_named(
    shop: FakeShipStation, tool_name: Any
) -> None:
    error = integration_of(shop).call_tool(tool_name, {"order_id": "12345"})["shipstation"]["error"]
    assert error["code"] == "unknown_tool"
    assert "The tools are: trackOrder." in error["message"]
    assert len(error["message"]) < 200


def test_an_integration_without_actions_has_no_tools(shop: FakeShipStation) -> None:
    integration = Integration("My shop", actions=[], client=shop.client())
    assert "There are no tools" in integration.call_tool("trackOrder", "{}")["shipstation"]["error"]["message"]
    assert integration.handle("inbound", {"order_id": "12345"}) == {}


def test_the_debugger_looks_up_as_the_action_would(shop: FakeShipStation) -> None:
    integration = integration_of(shop, SmartAction(order_id_pattern=r"SHOPIFY-(\d+)"))
    assert integration.debug("trackOrder", "SHOPIFY-12345").response is not None
    assert "matching SHOPIFY" in str(integration.debug("trackOrder", "12345").error)
    assert "no @" in str(integration.debug("trackOrder", "SHOPIFY-12345", email="jo").error)
    with pytest.raises(ConfigurationError, match="no action 'other'"):
        integration.debug("other", "12345")


# --- as data, and the key (T5) ---------------------------------------------------------------------------------------

DATA = {
    "name": "My shop",
    "timeout": 30,
    "actions": [
        SmartAction().to_dict(),
        SmartAction("Returns desk", execution=Execution.BOTH, recipient_check="postal_code", store_id="se-1").to_dict(),
    ],
}


def test_a_configuration_survives_the_way_there_and_back(shop: FakeShipStation) -> None:
    assert Integration.from_dict(DATA, api_key=KEY).to_dict() == DATA
    assert Integration.from_dict(DATA, client=shop.client()).to_dict() == DATA
    assert json.loads(json.dumps(DATA)) == DATA


def test_the_least_configuration_is_a_name(shop: FakeShipStation) -> None:
    integration = Integration.from_dict({"name": "My shop"}, client=shop.client(timeout=20))
    assert integration.to_dict() == {"name": "My shop", "timeout": 20, "actions": [SmartAction().to_dict()]}


def test_the_configured_timeout_is_the_clients() -> None:
    with Integration.from_dict(DATA, api_key=KEY) as integration:
        assert integration.client.timeout == 30


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (None, "table of fields"),
        ([], "table of fields"),
        ({}, "name is missing"),
        ({"name": "x", "timeuot": 10}, "'timeuot' is no field"),
        ({"name": "x", "actions": {"name": "y"}}, "actions must be a list of tables"),
        ({"name": "x", "actions": "y"}, "actions must be a list of tables"),
        ({"name": "x", "actions": ["y"]}, r"actions\[0\]: .*table"),
        ({"name": "x", "actions": [{"name": "y"}, {"trigger": "z"}]}, r"actions\[1\]: trigger must be one of"),
        ({"name": "x", "timeout": 5}, "timeout"),
        ({"name": 5}, "name"),
    ],
)
def test_an_unusable_configuration_is_an_error_that_names_the_field(data: Any, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        Integration.from_dict(data, api_key=KEY)


def test_a_key_in_the_configuration_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match="api_key must not stand in the configuration") as caught:
        Integration.from_dict({"name": "My shop", "api_key": KEY})
    assert KEY not in _shown_by_the_library(caught.value)


def test_the_frames_of_the_library_are_looked_at() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Integration("My shop", KEY, 5)
    assert "timeout=5" in _shown_by_the_library(caught.value)


def test_the_key_shows_in_no_repr_dict_or_pickle() -> None:
    with Integration("My shop", KEY) as integration:
        assert KEY not in repr(integration) + str(integration) + repr(vars(integration))
        assert KEY not in json.dumps(integration.to_dict())
        assert KEY.encode() not in pickle.dumps(integration)
        assert repr(integration) == "Integration('My shop', timeout=10, actions=('trackOrder',))"


@pytest.mark.parametrize("arguments", [{"timeout": 5}, {"name": ""}, {"actions": 5}, {"client": 5}])
def test_the_key_shows_in_no_traceback_of_a_refused_argument(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Integration(**{"name": "My shop", "api_key": KEY, **arguments})
    assert KEY not in _shown_by_the_library(caught.value)


@pytest.mark.parametrize("data", [{"name": "x", "timeout": 5}, {"name": "x", "actions": [{"trigger": "y"}]}])
def test_the_key_shows_in_no_traceback_of_a_refused_configuration(data: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Integration.from_dict(data, api_key=KEY)
    assert KEY not in _shown_by_the_library(caught.value)


def test_where_a_pickle_is_loaded_the_environment_gives_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIPSTATION_API_KEY", raising=False)
    with Integration("My shop", KEY, 20, actions=[SmartAction("a"), SmartAction("b")]) as integration:
        pickled = pickle.dumps(integration)
    keyless: Integration = pickle.loads(pickled)
    assert keyless.actions == integration.actions
    assert keyless.to_dict() == integration.to_dict()


def test_a_loaded_pickle_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIPSTATION_API_KEY", raising=False)
    integration = Integration("My shop", KEY)
    keyless: Integration = pickle.loads(pickle.dumps(integration))
    integration.close()
    with pytest.raises(ConfigurationError, match="SHIPSTATION_API_KEY"):
        keyless.call_tool("trackOrder", {"order_id": "12345"})


def _shown_by_the_library(error: BaseException) -> str:
    """What a printer of tracebacks with locals shows of the library's own frames, and of the error and its chain."""
    package = ShipStationClient.__module__.partition(".")[0]
    shown = repr(error)
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__", "")).startswith(package):
            shown += "".join(f"{name}={value!r}\n" for name, value in frame.f_locals.items())
    for chained in (error.__cause__, error.__context__):
        shown += "" if chained is None else _shown_by_the_library(chained)
    return shown
