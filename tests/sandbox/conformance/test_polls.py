"""Polls: asking, voting, ending by hand and by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.model import Message

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_poll(*answers: str, hours: int = 2, multiple: bool = False) -> discord.Poll:
    poll = discord.Poll("Which?", duration=timedelta(hours=hours), multiple=multiple)
    for text in answers:
        poll.add_answer(text=text, emoji="🐙")
    return poll


async def opened(place: Place, **how: Any) -> tuple[discord.Message, discord.Poll, Message]:
    """A poll of the bot's: the message, discord.py's poll, and what the sandbox keeps."""
    sent = await place.general.send(poll=a_poll("ink", "oil", **how))
    assert sent.poll is not None
    return sent, sent.poll, place.stored(sent)


async def test_a_poll_comes_back_whole(place: Place) -> None:
    sent, poll, _ = await opened(place)
    assert (poll.question, poll.multiple, poll.is_finalised()) == ("Which?", False, False)
    assert [(one.id, one.text, str(one.emoji)) for one in poll.answers] == [(1, "ink", "🐙"), (2, "oil", "🐙")]
    assert poll.expires_at is not None
    assert poll.expires_at - sent.created_at == pytest.approx(timedelta(hours=2), abs=timedelta(seconds=1))
    assert poll.total_votes == 0


async def test_a_members_poll_is_told(place: Place) -> None:
    told = await place.heard(await place.sam.poll("#general", "Tea?", ["yes", "no"], hours=1, several=True))
    assert told.poll is not None
    assert (told.poll.question, told.poll.multiple, len(told.poll.answers)) == ("Tea?", True, 2)


async def test_a_vote_is_told_and_counted(place: Place) -> None:
    sent, _, stored = await opened(place)
    await place.sam.vote(stored, "ink")
    (raw,) = await place.told("raw_poll_vote_add", lambda one: one.message_id == sent.id)
    assert (raw.user_id, raw.answer_id, raw.guild_id) == (place.sam.id, 1, place.home.id)
    user, answer = await place.told("poll_vote_add", lambda user, _: user.id == place.sam.id)
    assert (user.name, answer.text, answer.vote_count) == ("sam", "ink", 1)
    fetched = (await place.general.fetch_message(sent.id)).poll
    assert fetched is not None
    assert [one.vote_count for one in fetched.answers] == [1, 0]


async def test_a_changed_vote_is_one_removal_and_one_addition(place: Place) -> None:
    sent, _, stored = await opened(place)
    await place.sam.vote(stored, "ink")
    await place.sam.vote(stored, "oil")
    (removed,) = await place.told("raw_poll_vote_remove", lambda one: one.message_id == sent.id)
    assert removed.answer_id == 1
    fetched = (await place.general.fetch_message(sent.id)).poll
    assert fetched is not None
    assert [one.vote_count for one in fetched.answers] == [0, 1]


async def test_several_answers_may_be_chosen_where_it_is_allowed(place: Place) -> None:
    _, _, one = await opened(place)
    _, _, many = await opened(place, multiple=True)
    place.sandbox.writing.polls.vote(many, place.sam.user, [1, 2])
    assert many.poll is not None
    assert [answer.voters for answer in many.poll.answers] == [[place.sam.id], [place.sam.id]]
    with pytest.raises(ApiError):
        place.sandbox.writing.polls.vote(one, place.sam.user, [1, 2])
    with pytest.raises(ApiError):
        place.sandbox.writing.polls.vote(one, place.sam.user, [3])


async def test_those_who_voted_are_listed(place: Place) -> None:
    _, poll, stored = await opened(place)
    for person in (place.sam, place.robin):
        await person.vote(stored, "oil")
    assert {one.name async for one in poll.answers[1].voters()} == {"robin", "sam"}
    assert [one.name async for one in poll.answers[1].voters(limit=1)] == ["robin"]
    assert [one async for one in poll.answers[0].voters()] == []


async def test_a_poll_is_ended_by_its_author(place: Place) -> None:
    sent, _, stored = await opened(place)
    await place.sam.vote(stored, "oil")
    ended = await sent.end_poll()
    assert ended.poll is not None
    assert ended.poll.is_finalised()
    assert ended.poll.answers[1].vote_count == 1


async def test_the_end_is_told_as_an_edit_and_announced_with_the_winner(place: Place) -> None:
    sent, _, stored = await opened(place)
    await place.sam.vote(stored, "oil")
    await sent.end_poll()
    _, after = await place.told("message_edit", lambda _, after: after.id == sent.id)
    assert after.poll is not None
    assert after.poll.is_finalised()
    (notice,) = await place.told("message", lambda one: one.type is discord.MessageType.poll_result)
    assert notice.reference.message_id == sent.id
    assert {one.name: one.value for one in notice.embeds[0].fields} == {
        "poll_question_text": "Which?",
        "victor_answer_votes": "1",
        "total_votes": "1",
        "victor_answer_id": "2",
        "victor_answer_text": "oil",
        "victor_answer_emoji_name": "🐙",
    }


async def test_a_draw_has_no_winner(place: Place) -> None:
    sent, _, stored = await opened(place)
    await place.sam.vote(stored, "ink")
    await place.robin.vote(stored, "oil")
    await sent.end_poll()
    (notice,) = await place.told("message", lambda one: one.type is discord.MessageType.poll_result)
    fields = {one.name: one.value for one in notice.embeds[0].fields}
    assert (fields["total_votes"], "victor_answer_id" in fields) == ("2", False)


async def test_a_poll_ends_by_the_clock(place: Place) -> None:
    sent, _, stored = await opened(place, hours=1)
    place.sandbox.clock.advance(3599)
    assert stored.poll is not None
    assert not stored.poll.finalized
    place.sandbox.clock.advance(2)
    _, after = await place.told("message_edit", lambda _, after: after.id == sent.id)
    assert after.poll is not None
    assert after.poll.is_finalised()


async def test_after_the_end_nobody_votes(place: Place) -> None:
    sent, _, stored = await opened(place)
    await sent.end_poll()
    with pytest.raises(ApiError) as refused:
        place.sandbox.writing.polls.vote(stored, place.sam.user, [1])
    assert refused.value.code == 520001


async def test_anothers_poll_is_not_the_bots_to_end(place: Place) -> None:
    told = await place.heard(await place.sam.poll("#general", "Tea?", ["yes"]))
    with pytest.raises(discord.HTTPException) as refused:
        await told.end_poll()
    assert refused.value.status == 403


async def test_what_has_no_poll_cannot_be_ended(place: Place) -> None:
    sent = await place.general.send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await sent.end_poll()
    assert refused.value.code == 520006


async def test_a_message_with_a_poll_is_not_edited(place: Place) -> None:
    sent, _, _ = await opened(place)
    with pytest.raises(discord.HTTPException) as refused:
        await sent.edit(content="other")
    assert refused.value.code == 520003


@pytest.mark.parametrize(
    ("poll", "field"),
    [
        (discord.Poll("x" * 301, duration=timedelta(hours=1)).add_answer(text="a"), "poll.question.text"),
        (discord.Poll("?", duration=timedelta(hours=769)).add_answer(text="a"), "poll.duration"),
        (discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="x" * 56), "poll.answers.0.poll_media.text"),
        (discord.Poll("?", duration=timedelta(hours=1)), "poll.answers"),
        (a_poll(*"abcdefghijk"), "poll.answers"),
    ],
    ids=["a long question", "33 days", "a long answer", "no answer", "11 answers"],
)
async def test_a_poll_over_its_limits_is_refused(place: Place, poll: discord.Poll, field: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send(poll=poll)
    assert refused.value.code == 50035
    assert field in {one.field for one in place.sandbox.violations}
    place.sandbox.violations.clear()


async def test_a_poll_in_a_direct_message_is_told_without_a_server(place: Place) -> None:
    told = await place.heard(await place.sam.say(place.sam.dm(), "hello"))
    sent = await told.channel.send(poll=a_poll("ink"))
    await place.sam.vote(place.stored(sent), "ink")
    (raw,) = await place.told("raw_poll_vote_add", lambda one: one.message_id == sent.id)
    assert raw.guild_id is None
