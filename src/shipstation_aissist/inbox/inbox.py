"""The inbox: what an endpoint and a worker call."""

from __future__ import annotations

import inspect
import logging
import re
import traceback
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from shipstation_aissist.errors import ConfigurationError, MalformedResponseError
from shipstation_aissist.inbox import held as rules
from shipstation_aissist.inbox.held import MICROSECONDS, Arrival, Held, Status
from shipstation_aissist.inbox.news import FailedNews, InboxCounts, ParcelNews, Receipt
from shipstation_aissist.orders.states import ParcelState
from shipstation_aissist.orders.tracking_state import state_of_tracking
from shipstation_aissist.webhooks import AsyncWebhookVerifier, WebhookEvent, WebhookVerifier, parse_webhook
from shipstation_aissist.webhooks.claims import raw_bytes
from shipstation_aissist.webhooks.headers import Headers

if TYPE_CHECKING:
    from sqlalchemy import URL

    from shipstation_aissist.actions.track_order import TrackOrderAction
    from shipstation_aissist.inbox.store import Store

_logger = logging.getLogger("shipstation_aissist")
_LONGEST_LEASE = 86_400.0
_LONGEST_NAME = 255  # of a label, as the table's columns have it: what is longer, no parcel is called
_KEY = re.compile(r"[0-9a-f]{32}")
_TELL_MUST_RUN = (
    "tell must be a synchronous function that has told when it returns: nothing awaits or iterates what it returns. "
    "Run what is asynchronous within it: asyncio.run(...), or anyio.from_thread.run(...) in a thread of anyio's."
)


