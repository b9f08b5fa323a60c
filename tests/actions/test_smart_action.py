"""Smart actions as data: what they default to, when they run, what they refuse."""

from __future__ import annotations

import json
import pickle
import re
from itertools import product
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipstation_aissist import ConfigurationError, Patience
from shipstation_aissist.actions.smart_action import Execution, Moment, SmartAction, Trigger


def test_a_new_action_has_the_documented_defaults() -> None:
    action = SmartAction("trackOrder", "Where is it?")
    assert action.method == "trackOrder"
    assert action.execution is Execution.DURING_INTERACTION
    assert action.trigger is Trigger.INBOUND
    assert action.order_id_description == "Order id (e.g., Shopify/WooCommerce/AdobeCommerce order id)"
    assert action.order_id_pattern is None
    assert action.order_key == "auto"
    assert action.store_id is None
    assert action.recipient_check == "optional"
    assert action.response_instructions is None
    assert action.response_format == "full"
    assert action.patience == Patience()
    assert action.next_steps == {}
    assert action.max_events == 10
    assert action.tool_name == "trackOrder"


def test_the_enums_have_the_documented_members_and_strings() -> None:
    assert {each.name: each.value for each in Execution} == {
        "SESSION_START": "session_start",
        "DURING_INTERACTION": "during_interaction",
        "BOTH": "both",
    }
    assert {each.name: each.value for each in Trigger} == {"INBOUND": "inbound", "OUTBOUND": "outbound", "BOTH": "both"}
    assert {each.name: each.value for each in Moment} == {
        "SESSION_START": "session_start",
        "INBOUND": "inbound",
        "OUTBOUND": "outbound",
    }


# Written out by hand, so that it is not the code that says what the code should say.
RUNS = {
    ("session_start", "inbound"): {"session_start"},
    ("session_start", "outbound"): {"session_start"},
    ("session_start", "both"): {"session_start"},
    ("during_interaction", "inbound"): {"inbound"},
    ("during_interaction", "outbound"): {"outbound"},
    ("during_interaction", "both"): {"inbound", "outbound"},
    ("both", "inbound"): {"session_start", "inbound"},
    ("both", "outbound"): {"session_start", "outbound"},
    ("both", "both"): {"session_start", "inbound", "outbound"},
}


@pytest.mark.parametrize(("execution", "trigger"), list(product(Execution, Trigger)))
def test_a_trigger_narrows_only_what_runs_during_the_interaction(execution: Execution, trigger: Trigger) -> None:
    action = SmartAction(execution=execution, trigger=trigger)
    assert {moment.value for moment in Moment if action.runs_on(moment)} == RUNS[execution.value, trigger.value]


@pytest.mark.parametrize(("execution", "trigger", "moment"), list(product(Execution, Trigger, Moment)))
def test_strings_mean_the_same_as_the_enums(execution: Execution, trigger: Trigger, moment: Moment) -> None:
    by_enum = SmartAction(execution=execution, trigger=trigger)
    by_string = SmartAction(execution=execution.value, trigger=trigger.value)
    assert by_string == by_enum
    assert by_string.execution is execution
    assert by_string.trigger is trigger
    assert by_string.runs_on(moment.value) is by_enum.runs_on(moment)


BAD_FIELDS: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", "  "),
    ("name", None),
    ("name", 5),
    ("name", "two\nlines"),
    ("description", ""),
    ("description", None),
    ("description", "bell\x07"),
    ("method", "cancelOrder"),
    ("method", None),
    ("method", []),
    ("execution", "whenever"),
    ("execution", "SESSION_START"),
    ("execution", None),
    ("execution", 1),
    ("execution", []),
    ("trigger", "sideways"),
    ("trigger", "session_start"),
    ("trigger", None),
    ("order_id_description", ""),
    ("order_id_description", None),
    ("order_id_pattern", "("),
    ("order_id_pattern", r"(\d+)-(\d+)"),
    ("order_id_pattern", 5),
    ("order_id_pattern", re.compile("x")),
    ("order_key", "phone"),
    ("order_key", None),
    ("store_id", ""),
    ("store_id", 415302),
    ("recipient_check", "phone"),
    ("recipient_check", True),
    ("recipient_check", []),
    ("recipient_check", None),
    ("response_instructions", ""),
    ("response_instructions", 5),
    ("response_format", "short"),
    ("response_format", None),
    ("tool_name", ""),
    ("tool_name", "with blank"),
    ("tool_name", "x" * 65),
    ("tool_name", "trailing\n"),
    ("tool_name", "größe"),
    ("tool_name", None),
]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
def test_an_unusable_field_is_a_configuration_error_that_names_it(field: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"\b{field}\b"):
        SmartAction(**{field: value})


