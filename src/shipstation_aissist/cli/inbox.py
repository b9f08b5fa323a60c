"""The command ``inbox``: how many notifications wait, which could not be told, and telling one after all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import typer

from shipstation_aissist.cli.options import InboxQuestion, OutputFormat
from shipstation_aissist.cli.output import complain, plain, write_json
from shipstation_aissist.cli.statuses import ANSWERED, FAILED, NOT_FOUND
from shipstation_aissist.cli.views import BAD, CALM, show
from shipstation_aissist.errors import ConfigurationError

if TYPE_CHECKING:
    from shipstation_aissist.inbox import FailedNews, Inbox

URL_VARIABLE = "SHIPSTATION_INBOX_URL"


def inbox(question: InboxQuestion, key: str | None, output_format: OutputFormat) -> int:
    """Answer one question about the inbox; returns the exit status."""
    if (question is InboxQuestion.RETRY) is (key is None):
        raise typer.BadParameter("give a key with retry, and with nothing else", param_hint="KEY")
    with _open() as opened:
        if question is InboxQuestion.COUNTS:
            return _show_counts(opened, output_format)
        if question is InboxQuestion.FAILED:
            return _show_failed(opened.failed(), output_format)
        try:
            opened.retry(key or "")
        except LookupError as error:
            complain(error)
            return NOT_FOUND
        return _show_counts(opened, output_format)


@contextmanager
def _open() -> Iterator[Inbox]:
    url = os.environ.get(URL_VARIABLE)
    if not url:
        raise ConfigurationError(
            f"No inbox: set {URL_VARIABLE} to the URL that your service gives to Inbox, such as "
            "sqlite:///notifications.db"
        )
    from shipstation_aissist.inbox import Inbox

    opened = Inbox(url)
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    parsed = make_url(url)
    if parsed.drivername.startswith("sqlite") and not Path(parsed.database or "").is_file():
        raise ConfigurationError(f"{URL_VARIABLE} names a file that does not exist")  # and none is made
    try:
        yield opened
    except SQLAlchemyError as error:
        complain(error)
        raise typer.Exit(FAILED) from None
    finally:
        opened.close()


def _show_counts(opened: Inbox, output_format: OutputFormat) -> int:
    counts = opened.counts()
    if output_format is OutputFormat.JSON:
        write_json(attrs.asdict(counts))
    else:
        said = f"{counts.waiting} waiting, {counts.failed} failed"
        show([((said, BAD if counts.failed else CALM), (f" · {counts.labels} labels known", ""))])
    return ANSWERED


def _show_failed(failed: list[FailedNews], output_format: OutputFormat) -> int:
    if output_format is OutputFormat.JSON:
        write_json([attrs.asdict(news) | {"failed_at": news.failed_at.isoformat()} for news in failed])
    else:
        for news in failed:
            subject = plain(news.label_id or news.tracking_number)
            said = f" · {subject}: {news.before or 'nothing told'} -> {news.after} · {news.attempts} attempts"
            show([((news.key, BAD), (f"{said} · {news.error}", ""))])
    return ANSWERED