class Inbox:
    """Notifications, kept until a customer was told. Needs the extra ``inbox``.

    Threads and processes may share one, and any number of them the same database. The table
    ``shipstation_inbox`` is made when it is first needed.

    Args:
        url: A URL of SQLAlchemy. Tested are SQLite (``sqlite:///notifications.db``) and PostgreSQL
            (``postgresql+psycopg://user@host/database``). With SQLite a kill of the process loses nothing; a power cut
            may lose the last seconds unless the URL ends with ``?synchronous=FULL``, which costs a flush of the disk
            for each notification.
        action: Leads news back to its order (:meth:`ParcelNews.order`): an object with a synchronous ``from_webhook``.
        verifier: Verifies what is received. Without one nothing is verified here: then only give :meth:`receive` what
            you have verified yourself, with :class:`AsyncWebhookVerifier` for one.
        clock: The time of day, for tests; by default the database's clock where it has one, else this machine's.

    Raises:
        ConfigurationError: The URL, the action or the verifier cannot be used, or a package is missing. Nothing was
            connected.
    """

    def __init__(
        self,
        url: str | URL,
        action: TrackOrderAction | None = None,
        verifier: WebhookVerifier | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = _make_store(url, None if clock is None else lambda: rules.microseconds(clock()))
        self._action = _check_action(action)
        self._verifier = _check_verifier(verifier)

    def receive(self, headers: Headers, body: bytes | bytearray | memoryview | str) -> Receipt:
        """Verify a notification and put it away; when this returns, it is in the database. The API is asked nothing.

        Args:
            headers: Those of the request, as the framework has them.
            body: The raw body.

        Raises:
            WebhookVerificationError: ShipStation has not signed it: answer with status 401.
            MalformedResponseError: It cannot be read, or names a label or a number of more than 255 characters: answer
                with status 400.
            sqlalchemy.exc.SQLAlchemyError: It could not be put away: answer with status 503, so that ShipStation
                delivers it again.
            TypeError: ``headers`` or ``body`` is of another type.
        """
        raw = raw_bytes(body)
        if self._verifier is not None:
            self._verifier.verify(headers, raw)
        event = parse_webhook(raw)
        subject = _subject_of(event)
        if event.tracking is None or subject is None:
            return Receipt(status="ignored", label_id=event.label_id)
        _check_lengths(event, subject)
        state = state_of_tracking(event.tracking, event.carrier_code)
        arrival = Arrival(
            subject=subject,
            label_id=event.label_id,
            tracking_number=event.tracking_number,
            event_at=rules.newest_event(event.tracking, state, event.carrier_code),
            scans=len(event.tracking.events),
            state=state,
            body=raw,
        )

        def decide(held: Held | None, now: int) -> tuple[Status, Held]:
            return rules.arrive(held, arrival, now)

        return Receipt(status=self._store.change(subject, decide), label_id=event.label_id, state=state)

    def deliver(self, tell: Callable[[ParcelNews], object], limit: int | None = None, lease: float = 60.0) -> int:
        """Tell of each parcel that moved on, until there is nothing more that is due.

        A news is told at least once: a worker that is killed between telling and noting it leaves it to be told
        again, with the same ``key``. What ``tell`` raises is tried again after 1, 5, 30 and 120 minutes, and stands in
        :meth:`failed` then.

        Args:
            tell: A synchronous function that is given each news, and has told when it returns. It should end well
                within ``lease`` seconds.
            limit: At most so many news, 1 or more; ``None``: all that are due.
            lease: Seconds for which nobody else tells of the same label, more than 0, at most a day: how long a killed
                worker delays its news.

        Returns:
            How many were told.

        Raises:
            ConfigurationError: ``limit`` or ``lease`` is out of range.
            TypeError: ``tell`` cannot be called, or has only begun when it returns: it is a coroutine function, or
                returned something to be awaited or iterated. That news is not told, and stays due.
            sqlalchemy.exc.SQLAlchemyError: The database is away. Nothing is lost.
        """
        _check(tell, limit, lease)
        successes = tried = 0
        while limit is None or tried < limit:
            begin = partial(rules.leased, lease=uuid.uuid4().hex, seconds=lease)
            telling = self._store.take(begin)
            if telling is None:
                break
            tried += 1
            successes += self._tell(tell, telling)
        return successes

    def _tell(self, tell: Callable[[ParcelNews], object], telling: Held) -> bool:
        try:
            outcome = tell(self._news_of(telling))
        except Exception as error:  # noqa: BLE001 - whatever a function of somebody else's raises
            # Neither the text nor the traceback of it is logged: they may name the customer.
            said = _described(error)
            _logger.warning("News %s could not be told (attempt %d): %s", telling.key, telling.attempts + 1, said)
            self._note(telling, lambda held, now: rules.not_told(held, telling, said, now))
            return False
        except BaseException:
            self._note(telling, lambda held, _now: rules.given_back(held, telling))
            raise
        if isinstance(outcome, Awaitable | Generator | AsyncGenerator):
            # A fault of the program, not of the moment: to try it again would only hide it.
            if isinstance(outcome, Coroutine | Generator):
                outcome.close()  # or Python warns, somewhere else, that it was never awaited
            self._note(telling, lambda held, _now: rules.given_back(held, telling))
            raise TypeError(_TELL_MUST_RUN)
        self._note(telling, lambda held, now: rules.told(held, telling, now))
        return True

    def _note(self, telling: Held, decide: Callable[[Held, int], Held | None]) -> None:
        self._store.change(telling.subject, lambda held, now: (None, None if held is None else decide(held, now)))

    def _news_of(self, telling: Held) -> ParcelNews:
        return ParcelNews(
            key=telling.key,
            label_id=telling.label_id,
            tracking_number=telling.tracking_number,
            before=_state(telling.told),
            after=_known_state(telling.state),
            event=parse_webhook(telling.body or b""),
            action=self._action,
        )

    def failed(self) -> list[FailedNews]:
        """The news that could not be told and is not tried again by itself, the longest-standing first."""
        return [
            FailedNews(
                key=held.key,
                label_id=held.label_id,
                tracking_number=held.tracking_number,
                before=_state(held.told),
                after=_known_state(held.state),
                attempts=held.attempts,
                error=held.error,
                failed_at=datetime.fromtimestamp(held.changed_at / MICROSECONDS, UTC),
            )
            for held in self._store.failed()
        ]

    def retry(self, key: str) -> None:
        """Let a news be told after all: the next :meth:`deliver` does it, with all its attempts anew.

        Args:
            key: Of one of :meth:`failed`, or of one that waits for its next attempt.

        Raises:
            LookupError: No news that waits to be told has this key: it was told, or overtaken, meanwhile.
        """

        def decide(held: Held | None, now: int) -> tuple[bool, Held | None]:
            is_there = held is not None and held.key == key and held.is_news
            return is_there, rules.tried_again(held, now) if is_there and held is not None else None

        # What is no key is not asked for: not every database takes every text.
        subject = self._store.find_by_key(key) if _KEY.fullmatch(str(key)) else None
        if subject is None or not self._store.change(subject, decide):
            raise LookupError("No news with this key waits to be told: it was told or overtaken meanwhile.")

    def prune(self, older_than: timedelta | datetime | float) -> int:
        """Forget labels of which nothing was heard for long. What still waits to be told stays; what failed goes.

        A notification of a forgotten label that ShipStation delivers late would be told as if it were new, with the key
        that it had.

        Args:
            older_than: For how long: a ``timedelta``, or seconds. Or since when: a time, in UTC if it has no zone.

        Returns:
            How many labels were forgotten.

        Raises:
            ConfigurationError: It is no such thing, or negative.
        """
        if isinstance(older_than, datetime):
            return self._store.prune(None, rules.microseconds(older_than))
        return self._store.prune(_age(older_than), 0)

    def counts(self) -> InboxCounts:
        """How much there is."""
        labels, waiting, failed = self._store.counts()
        return InboxCounts(labels=labels, waiting=waiting, failed=failed)

    def close(self) -> None:
        """Close the connections to the database; they are opened again when need be."""
        self._store.close()

    def __repr__(self) -> str:
        return f"Inbox({self._store.url.render_as_string(hide_password=True)!r})"


def _subject_of(event: WebhookEvent) -> str | None:
    """Which label an event is about; a classic one names a carrier and a number instead."""
    if event.label_id is not None:
        return event.label_id
    return f"{event.carrier_code or ''}/{event.tracking_number}" if event.tracking_number else None


def _check_lengths(event: WebhookEvent, subject: str) -> None:
    """Refuse what the table has no room for, whatever the database: some of them would cut it, or take it all."""
    texts = {"label_id": event.label_id, "tracking_number": event.tracking_number}
    names = [name for name, text in texts.items() if text is not None and len(text) > _LONGEST_NAME]
    if not names and len(subject) > _LONGEST_NAME:
        names = ["carrier_code", "tracking_number"]
    if not names:
        return
    in_url = {"label_id", *parse_qs(urlsplit(event.resource_url or "").query)}
    paths = tuple(dict.fromkeys("$.resource_url" if name in in_url else f"$.data.{name}" for name in names))
    raise MalformedResponseError(
        f"The notification names a label or a number of more than {_LONGEST_NAME} characters at {', '.join(paths)}. "
        "Drop it; if this persists, report it with these paths.",
        problems=paths,
    )


def _check_action(action: TrackOrderAction | None) -> TrackOrderAction | None:
    """Refuse what would fail only when a customer is to be told."""
    if action is None:
        return None
    lead_back = getattr(action, "from_webhook", None)
    if inspect.iscoroutinefunction(lead_back):
        raise ConfigurationError(
            "action must be a TrackOrderAction: nothing that tells of news awaits anything, so an asynchronous action "
            "could not answer"
        )
    if not callable(lead_back):
        raise ConfigurationError(f"action must be a TrackOrderAction, not {type(action).__name__}")
    if isinstance(action, type):
        raise ConfigurationError(f"action must be an object: {action.__name__}(client), not the class itself")
    return action


def _check_verifier(verifier: WebhookVerifier | None) -> WebhookVerifier | None:
    """Refuse one whose answer would never be waited for: everything would pass."""
    if isinstance(verifier, AsyncWebhookVerifier):
        raise ConfigurationError(
            "An inbox needs a WebhookVerifier. On an event loop, await AsyncWebhookVerifier.verify first, then give "
            "what passed to an inbox without a verifier."
        )
    if isinstance(verifier, type):
        raise ConfigurationError(f"verifier must be an object: {verifier.__name__}(), not the class itself")
    if verifier is not None and not callable(getattr(verifier, "verify", None)):
        raise ConfigurationError(f"verifier must be a WebhookVerifier, not {type(verifier).__name__}")
    return verifier


def _check(tell: object, limit: object, lease: object) -> None:
    if not callable(tell):
        raise TypeError("tell must be a function that takes a ParcelNews")
    if _only_begins(tell):
        raise TypeError(_TELL_MUST_RUN)
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise ConfigurationError("limit must be a whole number of 1 or more, or None")
    if isinstance(lease, bool) or not isinstance(lease, int | float) or not 0 < lease <= _LONGEST_LEASE:
        raise ConfigurationError(f"lease must be more than 0 and at most {_LONGEST_LEASE:g} seconds")


def _only_begins(tell: Callable[..., object]) -> bool:
    """Whether calling it runs nothing of it."""
    while isinstance(tell, partial):
        tell = tell.func
    return any(
        inspect.iscoroutinefunction(called) or inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called)
        for called in (tell, type(tell).__call__)
    )