@pytest.mark.parametrize("moment", ["whenever", "both", "INBOUND", None, 1, []])
def test_an_unknown_moment_is_a_configuration_error_that_names_it(moment: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"\bmoment\b"):
        SmartAction().runs_on(moment)


@pytest.mark.parametrize(
    ("name", "tool_name"),
    [
        ("trackOrder", "trackOrder"),
        ("Where is my order?", "Where_is_my_order_"),
        ("track -- order", "track_--_order"),
        ("Où est ma commande", "O_est_ma_commande"),
        ("注文 追跡", "_"),
        ("a_b-c1", "a_b-c1"),
    ],
)
def test_the_tool_name_is_the_name_with_every_run_of_other_characters_turned_into_one_underscore(
    name: str, tool_name: str
) -> None:
    assert SmartAction(name).tool_name == tool_name


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(lambda s: s.strip() and s.isprintable()))
def test_every_name_makes_a_tool_name_that_the_models_accept(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", SmartAction(name).tool_name)


def test_a_tool_name_that_is_given_is_kept() -> None:
    assert SmartAction("Where is my order?", tool_name="where-is-it").tool_name == "where-is-it"


def test_an_action_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        SmartAction().name = "other"  # type: ignore[misc]


FULL_ACTION = SmartAction(
    "Returns desk",
    "Find a parcel.\nOnly for our own shop.",
    execution=Execution.BOTH,
    trigger=Trigger.OUTBOUND,
    order_id_description="The number in the confirmation e-mail",
    order_id_pattern=r"SHOPIFY-(\d+)",
    order_key="number",
    store_id="se-415302",
    recipient_check="both",
    response_instructions="Be brief.",
    response_format="documented",
    tool_name="returns",
)


@pytest.mark.parametrize("action", [SmartAction(), FULL_ACTION])
def test_an_action_survives_its_dict_and_a_pickle(action: SmartAction) -> None:
    assert SmartAction.from_dict(action.to_dict()) == action
    assert pickle.loads(pickle.dumps(action)) == action


def test_the_dict_of_an_action_holds_plain_values_and_no_none() -> None:
    for action in (SmartAction(), FULL_ACTION):
        assert {type(value) for value in action.to_dict().values()} <= {str, bool, int}


def test_patience_and_next_steps_stand_in_the_dict_as_tables_where_they_are_not_the_usual() -> None:
    action = SmartAction(patience=Patience(late_days=2), next_steps={"lost": ["Open a case.", "Say so."]}, max_events=3)
    printed = action.to_dict()
    assert json.loads(json.dumps(printed)) == printed
    assert printed["patience"] == {**attrs.asdict(Patience()), "late_days": 2}
    assert printed["next_steps"] == {"lost": ["Open a case.", "Say so."]}
    assert SmartAction.from_dict(printed) == action
    assert SmartAction.from_dict({"patience": {"late_days": 2}}).patience == Patience(late_days=2)
    assert not {"patience", "next_steps"} & set(SmartAction().to_dict())


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"patience": 3}, "patience must be a Patience"),
        ({"patience": {"late": 3}}, "patience: 'late' is none of its fields"),
        ({"patience": {"late_days": 61}}, "late_days must be a whole number of days, 0 to 60"),
        ({"next_steps": {"missing": ("x.",)}}, "next_steps: 'missing' is no code"),
        ({"next_steps": {"lost": "x."}}, r"next_steps\['lost'\] must be a list of sentences"),
        ({"next_steps": {"lost": [""]}}, r"next_steps\['lost'\] must be sentences"),
        ({"next_steps": ["lost"]}, "next_steps must be a table"),
        ({"max_events": -1}, "max_events must be a whole number of 0 or more"),
        ({"max_events": True}, "max_events must be a whole number of 0 or more"),
    ],
)
def test_an_unusable_patience_step_or_number_of_events_is_a_configuration_error_that_names_it(
    fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigurationError, match=named):
        SmartAction(**fields)


def test_none_in_a_dict_means_not_set() -> None:
    assert SmartAction.from_dict({"name": "x", "tool_name": None, "store_id": None}) == SmartAction("x")


@pytest.mark.parametrize("data", [{"nmae": "x"}, {"Name": "x"}, {1: "x"}, {"expected_format": "x"}])
def test_an_unknown_field_of_a_dict_is_a_configuration_error_that_names_it(data: Any) -> None:
    with pytest.raises(ConfigurationError, match=str(next(iter(data)))):
        SmartAction.from_dict(data)


@pytest.mark.parametrize("data", [None, [], "name", 5])
def test_what_is_no_table_is_a_configuration_error(data: Any) -> None:
    with pytest.raises(ConfigurationError, match="table"):
        SmartAction.from_dict(data)
