"""When an interaction may be answered, how often, and what is no answer to it."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox.errors import InteractionFailed

from .conftest import Place
from .samples import PNG
from .stage import Told, asked

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]


async def test_after_three_seconds_an_interaction_failed_and_is_10062(place: Place) -> None:
    handle, told = await asked(place)
    place.sandbox.clock.advance(3.0)
    assert handle.failed
    with pytest.raises(InteractionFailed):
        await handle.response()
    with pytest.raises(discord.NotFound) as late:
        await told.response.send_message("late")
    assert late.value.code == 10062


async def test_just_before_three_seconds_an_answer_is_taken(place: Place) -> None:
    handle, told = await asked(place)
    place.sandbox.clock.advance(2.9)
    await told.response.send_message("in time")
    place.sandbox.clock.advance(5.0)
    assert not handle.failed
    assert (await handle.acked()).after == pytest.approx(2.9)


async def test_a_second_answer_is_40060(place: Place) -> None:
    _, told = await asked(place)
    await told.response.send_message("first")
    told.response._response_type = None
    with pytest.raises(discord.HTTPException) as twice:
        await told.response.send_message("second")
    assert twice.value.code == 40060


async def test_a_token_lives_for_15_minutes(place: Place) -> None:
    _, told = await asked(place)
    await told.response.defer(thinking=True)
    place.sandbox.clock.advance(14 * 60)
    assert (await told.edit_original_response(content="still")).content == "still"
    place.sandbox.clock.advance(60)
    with pytest.raises(discord.HTTPException) as dead:
        await told.edit_original_response(content="late")
    assert (dead.value.status, dead.value.code) == (401, 50027)
    with pytest.raises(discord.HTTPException) as follow:
        await told.followup.send("late")
    assert follow.value.code == 50027


@pytest.mark.parametrize("answered", [False, True], ids=["before the first answer", "after it"])
async def test_where_the_channel_was_deleted_every_answer_is_10003(place: Place, answered: bool) -> None:
    channel = place.sandbox.world.add_channel(place.home, "short-lived")
    await place.sam.command("ask", in_=channel)
    told = await place.kept.get()
    if answered:
        await told.response.defer(ephemeral=True)
    place.sandbox.world.remove_channel(channel)
    answer = told.edit_original_response if answered else told.response.send_message
    with pytest.raises(discord.NotFound) as gone:
        await answer(content="anyone there?")
    assert gone.value.code == 10003


async def answered(place: Place, told: Told, body: dict[str, Any]) -> None:
    """An answer that discord.py would not send itself."""
    route = discord.http.Route(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        interaction_id=told.id,
        interaction_token=told.token,
    )
    await place.client.http.request(route, json=body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": 7, "data": {"content": "there is no message to change"}}, "does not answer"),
        ({"type": 8, "data": {"choices": []}}, "does not answer"),
        ({"type": 1}, "ping"),
    ],
    ids=["an update of no message", "choices for a command", "a pong without a ping"],
)
async def test_an_answer_that_does_not_fit_is_refused(place: Place, body: dict[str, Any], reason: str) -> None:
    handle, told = await asked(place)
    with pytest.raises(discord.HTTPException) as refused:
        await answered(place, told, body)
    violation = place.sandbox.violations.pop()
    assert (refused.value.code, violation.field) == (50035, "type")
    assert reason in violation.reason
    await told.response.send_message("ok")
    assert (await handle.acked()).kind == "message"


async def test_an_application_without_an_activity_launches_none(place: Place) -> None:
    _, told = await asked(place)
    with pytest.raises(discord.HTTPException, match="no activity to launch") as refused:
        await told.response.launch_activity()
    assert (refused.value.code, place.sandbox.violations.pop().field) == (50035, "type")
    await told.response.send_message("ok")


async def test_a_file_of_a_command_is_kept_for_15_minutes(place: Place) -> None:
    _, told = await asked(place, file=("cat.png", PNG))
    file = told.extras["options"][-1]
    await told.response.send_message("ok")
    place.sandbox.clock.advance(14 * 60)
    assert await file.read() == PNG
    place.sandbox.clock.advance(61)
    with pytest.raises(discord.NotFound):
        await file.read()


async def test_a_follow_up_before_any_answer_is_10015(place: Place) -> None:
    _, told = await asked(place)
    with pytest.raises(discord.NotFound) as early:
        await told.followup.send("early")
    assert early.value.code == 10015
    await told.response.send_message("ok")


async def test_interactions_need_no_right_to_write(place: Place) -> None:
    with place.denied(rights.SEND_MESSAGES):
        handle, told = await asked(place)
        await told.response.send_message("still allowed")
    assert (await handle.response()).content == "still allowed"
