"""The public contract: every public name with its signature, and the tree of errors."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, get_type_hints

import attrs
import pytest

import shipstation_aissist
from shipstation_aissist import Patience, errors, inbox, testing, webhooks
from shipstation_aissist.errors import ErrorDetail

NAMES = """
    ActionTrace Address AmbiguousOrderError APIConnectionError APIError APIStatusError APITimeoutError
    AuthenticationError BadRequestError ClientClosedError ConfigurationError ConnectionStatus Execution Fulfillment
    Integration InternalServerError InvalidOrderIdError InvalidRecipientCheckError Label LabelPackage
    MalformedResponseError Moment NotFoundError OrderNotFoundError OrderQuery OrderState Page Pager Parcel
    Attention ParcelEvent ParcelItem Patience
    ParcelState PermissionDeniedError PlanUpgradeRequiredError RateLimitError Shipment ShipmentItem
    ShipStationClient ShipStationError SmartAction TrackEvent TrackingInformation TrackOrderAction TrackOrderOutcome
    TrackOrderResponse Trigger WebhookVerificationError"""


def public(name: str) -> Any:
    """Something by its name in the package, or by its path below it."""
    found: Any = shipstation_aissist
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", NAMES.split())
def test_every_name_of_the_contract_is_importable_from_the_package_and_listed(name: str) -> None:
    assert public(name).__name__ == name
    assert name in shipstation_aissist.__all__


def test_every_listed_name_exists_once_in_order_and_in_dir() -> None:
    assert shipstation_aissist.__all__ == sorted(shipstation_aissist.__all__)
    assert len(set(shipstation_aissist.__all__)) == len(shipstation_aissist.__all__)
    for name in shipstation_aissist.__all__:
        assert public(name) is not None
    assert set(shipstation_aissist.__all__) <= set(dir(shipstation_aissist))


def test_a_name_that_the_package_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'shipstation_aissist' has no attribute 'Nothing'$"):
        public("Nothing")


def test_the_names_of_the_other_modules_exist() -> None:
    assert {"parse_webhook", "WebhookEvent", "WebhookVerifier", "AsyncWebhookVerifier"} <= set(webhooks.__all__)
    assert {"Inbox", "ParcelNews", "Receipt"} <= set(inbox.__all__)
    assert "FakeShipStation" in testing.__all__
    assert callable(importlib.import_module("shipstation_aissist.testing.plugin").fake_shipstation)


# --- signatures ------------------------------------------------------------------------------------------------------

SIGNATURES = {
    "ShipStationClient": "(api_key=None, *, base_url=None, timeout=10.0, max_retries=2, name=None, on_event=None, "
    "app_info=None, quota=None)",
    "ShipStationClient.with_options": "(self, *, timeout=None, max_retries=None)",
    "ShipStationClient.test_connection": "(self, *, max_age=0.0)",
    "ShipStationClient.get_shipment": "(self, shipment_id)",
    "ShipStationClient.get_shipment_by_external_id": "(self, external_shipment_id)",
    "ShipStationClient.get_label": "(self, label_id)",
    "ShipStationClient.track_label": "(self, label_id)",
    "ShipStationClient.track": "(self, carrier_code, tracking_number)",
    "ShipStationClient.get_json": "(self, path, **params)",
    "ShipStationClient.close": "(self)",
    "Pager.pages": "(self)",
    "TrackOrderAction": "(client, *, order_key='auto', store_id=None, order_id_pattern=None, resolve_order_id=None, "
    f"patience={Patience()!r}, answers=None)",
    "Patience": "(*, late_days=0, no_scan_days=3, stalled_days=3, stalled_days_international=5, presumed_lost_days=10, "
    "presumed_lost_days_international=20)",
    "TrackOrderAction.run": "(self, order_id, *, postal_code=None, email=None, fresh=False)",
    "TrackOrderAction.run_many": "(self, queries, *, max_workers=8)",
    "TrackOrderAction.debug": "(self, order_id, *, postal_code=None, email=None)",
    "TrackOrderAction.from_webhook": "(self, event)",
    "OrderQuery": "(order_id, postal_code=None, email=None)",
    "TrackOrderResponse.to_dict": "(self, response_format='documented', max_events=None)",
    "TrackOrderResponse.to_json": "(self, response_format='documented', indent=None)",
    "TrackOrderResponse.to_records": "(self)",
    "TrackOrderResponse.summary": "(self)",
    "TrackOrderOutcome.unwrap": "(self)",
    "Integration": "(name, api_key=None, timeout=10, *, actions=None, client=None, answers=None)",
    "Integration.add_action": "(self, action)",
    "Integration.remove_action": "(self, tool_name)",
    "Integration.test": "(self)",
    "Integration.handle": "(self, moment, arguments)",
    "Integration.call_tool": "(self, tool_name, arguments)",
    "Integration.to_dict": "(self)",
    "Integration.from_dict": "(data, api_key=None, client=None)",
    "Integration.load": "(path, name=None, *, client=None)",
    "Integration.load_all": "(path, *, client=None)",
    "SmartAction.runs_on": "(self, moment)",
    "SmartAction.tool_schema": "(self, dialect, *, strict=False)",
    "Integration.tool_schemas": "(self, dialect, strict=False)",
    "webhooks.parse_webhook": "(body)",
    "webhooks.WebhookVerifier": "(jwks_url='https://api.shipengine.com/jwks', *, max_skew=300.0, timeout=10.0)",
    "webhooks.WebhookVerifier.verify": "(self, headers, body)",
    "webhooks.AsyncWebhookVerifier": "(jwks_url='https://api.shipengine.com/jwks', *, max_skew=300.0, timeout=10.0)",
    "webhooks.AsyncWebhookVerifier.verify": "(self, headers, body)",
    "inbox.Inbox": "(url, action=None, verifier=None, *, clock=None)",
    "inbox.Inbox.receive": "(self, headers, body)",
    "inbox.Inbox.deliver": "(self, tell, limit=None, lease=60.0)",
    "inbox.Inbox.failed": "(self)",
    "inbox.Inbox.retry": "(self, key)",
    "inbox.Inbox.prune": "(self, older_than)",
}
KEYWORDS = {  # beyond what is written here, a method may have more keywords of its own
    "ShipStationClient.list_shipments": """
        shipment_number external_shipment_id shipment_status store_id sales_order_id batch_id pickup_id ship_to_name
        item_keyword tag created_at_start created_at_end modified_at_start modified_at_end payment_date_start
        payment_date_end page_size sort_by sort_dir""",
    "ShipStationClient.list_labels": """
        shipment_id tracking_number label_status service_code carrier_id batch_id rate_id warehouse_id
        external_shipment_id refund_status created_at_start created_at_end page_size sort_by sort_dir""",
    "ShipStationClient.list_fulfillments": """
        shipment_number shipment_id tracking_number ship_to_name ship_to_country_code fulfillment_id batch_id
        order_source_id fulfillment_provider_code ship_date_start ship_date_end create_date_start create_date_end
        page_size sort_by sort_dir""",
}


def written(found: Callable[..., Any]) -> str:
    """A signature without its annotations."""
    signature = inspect.signature(found)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items())
def test_a_callable_has_the_signature_of_the_contract(name: str, signature: str) -> None:
    assert written(public(name)) == signature


@pytest.mark.parametrize(("name", "keywords"), KEYWORDS.items())
def test_the_filters_of_a_list_are_typed_keywords_that_are_not_sent_unless_given(name: str, keywords: str) -> None:
    parameters = inspect.signature(public(name)).parameters
    assert set(keywords.split()) <= set(parameters)
    for parameter in list(parameters.values())[1:]:
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default is None
        assert parameter.annotation is not inspect.Parameter.empty


@pytest.mark.parametrize(
    ("name", "fields"),
    {
        "ConnectionStatus": "ok reason message request_id elapsed",
        "Page": "items total page pages",
        "OrderQuery": "order_id postal_code email",
        "TrackOrderResponse": """
            order_id state tracking parcels warnings as_of order_number matched_by attention ship_by_date
            hold_until_date returns""",
        "Attention": "code severity tracking_number since days message next_steps",
        "ParcelItem": "name sku quantity",
        "TrackOrderOutcome": "query response error",
        "Parcel": """
            tracking_number tracking_url state status_code status_description status_detail_code
            status_detail_description carrier_code carrier_status_description service_code ship_date
            estimated_delivery_date actual_delivery_date exception_description label_id shipment_id
            package_tracking_numbers is_return_label voided events carrier_name alternative_tracking_numbers items
            items_known last_scan_at replaced_by""",
        "ActionTrace": "order_id steps elapsed response error",
        "TraceStep": "kind what rule record_id attempt status seconds",
        "SmartAction": """
            name description method execution trigger order_id_description order_id_pattern order_key store_id
            recipient_check response_instructions response_format tool_name patience next_steps max_events""",
        "webhooks.WebhookEvent": "event_type resource_url label_id tracking dedup_key",
        "inbox.Receipt": "status label_id state",
        "inbox.ParcelNews": "key label_id tracking_number before after event",
    }.items(),
)
def test_a_value_has_the_fields_of_the_contract_and_is_frozen(name: str, fields: str) -> None:
    kind = public(name)
    computed = {name for name, value in vars(kind).items() if isinstance(value, property)}
    assert set(fields.split()) <= {field.name for field in attrs.fields(kind)} | computed
    assert kind.__setattr__ is not object.__setattr__


@pytest.mark.parametrize("name", ["ShipStationClient", "Pager", "AsyncShipStationClient", "AsyncPager"])
def test_frameworks_that_make_a_tool_of_a_method_can_resolve_its_types(name: str) -> None:
    for method in vars(getattr(shipstation_aissist, name)).values():
        if inspect.isfunction(method) and not method.__name__.startswith("_"):
            assert get_type_hints(method)["return"] is not None


def test_a_model_is_made_when_it_is_first_asked_for() -> None:
    program = "import sys, shipstation_aissist as s; print(sorted(m for m in sys.modules if '.models.' in m)); s.Label"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"


def test_an_outcome_says_whether_it_is_good() -> None:
    assert isinstance(inspect.getattr_static(public("TrackOrderOutcome"), "ok"), property)
    assert isinstance(inspect.getattr_static(public("Pager"), "total"), property)


@pytest.mark.parametrize(
    ("name", "members"),
    {
        "Execution": ["SESSION_START", "DURING_INTERACTION", "BOTH"],
        "Trigger": ["INBOUND", "OUTBOUND", "BOTH"],
        "Moment": ["SESSION_START", "INBOUND", "OUTBOUND"],
    }.items(),
)
def test_the_enumerations_have_the_members_of_the_contract(name: str, members: list[str]) -> None:
    assert list(public(name).__members__) == members


def test_the_defaults_of_a_smart_action_are_those_of_the_contract() -> None:
    action = shipstation_aissist.SmartAction()
    assert (action.name, action.method, action.tool_name) == ("trackOrder", "trackOrder", "trackOrder")
    assert action.execution is shipstation_aissist.Execution.DURING_INTERACTION
    assert action.trigger is shipstation_aissist.Trigger.INBOUND
    assert action.order_id_description == "Order id (e.g., Shopify/WooCommerce/AdobeCommerce order id)"
    assert (action.recipient_check, action.response_format) == ("optional", "full")


# --- the error tree --------------------------------------------------------------------------------------------------

TREE: dict[str, tuple[str, ...]] = {
    "ShipStationError": ("Exception",),
    "ConfigurationError": ("ShipStationError", "ValueError"),
    "ClientClosedError": ("ShipStationError",),
    "InvalidOrderIdError": ("ShipStationError", "ValueError"),
    "InvalidRecipientCheckError": ("ShipStationError", "ValueError"),
    "OrderNotFoundError": ("ShipStationError",),
    "AmbiguousOrderError": ("ShipStationError",),
    "WebhookVerificationError": ("ShipStationError",),
    "APIError": ("ShipStationError",),
    "APIConnectionError": ("APIError",),
    "APITimeoutError": ("APIConnectionError",),
    "MalformedResponseError": ("APIError",),
    "APIStatusError": ("APIError",),
    "BadRequestError": ("APIStatusError",),
    "AuthenticationError": ("APIStatusError",),
    "PlanUpgradeRequiredError": ("APIStatusError",),
    "PermissionDeniedError": ("APIStatusError",),
    "NotFoundError": ("APIStatusError",),
    "RateLimitError": ("APIStatusError",),
    "InternalServerError": ("APIStatusError",),
}
DETAIL = ErrorDetail(
    error_source="carrier", error_type="integrations", error_code="unknown", message="Down", field_name="x"
)
OF_A_STATUS = {"status_code": 429, "request_id": "6f4f", "errors": (DETAIL,), "retry_after": 2.5}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "AmbiguousOrderError": {"store_ids": ("se-30", "se-31")},
    "MalformedResponseError": {"problems": ("$.labels[0].label_id",)},
    **{name: OF_A_STATUS for name in TREE if issubclass(public(name), errors.APIStatusError)},
}


@pytest.mark.parametrize(("name", "bases"), TREE.items())
def test_an_error_stands_where_the_tree_says(name: str, bases: tuple[str, ...]) -> None:
    assert tuple(base.__name__ for base in public(name).__bases__) == bases


def test_the_tree_has_no_other_errors() -> None:
    found = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert found == set(TREE)
    assert set(errors.__all__) == {*TREE, "ErrorDetail"}


@pytest.mark.parametrize("name", TREE)
def test_an_error_survives_pickle_and_copy_with_its_message_and_attributes(name: str) -> None:
    error = public(name)("What to do next.", **ATTRIBUTES.get(name, {}))
    for again in (
        *(pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(again) is type(error)
        assert str(again) == "What to do next."
        assert again.args == error.args
        assert vars(again) == vars(error) == ATTRIBUTES.get(name, {})


@pytest.mark.parametrize("name", TREE)
def test_an_error_can_be_made_of_nothing_and_then_knows_nothing(name: str) -> None:
    error = public(name)()
    defaults = {
        "store_ids": (),
        "problems": (),
        "status_code": 0,
        "request_id": None,
        "errors": (),
        "retry_after": None,
    }
    assert vars(error) == {attribute: defaults[attribute] for attribute in ATTRIBUTES.get(name, {})}
    assert not str(error)


def test_what_an_error_is_given_as_a_list_is_kept_as_a_tuple() -> None:
    assert errors.AmbiguousOrderError(store_ids=["a"]).store_ids == ("a",)
    assert errors.MalformedResponseError(problems=["$"]).problems == ("$",)
    assert errors.NotFoundError(errors=[DETAIL]).errors == (DETAIL,)


def test_an_entry_of_an_error_has_the_fields_of_the_contract_and_is_frozen() -> None:
    assert [field.name for field in attrs.fields(ErrorDetail)][:4] == [
        "error_source",
        "error_type",
        "error_code",
        "message",
    ]
    assert ErrorDetail() == ErrorDetail(None, None, None, None, None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        DETAIL.message = "other"  # type: ignore[misc]
