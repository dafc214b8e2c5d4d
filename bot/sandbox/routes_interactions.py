"""Endpoints that answer interactions: the callback, follow-ups, and the original answer."""

from __future__ import annotations

from .errors import unknown
from .interaction import Interaction
from .interactions import Interactions, draft_of
from .limits import check_message
from .messages import Messages
from .model import Message
from .rest import Call, Result, Routes
from .shapes import public
from .world import World

HOOK = "/webhooks/{webhook_id}/{webhook_token}"


class InteractionRoutes:
    """What the bot answers to interactions."""

    def __init__(self, world: World, messages: Messages, interactions: Interactions) -> None:
        self._world = world
        self._messages = messages
        self._interactions = interactions

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self._callback),
            ("POST", HOOK, self._follow_up),
            ("GET", HOOK + "/messages/{message_id}", self._get),
            ("PATCH", HOOK + "/messages/{message_id}", self._edit),
            ("DELETE", HOOK + "/messages/{message_id}", self._delete),
        ]

    def _callback(self, call: Call) -> Result:
        data = (call.body or {}).get("data")
        uploads = Call(call.method, call.template, call.parts, call.query, data, call.uploads).uploads_described()
        interaction = self._interactions.answer(
            call.key("interaction_id"), call.parts["interaction_token"], call.body or {}, uploads
        )
        if call.query.get("with_response", "").lower() in ("1", "true"):
            return self._interactions.callback_json(interaction)
        return None

    def _interaction(self, call: Call) -> Interaction:
        if call.key("webhook_id") != self._world.bot.id:
            raise unknown("Webhook")
        return self._interactions.by_token(call.parts["webhook_token"])

    def _follow_up(self, call: Call) -> Result:
        interaction = self._interaction(call)
        body = call.body or {}
        check_message(body)
        message = self._interactions.follow_up(interaction, draft_of(body, call.uploads_described()))
        return public(self._world.shapes.message(message))

    def _message(self, call: Call) -> Message:
        interaction = self._interaction(call)
        wanted = call.parts["message_id"]
        known = [one for one in (interaction.original, *interaction.followups) if one is not None]
        if wanted == "@original":
            found = interaction.original
        else:
            found = next((one for one in known if str(one.id) == wanted), None)
        if found is None or found.deleted:
            raise unknown("Message")
        return found

    def _get(self, call: Call) -> Result:
        return public(self._world.shapes.message(self._message(call)))

    def _edit(self, call: Call) -> Result:
        message = self._message(call)
        body = call.body or {}
        check_message({"flags": message.flags} | body)
        self._interactions.edit(message, body, call.uploads_described())
        return public(self._world.shapes.message(message))

    def _delete(self, call: Call) -> Result:
        self._messages.delete(self._message(call))
        return None
