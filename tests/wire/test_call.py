"""One call, decided once: which effect follows which outcome (T1, T2, T3, R7, T8), without a thread or a socket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shipstation_aissist.errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    InternalServerError,
    MalformedResponseError,
    NotFoundError,
    RateLimitError,
)
from shipstation_aissist.steps import TraceStep
from shipstation_aissist.wire.call import (
    Abandoned,
    Attempt,
    Bounds,
    GiveBack,
    ReportLimit,
    Sleep,
    TakePermit,
    TakePlace,
    World,
    one_call,
)
from shipstation_aissist.wire.decoding import Decoded
from shipstation_aissist.wire.replies import Reply
from shipstation_aissist.wire.requests import get_label, track_label

LABEL = Reply(200, b'{"label_id": "se-1", "shipment_id": "se-2"}', request_id="r-1")
BUSY = Reply(503, b"")


def limited(retry_after: str | None = "4", source: str = "shipengine") -> Reply:
    body = f'{{"errors": [{{"error_source": "{source}", "message": "Slow down."}}]}}'
    return Reply(429, body.encode(), retry_after=retry_after)


class Play:
    """Performs a call's effects without any world: time passes by sleeping and by attempts only.

    Args:
        *replies: What the attempts bring, in order.
        took: Seconds of each attempt.
        permits: What the quota answers, in order; then everything is granted.
        places: Whether there is a place, in order; then there is.
    """

    def __init__(
        self,
        *replies: Reply | APIError,
        took: float = 0.0,
        permits: tuple[float, ...] = (),
        places: tuple[bool, ...] = (),
        pause: float = 0.0,
        jitter: float = 1.0,
        max_retries: int = 2,
        timeout: float = 10.0,
        bulk: bool = False,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self.now = 100.0
        self.done: list[str] = []
        self.steps: list[TraceStep] = []
        self.attempts: list[float] = []
        self.sleeps: list[float] = []
        self.places_held = 0
        self.on_place: Callable[[], object] = lambda: None
        self._replies, self._permits, self._places = iter(replies), iter(permits), iter(places)
        self._took = took
        self.pause_until = self.now + pause
        self.world = World(
            monotonic=lambda: self.now,
            time_of_day=lambda: datetime(2026, 1, 15, 12, tzinfo=UTC),
            random=lambda: jitter,
            pause_left=lambda: self.pause_until - self.now,
            redact=lambda text: text.replace("secret", "***"),
        )
        self.bounds = Bounds(
            until=self.now + timeout,
            seconds=timeout,
            max_retries=max_retries,
            priority="bulk" if bulk else "interactive",
            go_on=go_on,
        )

    def run(self, request: Any = None) -> Any:
        call = one_call(request or get_label("se-1"), self.bounds, self.world)
        outcome: Any = None
        while True:
            try:
                effect = call.send(outcome)
            except StopIteration as finished:
                assert self.places_held == 0
                return finished.value
            outcome = self.perform(effect)

    def perform(self, effect: Any) -> Any:
        self.done.append(type(effect).__name__)
        match effect:
            case TakePlace(seconds):
                assert 0 <= seconds <= self.bounds.seconds
                taken = next(self._places, True)
                self.places_held += taken
                self.on_place()
                return taken
            case TakePermit(priority):
                self.done[-1] += f" {priority}"
                return next(self._permits, None)
            case Attempt(seconds=seconds):
                assert self.places_held == 1
                self.attempts.append(seconds)
                self.now += self._took
                return next(self._replies)
            case ReportLimit(seconds):
                assert self.places_held == 1, "before anybody can take this place"
                self.pause_until = self.now + seconds
            case GiveBack():
                self.places_held -= 1
            case Sleep(seconds):
                assert self.places_held == 0, "nobody sleeps while a place is held"
                self.sleeps.append(seconds)
                self.now += seconds
            case TraceStep():
                assert self.places_held == 0, "no listener runs while a place is held"
                self.steps.append(effect)
        return None


# --- the order of things ---------------------------------------------------------------------------------------------


def test_a_call_takes_a_place_and_a_permit_attempts_gives_back_and_only_then_tells() -> None:
    play = Play(LABEL, took=0.5)
    result = play.run()
    assert isinstance(result, Decoded)
    assert result.value.label_id == "se-1"
    assert play.done == ["TakePlace", "TakePermit interactive", "Attempt", "GiveBack", "TraceStep"]
    (step,) = play.steps
    assert step == TraceStep(
        kind="request",
        endpoint="GET /labels/{label_id}",
        what="GET labels/se-1",
        attempt=1,
        status=200,
        seconds=0.5,
        request_id="r-1",
    )


def test_each_attempt_takes_a_place_and_a_permit_of_its_own() -> None:
    play = Play(BUSY, APIConnectionError("reset"), LABEL)
    assert isinstance(play.run(), Decoded)
    once = ["TakePlace", "TakePermit interactive", "Attempt", "GiveBack", "TraceStep"]
    assert play.done == [*once, "TraceStep", "Sleep", *once, "TraceStep", "Sleep", *once]
    assert play.sleeps == [0.5, 1.0]
    assert [step.kind for step in play.steps] == ["request", "wait", "request", "wait", "request"]
    assert [step.attempt for step in play.steps] == [1, 1, 2, 2, 3]


def test_a_batch_asks_the_quota_as_a_batch() -> None:
    play = Play(LABEL, bulk=True)
    play.run()
    assert "TakePermit bulk" in play.done


def test_every_step_names_its_endpoint_which_is_the_same_for_every_order() -> None:
    play = Play(limited("4"), LABEL, permits=(1.0,))
    play.run(track_label("se-7"))
    assert {step.endpoint for step in play.steps} == {"GET /labels/{label_id}/track"}
    assert {step.kind for step in play.steps} == {"request", "wait"}


# --- how long an attempt may take (T2) -------------------------------------------------------------------------------


def test_an_attempt_gets_half_of_the_time_left_and_the_last_one_all_of_it() -> None:
    play = Play(*[APITimeoutError("slow")] * 3, took=2.0, jitter=0.0)
    assert isinstance(play.run(), APITimeoutError)
    assert play.attempts == [5.0, 4.0, 6.0]


def test_tracking_gets_all_of_it_at_once() -> None:
    play = Play(LABEL)
    play.run(track_label("se-1"))
    assert play.attempts == [10.0]


@pytest.mark.parametrize("error", [NotFoundError, MalformedResponseError])
def test_what_is_not_worth_another_attempt_ends_the_call(error: type[APIError]) -> None:
    play = Play(Reply(404, b"") if error is NotFoundError else Reply(200, b"<html>"))
    assert type(play.run()) is error
    assert play.done.count("Attempt") == 1
    assert play.sleeps == []


def test_no_more_attempts_are_made_than_allowed() -> None:
    play = Play(*[BUSY] * 4, max_retries=3)
    assert isinstance(play.run(), InternalServerError)
    assert len(play.attempts) == 4


def test_a_wait_that_does_not_fit_the_time_left_is_not_begun() -> None:
    play = Play(limited("20"))
    error = play.run()
    assert isinstance(error, RateLimitError)
    assert (error.retry_after, play.sleeps) == (20.0, [])


def test_an_error_is_told_in_one_line_without_what_must_not_be_seen() -> None:
    play = Play(Reply(400, b'{"errors": [{"message": "bad secret"}]}'))
    play.run()
    assert "bad ***" in (play.steps[0].error or "")


def test_reading_a_reply_ends_when_the_calls_time_does() -> None:
    events = ", ".join('{"occurred_at": "the day before yesterday"}' for _ in range(2000))
    play = Play(Reply(200, f'{{"tracking_number": "1", "events": [{events}]}}'.encode()), took=10.0, max_retries=0)
    assert isinstance(play.run(track_label("se-1")), APITimeoutError)


# --- a place (R7) ----------------------------------------------------------------------------------------------------


def test_a_call_that_gets_no_place_in_time_times_out_and_sends_nothing() -> None:
    play = Play(places=(False,))
    error = play.run()
    assert isinstance(error, APITimeoutError)
    assert "10 s in all" in str(error)
    assert play.done == ["TakePlace"]


def test_a_place_that_comes_when_the_time_is_over_is_given_back_unused() -> None:
    play = Play(LABEL)
    play.on_place = lambda: setattr(play, "now", play.now + 11)
    assert isinstance(play.run(), APITimeoutError)
    assert play.attempts == []


# --- a pause (T3) ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_a_call_begun_in_a_pause_waits_for_its_end_and_a_moment_by_chance(jitter: float) -> None:
    play = Play(LABEL, pause=4.0, jitter=jitter)
    assert isinstance(play.run(), Decoded)
    assert play.sleeps == [4.0 + jitter / 2]
    assert [(step.kind, step.attempt, step.status) for step in play.steps] == [
        ("wait", None, None),
        ("request", 1, 200),
    ]


def test_a_call_that_could_only_wait_in_vain_fails_at_once_and_unsent() -> None:
    play = Play(pause=10.0)
    error = play.run()
    assert isinstance(error, RateLimitError)
    assert (error.status_code, error.retry_after) == (429, 10.0)
    assert "Not sent" in str(error)
    assert play.done == ["TraceStep"]
    (step,) = play.steps
    assert (step.kind, step.rule, step.status, step.warning) == ("decision", "T3", 429, True)


def test_a_pause_that_began_while_the_call_waited_for_its_place_is_waited_out_without_the_place() -> None:
    play = Play(LABEL, jitter=0.0)
    pauses = iter([3.0])
    play.on_place = lambda: setattr(play, "pause_until", play.now + next(pauses, 0.0))
    play.run()
    assert play.done[:4] == ["TakePlace", "GiveBack", "TraceStep", "Sleep"]
    assert play.sleeps == [3.0]


def test_a_limit_of_the_platform_is_reported_before_the_place_is_given_back() -> None:
    play = Play(limited("4"), LABEL, jitter=0.0)
    assert isinstance(play.run(), Decoded)
    assert play.done[2:5] == ["Attempt", "ReportLimit", "GiveBack"]
    assert play.sleeps == [4.0]


@pytest.mark.parametrize("reply", [limited("4", "carrier"), limited(None), limited("0"), Reply(503, b"", "4")])
def test_nothing_else_pauses_the_others(reply: Reply) -> None:
    play = Play(reply, LABEL)
    play.run()
    assert "ReportLimit" not in play.done


# --- a permit of the quota -------------------------------------------------------------------------------------------


def test_without_a_permit_a_call_gives_its_place_back_and_waits_like_for_a_pause() -> None:
    play = Play(LABEL, permits=(3.0, 1.0), jitter=0.0)
    assert isinstance(play.run(), Decoded)
    assert play.sleeps == [3.0, 1.0]
    assert play.done.count("Attempt") == 1
    assert [step.what for step in play.steps[:1]] == ["GET labels/se-1: waiting for the account's quota for 3.00 s"]


def test_the_step_of_a_bulk_jobs_wait_says_so() -> None:
    play = Play(LABEL, permits=(3.0,), bulk=True, jitter=0.0)
    play.run()
    assert play.steps[0].what == "GET labels/se-1: in bulk, waiting for the account's quota for 3.00 s"


def test_a_permit_that_comes_too_late_is_a_rate_limit_error_unsent() -> None:
    play = Play(permits=(30.0,))
    error = play.run()
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 30.0
    assert play.done == ["TakePlace", "TakePermit interactive", "GiveBack", "TraceStep"]


# --- the end from outside --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [1, 2, 3, 4])
def test_a_call_that_may_not_go_on_asks_nothing_more_and_keeps_no_permit(asked: int) -> None:
    times = 0

    def go_on() -> None:
        nonlocal times
        times += 1
        if times == asked:
            raise Abandoned

    play = Play(BUSY, LABEL, go_on=go_on)
    with pytest.raises(Abandoned):
        play.run()
    assert len(play.attempts) == (asked - 1) // 2  # asked before the place and before the permit of each attempt
    assert play.done.count("TakePermit interactive") == len(play.attempts)


def test_a_call_that_is_abandoned_at_any_yield_does_nothing_more() -> None:
    whole = Play(limited("1"), BUSY, LABEL, pause=1.0)
    whole.run()
    for stop_after in range(1, len(whole.done) + 1):
        play = Play(limited("1"), BUSY, LABEL, pause=1.0)
        call = one_call(get_label("se-1"), play.bounds, play.world)
        outcome: Any = None
        for _ in range(stop_after):
            outcome = play.perform(call.send(outcome))
        call.close()  # a generator that yields once more here would raise RuntimeError
        with pytest.raises(StopIteration):
            next(call)
