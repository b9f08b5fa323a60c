"""The JSON Schemas of both formats and the code are held against each other, in both directions."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError

from shipstation_aissist import schemas
from shipstation_aissist.orders import formats
from shipstation_aissist.orders.formats import RESPONSE_FORMATS, ResponseFormat
from shipstation_aissist.orders.response import TrackOrderResponse
from shipstation_aissist.orders.states import OrderState, ParcelState
from support.responses_to_print import ANY_RESPONSE, NO_PARCEL, RESPONSE

JSON = dict[str, Any]
SCHEMAS: dict[ResponseFormat, JSON] = {each: schemas.load(each) for each in RESPONSE_FORMATS}
SHAPES: dict[ResponseFormat, dict[str, type]] = {
    "documented": {
        "order": formats.DocumentedOrder,
        "tracking": formats.DocumentedTracking,
        "event": formats.DocumentedEvent,
    },
    "full": {
        "order": formats.FullOrder,
        "tracking": formats.FullTracking,
        "parcel": formats.FullParcel,
        "event": formats.FullEvent,
        "item": formats.FullItem,
        "attention": formats.FullAttention,
    },
}
OBJECTS = [(each, name) for each in RESPONSE_FORMATS for name in SHAPES[each]]


def validator(response_format: ResponseFormat) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[response_format])


def printed(response: TrackOrderResponse, response_format: ResponseFormat) -> Any:
    return json.loads(response.to_json(response_format))


# --- the accessor ----------------------------------------------------------------------------------------------------


def test_a_schema_is_loaded_by_the_name_of_its_format_and_is_the_callers_own() -> None:
    assert schemas.load() == SCHEMAS["documented"]
    assert schemas.load("full")["$id"] == "urn:shipstation-aissist:schema:full"
    schemas.load("full").clear()
    assert schemas.load("full") == SCHEMAS["full"]


@pytest.mark.parametrize("other", ["", "Full", "../full", None, 1])
def test_another_format_is_a_value_error(other: Any) -> None:
    with pytest.raises(ValueError, match="response_format") as caught:
        schemas.load(other)
    assert str(caught.value) == f"response_format must be 'documented' or 'full', not {other!r}"


def test_one_file_per_format_is_in_the_package_and_no_other() -> None:
    shipped = {each.name for each in files(schemas).iterdir() if each.name.endswith(".json")}
    assert shipped == {f"{each}.json" for each in RESPONSE_FORMATS}


@pytest.mark.parametrize("response_format", RESPONSE_FORMATS)
def test_a_schema_is_one(response_format: ResponseFormat) -> None:
    Draft202012Validator.check_schema(SCHEMAS[response_format])
    assert SCHEMAS[response_format]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


# --- from the code to the schema -------------------------------------------------------------------------------------


@pytest.mark.parametrize("response_format", RESPONSE_FORMATS)
@given(response=ANY_RESPONSE)
def test_whatever_is_printed_is_valid(response_format: ResponseFormat, response: TrackOrderResponse) -> None:
    validator(response_format).validate(printed(response, response_format))


@pytest.mark.parametrize("response_format", RESPONSE_FORMATS)
@pytest.mark.parametrize("response", [RESPONSE, NO_PARCEL])
def test_a_written_out_answer_is_valid(response_format: ResponseFormat, response: TrackOrderResponse) -> None:
    validator(response_format).validate(printed(response, response_format))


def objects(value: Any) -> Iterator[tuple[JSON, tuple[Any, ...]]]:
    """Each object in a document, with where it is."""
    if isinstance(value, dict):
        yield value, ()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for place, each in inner:
        for found, path in objects(each):
            yield found, (place, *path)


@pytest.mark.parametrize("response_format", RESPONSE_FORMATS)
def test_a_key_that_is_dropped_renamed_or_added_anywhere_is_invalid(response_format: ResponseFormat) -> None:
    whole = printed(RESPONSE, response_format)
    changed = 0
    for found, path in objects(whole):
        for key in (*found, None):
            document = copy.deepcopy(whole)
            here = document
            for place in path:
                here = here[place]
            if key is None:
                here["news"] = None
                assert not validator(response_format).is_valid(document)
                continue
            value = here.pop(key)
            assert not validator(response_format).is_valid(document), f"{key} at {path} is not required"
            here[f"{key}_"] = value
            assert not validator(response_format).is_valid(document), f"{key} at {path} may be renamed"
            changed += 1
    assert changed == {"documented": 16, "full": 155}[response_format]


@pytest.mark.parametrize(
    ("response_format", "path", "value"),
    [
        ("documented", ("order_id",), None),
        ("documented", ("order_id",), 12345),
        ("documented", ("tracking",), []),
        ("documented", ("tracking", "events"), None),
        ("documented", ("tracking", "tracking_number"), 9400),
        ("documented", ("tracking", "ship_date"), "yesterday"),
        ("documented", ("tracking", "ship_date"), "2026-03-04"),
        ("documented", ("tracking", "ship_date"), "2026-03-04 12:00:00"),
        ("documented", ("tracking", "ship_date"), "2026-03-04T12:00:00.5Z"),
        ("documented", ("tracking", "ship_date"), "2026-03-04T12:00:00z"),
        ("full", ("state",), "teleported"),
        ("full", ("state",), None),
        ("full", ("tracking", "state"), "not_shipped"),
        ("full", ("tracking", "state"), "partially_delivered"),
        ("full", ("parcels",), None),
        ("full", ("parcels", 0, "voided"), None),
        ("full", ("parcels", 0, "is_return_label"), 0),
        ("full", ("parcels", 0, "package_tracking_numbers"), [None]),
        ("full", ("warnings",), "One."),
        ("full", ("as_of",), None),
        ("full", ("matched_by",), "luck"),
        ("full", ("attention", 0, "severity"), "panic"),
        ("full", ("attention", 0, "since"), "2026-03-04T00:00:00Z"),
        ("full", ("attention", 0, "days"), 1.5),
        ("full", ("tracking", "items", 0, "quantity"), "2"),
        ("full", ("tracking", "items_known"), "maybe"),
        ("full", ("returns",), None),
    ],
)
def test_a_value_of_another_kind_is_invalid(response_format: ResponseFormat, path: tuple[Any, ...], value: Any) -> None:
    document = printed(RESPONSE, response_format)
    here = document["shipstation"]
    for place in path[:-1]:
        here = here[place]
    here[path[-1]] = value
    with pytest.raises(ValidationError) as caught:
        validator(response_format).validate(document)
    where, fault = ("shipstation", *path), tuple(caught.value.absolute_path)  # a nullable object is judged as a whole
    assert where[: len(fault)] == fault[: len(where)]


# --- from the schema to the code -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("response_format", "name"), OBJECTS)
def test_an_object_of_the_schema_has_the_keys_of_its_type_in_the_order_in_which_they_print(
    response_format: ResponseFormat, name: str
) -> None:
    described = SCHEMAS[response_format]["$defs"][name]
    keys = list(get_type_hints(SHAPES[response_format][name]))
    assert list(described["properties"]) == keys
    assert described["required"] == [key for key in keys if key not in ON_DEMAND]
    assert described["additionalProperties"] is False
    assert described["type"] == "object"
    found = EXAMPLES[name](printed(RESPONSE, response_format)["shipstation"])
    assert list(found) == described["required"]


EXAMPLES = {
    "order": lambda order: order,
    "tracking": lambda order: order["tracking"],
    "parcel": lambda order: order["parcels"][0],
    "event": lambda order: order["tracking"]["events"][0],
    "item": lambda order: order["tracking"]["items"][0],
    "attention": lambda order: order["attention"][0],
}
ON_DEMAND = {"events_omitted"}  # printed where a number of events was asked for


@pytest.mark.parametrize("response_format", RESPONSE_FORMATS)
def test_the_root_holds_one_order_and_every_definition_is_used(response_format: ResponseFormat) -> None:
    schema = SCHEMAS[response_format]
    root = formats.DocumentedResponse if response_format == "documented" else formats.FullResponse
    assert list(get_type_hints(root)) == list(schema["properties"]) == schema["required"] == ["shipstation"]
    assert schema["properties"]["shipstation"] == {"$ref": "#/$defs/order"}
    assert schema["additionalProperties"] is False
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert used == set(schema["$defs"])
    assert used - set(SHAPES[response_format]) == {"timestamp"} | (
        {"parcel_state"} if response_format == "full" else set()
    )


TIMES = {
    *("ship_date", "actual_delivery_date", "estimated_delivery_date", "occurred_at", "carrier_occurred_at"),
    *("last_scan_at", "ship_by_date", "hold_until_date"),
}


@pytest.mark.parametrize(("response_format", "name"), OBJECTS)
def test_each_key_of_the_schema_is_of_the_kind_that_its_type_says(response_format: ResponseFormat, name: str) -> None:
    hints = get_type_hints(SHAPES[response_format][name])
    for key, described in SCHEMAS[response_format]["$defs"][name]["properties"].items():
        assert described["description"].endswith(".")
        assert kind_in_schema(response_format, described) == kind_in_code(response_format, hints[key]), key
        assert (described.get("$ref") == "#/$defs/timestamp") is (key in TIMES)


def kind_in_code(response_format: ResponseFormat, hint: Any) -> Any:
    """What a type hint says, in words."""
    parts = [kind_in_code(response_format, each) for each in get_args(hint)]
    if get_origin(hint) is list:
        return f"array of {parts[0]}"
    if parts:
        # JSON has one kind of number; an integer is one of them.
        return " or ".join(each for each in parts if not (each == "integer" and "number" in parts))
    names = {shape: name for name, shape in SHAPES[response_format].items()}
    plain = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return names.get(hint) or plain[hint]


def kind_in_schema(response_format: ResponseFormat, described: JSON) -> Any:
    """What a schema says, in the same words."""
    if "$ref" in described:
        name = described["$ref"].removeprefix("#/$defs/")
        inner = SCHEMAS[response_format]["$defs"][name]
        return name if inner.get("type") == "object" else kind_in_schema(response_format, inner)
    if "anyOf" in described:
        return " or ".join(kind_in_schema(response_format, each) for each in described["anyOf"])
    if "enum" in described:
        kinds = dict.fromkeys(None if each is None else type(each) for each in described["enum"])
        assert list(kinds) in ([str], [str, None])
        return " or ".join("null" if kind is None else "string" for kind in kinds)
    if described["type"] == "array":
        return f"array of {kind_in_schema(response_format, described['items'])}"
    return " or ".join(described["type"]) if isinstance(described["type"], list) else described["type"]


def test_the_states_of_the_schema_are_those_of_the_code() -> None:
    definitions = SCHEMAS["full"]["$defs"]
    assert definitions["parcel_state"]["enum"] == list(ParcelState)
    assert sorted(definitions["order"]["properties"]["state"]["enum"]) == sorted(OrderState)
    for name in ("tracking", "parcel", "event"):
        assert definitions[name]["properties"]["state"]["$ref"] == "#/$defs/parcel_state"


def test_what_both_formats_have_is_described_in_the_same_words() -> None:
    for name in ("order", "tracking", "event"):
        full = SCHEMAS["full"]["$defs"][name]["properties"]
        for key, described in SCHEMAS["documented"]["$defs"][name]["properties"].items():
            assert full[key] == described
    assert SCHEMAS["full"]["$defs"]["timestamp"] == SCHEMAS["documented"]["$defs"]["timestamp"]
    parcel, tracking = (SCHEMAS["full"]["$defs"][name]["properties"] for name in ("parcel", "tracking"))
    own = ("package_tracking_numbers", "is_return_label", "voided")
    assert [entry for entry in parcel.items() if entry[0] not in own] == list(tracking.items())


@pytest.mark.parametrize("max_events", [0, 1, 5])
def test_an_answer_with_the_newest_events_alone_is_valid_too(max_events: int) -> None:
    for response_format in RESPONSE_FORMATS:
        validator(response_format).validate(RESPONSE.to_dict(response_format, max_events))
