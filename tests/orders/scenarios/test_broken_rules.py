"""No rule can be disabled unnoticed: with each one broken in the code, a life of the table comes out wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import attrs
import pytest

from shipstation_aissist import texts
from shipstation_aissist.actions import track_order as action
from shipstation_aissist.errors import APIError
from shipstation_aissist.orders import (
    by_tracking_number,
    carriers,
    chain,
    choosing,
    codes,
    comparing,
    elsewhere,
    finding,
    findings,
    labels,
    lists,
    numbers,
    one_order,
    order_parts,
    parcel_number,
    parcels,
    query,
    recipients,
    seen_records,
    tracking,
    tracking_state,
    yielding,
)
from shipstation_aissist.transport.driver import Transport
from shipstation_aissist.wire import reading
from shipstation_aissist.wire.requests import ApiRequest
from support.scenarios.table import LIVES, about

Break = Callable[[pytest.MonkeyPatch], object]


def replace(owner: Any, name: str, replacement: Any) -> Break:
    """Put something else in the place of what implements a rule."""
    return lambda patch: patch.setattr(owner, name, replacement)


def ignoring(comparison: str, asked: str) -> Break:
    """Compare records as ever, but for one thing that was asked."""
    compare = getattr(comparing, comparison)
    return replace(
        comparing,
        comparison,
        lambda record, **given: compare(record, **{name: value for name, value in given.items() if name != asked}),
    )


def strict_are(fields: Callable[[type], frozenset[str]]) -> Break:
    """Let other fields than those that a rule reads need their documented type."""

    def broken(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(reading, "READ_BY_RULES", {model: fields(model) for model in reading.READ_BY_RULES})
        patch.setattr(reading, "plan_of", lru_cache(reading.plan_of.__wrapped__))  # the plans of before are kept

    return broken


def always(_value: bool) -> Callable[..., bool]:
    return lambda *_: _value


def without_resolver(asked: Any, settings: Any) -> Any:
    return query.prepare_lookup(asked, attrs.evolve(settings, resolve_order_id=None))


def first_step_only(lookup: Any, settings: Any) -> Any:
    return CHAIN(lookup, settings)[:1]


def as_if_no_sign_was_typed(lookup: Any, settings: Any) -> Any:
    return CHAIN(attrs.evolve(lookup, with_sign=False), settings)


def nothing_is_optional(lookup: Any, settings: Any) -> Any:
    return [attrs.evolve(step, optional=False) for step in CHAIN(lookup, settings)]


def first_page_only(outcome: Any, number: int, result: Any, identify: Any) -> int:
    TAKE(outcome, number, result, identify)
    return 0


def one_after_the_other(transport: Any, asked: Any, *more: Any) -> Any:
    return tuple(result for request in asked for result in PERFORM(transport, (request,), *more))


def nowhere_else(*_: Any) -> Generator[Any, Any, list[Any]]:
    yield from ()
    return []


def from_label_at_once(label: Any, result: Any, told: Any) -> Any:
    read = READ(label, result, told)
    if isinstance(read, APIError):
        raise read
    return read


def no_warning(*_: Any) -> None: ...


AT_ONCE = Transport.perform
PERFORM = Transport.perform
CHAIN, TAKE, READ = chain.steps_of, lists.take_page, tracking.tracking_of

BROKEN: list[tuple[str, str, Break]] = [
    ("R1", "ids are not cleaned", replace(query, "clean_order_id", lambda order_id, _: order_id)),
    ("R1", "what is said around a number stays", replace(query, "bare_number", numbers.cleaned)),
    ("R1", "ids may have any length", replace(query, "LONGEST_ORDER_ID", 10**6)),
    ("R1", "a shipment id may lead elsewhere", replace(query, "is_segment", always(True))),
    ("R1", "a postal code may be blank", replace(query, "plain_postal_code", lambda code: code + "x")),
    ("R1", "a dash is not a hyphen", replace(numbers, "with_plain_dashes", lambda text: text)),
    ("R1", "an e-mail address may have any shape", replace(query, "comparable_email", lambda _: "a@b")),
    ("R2", "the chain ends after its first step", replace(chain, "steps_of", first_step_only)),
    ("R2", "a sign that was typed is not asked for at once", replace(chain, "steps_of", as_if_no_sign_was_typed)),
    ("R14", "nothing looks like a tracking number", replace(finding, "looks_like_tracking_number", always(False))),
    ("R2", "no step is optional", replace(chain, "steps_of", nothing_is_optional)),
    ("R2", "every fault is a refusal", replace(chain, "REFUSALS", (APIError,))),
    ("R3", "numbers are not compared", ignoring("why_not_shipment", "number")),
    ("R3", "external ids are not compared", ignoring("why_not_shipment", "external_id")),
    ("R3", "shipment ids are not compared", ignoring("why_not_shipment", "shipment_id")),
    ("R3", "labels of other shipments are not dropped", ignoring("why_not_label", "shipment_id")),
    ("R3", "stores are not compared", ignoring("why_not_shipment", "store_id")),
    ("R3", "stores are compared as they are written", replace(comparing, "comparable_store", lambda store: store)),
    ("R3", "a number has one form", replace(comparing, "same_tracking_number", lambda number, other: number == other)),
    ("R3", "a reply may be older than its label", replace(comparing, "OLDER_THAN_ITS_LABEL", timedelta.max)),
    ("R3", "tracking replies are not compared", replace(comparing, "why_not_tracking", lambda *_: None)),
    ("R3", "numbers are compared with case", replace(comparing, "comparable_number", numbers.without_sign)),
    (
        "R3",
        "only a label's own number is its number",
        replace(comparing, "numbers_of", lambda each: [each.tracking_number or ""]),
    ),
    ("R3", "only the first page is read", replace(lists, "take_page", first_page_only)),
    ("R3", "lists have no ceiling", replace(lists, "MOST_PAGES", 1001)),
    ("R4", "any recipients are one", replace(recipients, "form_one_order", always(True))),
    ("R4", "no recipients are one", replace(recipients, "form_one_order", lambda them: len(them) == 1)),
    ("R4", "no second proof is asked for", replace(recipients, "is_second_proof", always(True))),
    ("R4", "nothing is proof enough", replace(recipients, "is_second_proof", always(False))),
    ("R4", "placeholders are codes", replace(recipients, "PLACEHOLDER", re.compile("(?!)"))),
    ("R4", "countries are not compared", replace(recipients, "comparable_country", lambda _: "US")),
    ("R4", "codes are compared as they are", replace(recipients, "comparable_postal_code", lambda code, _: code)),
    ("R4", "cancelled shipments are not left out", replace(labels, "is_cancelled", always(False))),
    ("R5", "a country has one name", replace(recipients, "comparable_country", lambda country: country)),
    ("R5", "the postal code is not compared", replace(recipients, "passes_check", always(True))),
    ("R5", "any e-mail is the recipient's", replace(recipients, "comparable_email", lambda _: "robin@example.com")),
    ("R5", "placeholders are codes", replace(recipients, "PLACEHOLDER", re.compile("-"))),
    ("R5", "codes are compared as they are", replace(recipients, "comparable_postal_code", lambda code, _: code)),
    (
        "R5",
        "a short ZIP with its last four digits is no ZIP",
        replace(recipients, "SHORT_ZIP_PLUS_4", re.compile("-")),
    ),
    ("R6", "no label is voided", replace(labels, "is_voided", always(False))),
    ("R6", "every label is outbound", replace(labels, "is_outbound", always(True))),
    ("R6", "no shipment is cancelled", replace(labels, "is_cancelled", always(False))),
    ("R6", "every shipment is live", replace(one_order, "live_shipments", lambda them, _: list(them))),
    ("R6", "a hold is not said", replace(one_order, "warn_of_shipments", no_warning)),
    ("R6", "no label is a return", replace(labels, "is_return_label", always(False))),
    ("R6", "statuses are compared as they are", replace(labels, "plain_status", lambda status: status)),
    ("R6", "nothing was ever scanned", replace(one_order, "was_scanned", always(False))),
    ("R6", "everything was scanned", replace(one_order, "was_scanned", always(True))),
    ("R6", "labels that are voided look like others", replace(parcels, "is_voided", always(False))),
    ("R7", "requests are sent one after the other", replace(Transport, "perform", one_after_the_other)),
    ("R8", "no failure of tracking is raised", replace(tracking, "is_hard", always(False))),
    ("R8", "every failure of tracking is hard", replace(tracking, "is_hard", always(True))),
    ("R8", "one failure of tracking sinks the answer", replace(tracking, "tracking_of", from_label_at_once)),
    ("R8", "a carrier's fault is the platform's", replace(tracking, "third_party_fault", always(False))),
    ("R8", "labels say nothing of delivery", replace(parcels, "LABEL_TRACKING_STATUSES", {})),
    ("R9", "nothing is looked up elsewhere", replace(one_order, "read_fulfillments", nowhere_else)),
    ("R9", "every fulfillment is a parcel", replace(elsewhere, "is_usable_fulfillment", always(True))),
    ("R9", "fulfillments are not compared", ignoring("why_not_fulfillment", "shipment_id")),
    ("R9", "names of carriers are not understood", replace(parcels, "carrier_of_name", lambda name: name)),
    ("R10", "no link is built", replace(parcels, "tracking_page", lambda *_: None)),
    ("R10", "carrier codes stay as they are", replace(parcels, "canonical_carrier", lambda code: code)),
    ("R10", "links are built for the codes as they are", replace(carriers, "plain_carrier", lambda code: code.upper())),
    ("R11", "the least troubled parcel decides", replace(choosing, "DECIDING_ORDER", choosing.DECIDING_ORDER[::-1])),
    ("R11", "unscanned labels never yield", replace(yielding, "REPRINTED_AFTER", timedelta.max)),
    ("R11", "unscanned labels yield at once", replace(yielding, "REPRINTED_AFTER", timedelta(0))),
    ("R11", "nothing is replaced", replace(yielding, "replaces", always(False))),
    ("R11", "silence is no reason to be replaced", replace(yielding, "SILENT_AFTER", timedelta.max)),
    ("R11", "silence is a reason at once", replace(yielding, "SILENT_AFTER", timedelta(0))),
    ("R11", "what is lost is not replaced", replace(yielding, "GONE", frozenset())),
    ("R11", "any items are the same", replace(order_parts, "contents_of", lambda _: frozenset({("mug", 1)}))),
    ("R11", "old fulfillments count for ever", replace(yielding, "OLD_FULFILLMENT_AFTER", timedelta.max)),
    ("R11", "ties go to any label", replace(yielding, "aware", lambda _: None)),
    ("R14", "labels are not compared by number", ignoring("why_not_label", "tracking_number")),
    ("R14", "who knows a number sees the siblings", replace(seen_records, "narrowed", lambda _, result, __: result)),
    ("R14", "numbers are given again at once", replace(parcel_number, "NUMBERS_ARE_GIVEN_AGAIN_AFTER", timedelta(0))),
    ("R14", "numbers are never given again", replace(parcel_number, "NUMBERS_ARE_GIVEN_AGAIN_AFTER", timedelta.max)),
    ("R14", "no label replaces another", replace(parcel_number, "replacement_of", lambda *_: None)),
    ("R12", "the resolver is not asked", replace(action, "prepare_lookup", without_resolver)),
    (
        "order state",
        "no order is partially delivered",
        replace(
            choosing, "order_state", lambda choice, **_: choice.shown.parcel.state if choice.shown else "not_shipped"
        ),
    ),
    ("parcel state", "detail codes are not understood", replace(codes, "DETAIL_CODES", {})),
    ("parcel state", "UPS's codes are not understood", replace(codes, "UPS_DETAIL_CODES", {})),
    ("parcel state", "every carrier speaks like UPS", replace(codes, "canonical_carrier", lambda _: "ups")),
    ("parcel state", "details make exceptions rosier", replace(codes, "ROSIER_THAN_AN_EXCEPTION", frozenset())),
    ("R13", "a part is the whole", replace(choosing, "is_delivered_in_part", always(False))),
    ("R13", "nothing turns round", replace(tracking_state, "RETURN_CODES", frozenset())),
    ("R13", "the top level is believed", replace(tracking_state, "ahead_of_top_level", lambda top, *_, **__: top)),
    ("R13", "scans are read in the order of the list", replace(tracking_state, "newest_first", list)),
    ("R13", "nothing comes back", replace(tracking_state, "sent_back", lambda state, *_: state)),
    ("R13", "USPS's event codes are not understood", replace(codes, "USPS_EVENT_CODES", {})),
    ("R13", "texts are not read", replace(tracking_state, "OUT_FOR_DELIVERY_TEXT", re.compile("(?!)"))),
    ("R14", "everybody sees the whole order", replace(query.Lookup, "has_check", True)),
    ("R14", "a return is never shown", replace(by_tracking_number, "about_one_parcel", lambda told, **_: told)),
    ("R14", "a voided number tells of the order", replace(seen_records, "is_live", always(False))),
    ("R15", "everything in a text is shown", replace(texts, "visible", lambda text: text)),
    ("R15", "texts have any length", replace(texts, "LONGEST_SHOWN", 10**6)),
    ("decoding", "every field is strict", strict_are(lambda model: frozenset(attrs.fields_dict(model)))),
    ("decoding", "no field is strict", strict_are(lambda _: frozenset())),
    ("decoding", "no record is left out", replace(ApiRequest, "asked_for", ())),
    ("dates", "dates may be of any year", replace(reading, "parse_timestamp", datetime.fromisoformat)),
    ("dates", "unreadable dates are not said", replace(findings, "warn_of_unreadable", no_warning)),
]


def turns_red(life: Any) -> bool:
    try:
        life.play()
    except Exception:  # noqa: BLE001 - however it fails, it has noticed
        return True
    return False


@pytest.mark.parametrize(
    ("rule", "broken"), [pytest.param(rule, broken, id=f"{rule}: {says}") for rule, says, broken in BROKEN]
)
def test_a_life_of_the_rule_turns_red_when_the_rule_is_broken(
    rule: str, broken: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    assert any(turns_red(life) for life in about(rule))


def test_every_rule_has_lives_and_is_broken_in_turn() -> None:
    numbered = {f"R{number}" for number in range(1, 16)}
    assert numbered <= {life.rule for life in LIVES} == {rule for rule, _, _ in BROKEN}
    assert len(LIVES) >= 600
    assert len({(life.rule, life.says) for life in LIVES}) == len(LIVES)
