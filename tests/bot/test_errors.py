"""Every exception becomes a sentence with an id; every error of RAVSG has one of its own."""

from __future__ import annotations

import asyncio
import inspect
import logging

import discord
import pytest
from discord import app_commands

from bot import texts
from bot.courier import Courier
from bot.delivery import Delivery
from bot.errors import Funnel, new_reference
from bot.logs import RedactingFormatter
from ravsg import errors
from ravsg.errors import BadPicture, RavsgError
from ravsg.telemetry.measures import Telemetry


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


@pytest.fixture
def funnel(telemetry: Telemetry) -> Funnel:
    client = discord.Client(intents=discord.Intents.none())
    return Funnel(Delivery(client, Courier(telemetry)), telemetry)


KNOWN = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, RavsgError)]


@pytest.mark.parametrize("kind", KNOWN)
def test_errors_of_ours_bring_their_own_sentence(funnel: Funnel, kind: type[RavsgError]) -> None:
    report = funnel.report(kind(detail="/a/secret/path"), "/story", "abcdefgh")
    assert report.cause == kind.default_message
    assert report.remedy == kind.default_remedy
    assert report.text.endswith("id `abcdefgh`")
    assert "secret" not in report.text


def test_there_are_errors_to_test() -> None:
    assert len(KNOWN) > 10


@pytest.mark.parametrize(
    "error", [ValueError("/home/me"), KeyError("x"), asyncio.QueueFull(), TimeoutError(), RecursionError()]
)
def test_bugs_get_an_apology_and_a_trace(
    funnel: Funnel, telemetry: Telemetry, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    with caplog.at_level(logging.INFO):
        report = funnel.report(error, "/story")
    assert report.cause == texts.UNEXPECTED
    assert "/home/me" not in report.text
    assert report.reference in caplog.text
    assert caplog.records[0].exc_info is not None
    assert telemetry.snapshot().count("errors.unexpected") == 1


def test_expected_errors_are_no_traces(funnel: Funnel, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report = funnel.report(BadPicture(detail="host evil.example"), "/story")
    assert report.reference in caplog.text
    assert "evil.example" in caplog.text
    assert all(not record.exc_info for record in caplog.records)
    assert RedactingFormatter().format(caplog.records[0])


@app_commands.command(name="probe")
async def probe(interaction: discord.Interaction[discord.Client]) -> None:
    """A command to have fail."""


def test_wrappers_are_opened(funnel: Funnel) -> None:
    wrapped = app_commands.CommandInvokeError(probe, BadPicture("Not that one.", "Another."))
    assert funnel.report(wrapped, "/probe").cause == "Not that one."


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (app_commands.CommandNotFound("gone", []), texts.OUTDATED),
        (app_commands.CommandSignatureMismatch(probe), texts.OUTDATED),
        (app_commands.NoPrivateMessage(), texts.ONLY_IN_SERVERS),
        (app_commands.MissingPermissions(["manage_guild"]), texts.MANAGERS_ONLY),
    ],
)
def test_what_discord_py_refuses_is_explained(funnel: Funnel, error: Exception, cause: str) -> None:
    assert funnel.report(error, "/probe").cause == cause


def test_references_look_like_job_ids() -> None:
    assert all(len(one) == 8 and set(one) <= set("abcdefghijklmnopqrstuvwxyz234567") for one in [new_reference()])
