"""Polls: reading one from a request, voting, ending by hand or by the clock, and the notice of the result.

Votes are exact at once and a poll is final in the moment it ends; Discord may take a few minutes to count.
Lengths are limits.py's business, who may write a poll is the callers'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .contents import Poll, PollAnswer, Reference
from .errors import ApiError, invalid_form
from .model import POLL_RESULT, Json, Message, User
from .world import Event, World

if TYPE_CHECKING:
    from .messages import Messages

HOUR = 3600.0
DEFAULT_HOURS = 24


def poll_of(data: Json, now: float) -> Poll:
    """The poll that a request describes, beginning `now`."""
    answers = [
        PollAnswer(at + 1, one["poll_media"].get("text") or "", one["poll_media"].get("emoji"))
        for at, one in enumerate(data["answers"])
    ]
    hours = int(data.get("duration") or DEFAULT_HOURS)
    return Poll(data["question"]["text"], answers, now + hours * HOUR, bool(data.get("allow_multiselect")))


class Polls:
    """All that happens to polls after they are written."""

    def __init__(self, world: World, messages: Messages) -> None:
        self._world = world
        self._messages = messages

    def begin(self, message: Message) -> None:
        """Let the clock end the message's poll when its time is over."""
        if message.poll is not None:
            rest = message.poll.expiry - self._world.clock.now()
            self._world.clock.call_later(rest, lambda: self._finish(message))

    def vote(self, message: Message, user: User, answers: Sequence[int]) -> None:
        """Make these answers (by id, from 1) the user's vote; none takes the vote back.

        Raises:
            ApiError: 520001 when the poll is over, 50035 for a message without one, an answer that is not there,
                or several where one may be chosen.
        """
        poll = self._open(message)
        known = {one.id for one in poll.answers}
        if strange := set(answers) - known:
            raise invalid_form("answer_ids", f"The poll has no answer {sorted(strange)[0]}.")
        if len(set(answers)) > 1 and not poll.multiselect:
            raise invalid_form("answer_ids", "Only one answer may be chosen.")
        for one in poll.answers:
            had, wanted = user.id in one.voters, one.id in answers
            if had and not wanted:
                one.voters.remove(user.id)
                self._tell("MESSAGE_POLL_VOTE_REMOVE", message, user, one)
        for one in poll.answers:
            if one.id in answers and user.id not in one.voters:
                one.voters.append(user.id)
                self._tell("MESSAGE_POLL_VOTE_ADD", message, user, one)

    def end(self, message: Message, user: User) -> None:
        """End a poll before its time; only its author may.

        Raises:
            ApiError: 520006 where there is no poll, 520001 when it is over, 50005 for another's poll.
        """
        if message.poll is None:
            raise ApiError(400, 520006, "Cannot expire a non-poll message")
        if message.author.id != user.id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        poll = self._open(message)
        poll.expiry = self._world.clock.now()
        self._finish(message)

    # ---- inside

    @staticmethod
    def _open(message: Message) -> Poll:
        if message.poll is None:
            raise invalid_form("message_id", "The message has no poll.")
        if message.poll.finalized:
            raise ApiError(403, 520001, "Poll expired")
        return message.poll

    def _finish(self, message: Message) -> None:
        poll = message.poll
        if poll is None or poll.finalized or message.deleted or message.channel_id not in self._world.channels:
            return
        poll.finalized = True
        self._messages.tell("MESSAGE_UPDATE", message)
        if not message.ephemeral:
            self._messages.announce(
                message.author,
                self._world.channels[message.channel_id],
                POLL_RESULT,
                Reference(message.id, message.channel_id, message.guild_id),
                embeds=[result_embed(poll)],
            )

    def _tell(self, name: str, message: Message, user: User, answer: PollAnswer) -> None:
        data: Json = {
            "user_id": str(user.id),
            "channel_id": str(message.channel_id),
            "message_id": str(message.id),
            "answer_id": answer.id,
        }
        if message.guild_id is not None:
            data["guild_id"] = str(message.guild_id)
        self._world.publish(Event(name, data, message.guild_id, message.channel_id, message.visible_to))


def result_embed(poll: Poll) -> Json:
    """The embed of the notice that a poll is over; a draw names no winner."""
    most = max(len(one.voters) for one in poll.answers)
    winners = [one for one in poll.answers if len(one.voters) == most and most > 0]
    values = {
        "poll_question_text": poll.question,
        "victor_answer_votes": str(most),
        "total_votes": str(sum(len(one.voters) for one in poll.answers)),
    }
    if len(winners) == 1:
        values |= {"victor_answer_id": str(winners[0].id), "victor_answer_text": winners[0].text}
        if winners[0].emoji is not None and winners[0].emoji.get("name"):
            values["victor_answer_emoji_name"] = winners[0].emoji["name"]
    fields = [{"name": name, "value": value, "inline": False} for name, value in values.items()]
    return {"type": "poll_result", "fields": fields}
