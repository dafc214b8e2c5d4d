"""The one funnel: every exception becomes a sentence for one person and a line in the log, joined by an id.

The order in which an exception is judged:
1. wrappers of discord.py (CommandInvokeError, ConversionError) are opened;
2. a `RavsgError` brings its own cause and remedy; it is logged as information;
3. a command that Discord's client knows and we no longer do: reload;
4. a check that a member does not pass: managers only, servers only;
5. an interaction that Discord has already given up (10062): nobody is left to tell, the log says so;
6. anything else is a bug: trace and id in the log, apology and id outside.
The id is the job's where there is one, else a new one of the same form. Cancellation of a task is no error and is
never caught here. What a sentence looks like is `bot.texts`; the way out is `bot.delivery`.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import app_commands

from bot import texts
from bot.answers import UNKNOWN_INTERACTION
from bot.delivery import Delivery
from bot.outgoing import Outgoing
from ravsg.errors import RavsgError
from ravsg.telemetry.measures import Telemetry

_log = logging.getLogger(__name__)
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Report:
    """An exception as people read it. `tell` is False where nobody is left to read it."""

    cause: str
    remedy: str
    reference: str
    tell: bool = True

    @property
    def text(self) -> str:
        """Cause, remedy and id as one text."""
        return texts.failure(self.cause, self.remedy, self.reference)


class Funnel:
    """Judges exceptions, logs them, and tells the person concerned."""

    def __init__(self, delivery: Delivery, telemetry: Telemetry) -> None:
        self._delivery = delivery
        self._telemetry = telemetry

    def report(self, error: BaseException, where: str, job_id: str | None = None) -> Report:
        """Judge and log. `where` says what was being done ("/story", "button retry")."""
        reference = job_id or new_reference()
        error = _opened(error)
        expected = _expected(error)
        if expected is not None:
            _log.info("%s ended with %s [%s]", where, error, reference)
            self._telemetry.count("errors.expected")
            return Report(*expected, reference)
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
            _log.warning("%s: Discord had given the interaction up [%s]", where, reference)
            self._telemetry.count("interactions.too_late")
            return Report(texts.UNEXPECTED, texts.TRY_AGAIN, reference, tell=False)
        _log.error("%s failed [%s]", where, reference, exc_info=error)
        self._telemetry.count("errors.unexpected")
        return Report(texts.UNEXPECTED, texts.TRY_AGAIN, reference)

    async def private(
        self, interaction: discord.Interaction[Any], error: BaseException, where: str, job_id: str | None = None
    ) -> None:
        """Tell the person behind an interaction, so that only they read it."""
        report = self.report(error, where, job_id)
        if not report.tell:
            return
        try:
            told = await self._delivery.answer(interaction, Outgoing(report.text))
        except RavsgError as second:
            told = False
            _log.warning("the answer to %s could not be sent: %s [%s]", where, second, report.reference)
        if not told:
            _log.warning("%s: nobody could be told [%s]", where, report.reference)


def new_reference() -> str:
    """Eight characters of a–z2–7, like a job's id."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def _opened(error: BaseException) -> BaseException:
    while isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        inner = error.original if isinstance(error, app_commands.CommandInvokeError) else error.__cause__
        if inner is None:
            break
        error = inner
    return error


def _expected(error: BaseException) -> tuple[str, str] | None:
    """Cause and remedy of what is no bug; None for the rest."""
    if isinstance(error, RavsgError):
        return error.user_message, error.remedy
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return texts.OUTDATED, texts.RELOAD
    if isinstance(error, app_commands.NoPrivateMessage):
        return texts.ONLY_IN_SERVERS, texts.ASK_IN_SERVER
    if isinstance(error, app_commands.CheckFailure):
        return texts.MANAGERS_ONLY, ""
    return None