def _age(older_than: object) -> int:
    is_number = isinstance(older_than, int | float) and not isinstance(older_than, bool)
    try:
        age = timedelta(seconds=older_than) if is_number else older_than  # type: ignore[arg-type]
    except (OverflowError, ValueError):
        age = None
    if isinstance(age, timedelta) and age >= timedelta(0):
        return age // timedelta(microseconds=1)
    raise ConfigurationError("older_than must be a timedelta such as timedelta(days=90), seconds, or a time")


def _state(name: str | None) -> ParcelState | None:
    return None if name is None else _known_state(name)


def _known_state(name: str) -> ParcelState:
    """A stored state; one of a later version of this library is ``unknown`` to this one."""
    try:
        return ParcelState(name)
    except ValueError:
        return ParcelState.UNKNOWN


def _described(error: Exception) -> str:
    """What an error is and where it was raised, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    # The name of a file may hold bytes that are no text, which no database takes.
    return f"{type(error).__name__}{where}".encode(errors="backslashreplace").decode()[:255]


def _make_store(url: object, clock: Callable[[], int] | None) -> Store:
    """The part that needs the extra, imported when an inbox is made: an import of the package loads no extra."""
    try:
        from shipstation_aissist.inbox.store import Store
    except ImportError as missing:
        raise ConfigurationError(
            "The inbox needs the package SQLAlchemy: pip install 'shipstation-aissist[inbox]'"
        ) from missing
    return Store(url, clock)
