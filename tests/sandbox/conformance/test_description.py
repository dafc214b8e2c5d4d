"""What is held to Discord's OpenAPI description: requests, answers, events; and what a violation says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox.errors import ApiError, invalid_form
from bot.sandbox.permissions import EVERYONE
from bot.sandbox.rest import Routes
from bot.sandbox.routes_app import AppRoutes
from bot.sandbox.routes_guilds import GuildRoutes
from bot.sandbox.routes_interactions import InteractionRoutes
from bot.sandbox.routes_messages import MessageRoutes
from bot.sandbox.server import Sandbox
from bot.sandbox.shapes import member_json, user_json
from bot.sandbox.validate import EVENTS, VARIABLE, Validator, Violation

SHAPES = {"MESSAGE_CREATE", "GUILD_CREATE", "INTERACTION_CREATE", "THREAD_CREATE", "CHANNEL_CREATE", "READY"}


@pytest.fixture
def described() -> Validator:
    """Discord's description, or a visible skip."""
    validator = Validator.from_environment()
    if not validator.active:
        pytest.skip(f"{VARIABLE} names no description of Discord's API on this machine")
    return validator


def all_routes(sandbox: Sandbox) -> Routes:
    return [
        *AppRoutes(sandbox.world, sandbox.gateway, lambda: "").routes(),
        *MessageRoutes(sandbox.world, sandbox.writing, sandbox.threads, sandbox.gateway).routes(),
        *GuildRoutes(sandbox.world, sandbox.threads).routes(),
        *InteractionRoutes(sandbox.world, sandbox.writing, sandbox.interactions).routes(),
    ]


async def test_every_endpoint_that_is_played_is_one_of_discords(described: Validator) -> None:
    routes = all_routes(Sandbox())
    description = described._description
    assert description is not None
    assert len(routes) >= 70
    assert [f"{method} {path}" for method, path, _ in routes if description.operation(method, path) is None] == []


async def test_without_a_description_nothing_is_checked() -> None:
    validator = Validator(None)
    assert not validator.active
    assert validator.check("POST", "/channels/{channel_id}/messages", {"content": 1}, False) == []
    assert validator.check_answer("GET", "/users/@me", 200, {}) == []
    assert validator.check_event("MESSAGE_CREATE", {}) == []


async def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Validator(tmp_path / "none.json").check("GET", "/users/@me", None, False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": 1}, "content"),
        ({"embeds": [{"title": 3}]}, "embeds.0.title"),
        ({"embeds": [{"color": "red"}]}, "embeds.0.color"),
        ({"allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0"),
        ({"poll": {"answers": [{"poll_media": {"text": "a"}}]}}, "poll.question"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 9, "custom_id": "x"}]}]},
            "components.0.components.0.style",
        ),
    ],
)
async def test_a_wrong_request_is_named(described: Validator, body: dict[str, Any], field: str) -> None:
    found = described.check("POST", "/channels/{channel_id}/messages", body, False)
    assert field in {one.field for one in found}


async def test_a_wrong_answer_is_named(described: Validator) -> None:
    found = described.check_answer("GET", "/users/{user_id}", 200, {"id": "x"})
    assert "username" in {one.field for one in found}
    assert all(one.where == "answer" for one in found)
    assert str(found[0]).startswith("the answer to GET /users/{user_id}: ")


async def test_an_item_of_a_list_is_named_by_its_place(described: Validator) -> None:
    sandbox = Sandbox()
    right = member_json(next(iter(sandbox.guild("Storybook Corner").members.values())))
    wrong = right | {"roles": "none"}
    found = described.check_answer("GET", "/guilds/{guild_id}/members", 200, [right, wrong])
    assert [one.field for one in found] == ["1.roles"]


async def test_a_status_that_discord_does_not_document_is_named(described: Validator) -> None:
    found = described.check_answer("POST", "/channels/{channel_id}/threads", 200, {})
    assert [one.field for one in found] == ["status"]


async def test_an_answer_without_the_body_that_is_due_is_named(described: Validator) -> None:
    assert described.check_answer("GET", "/users/@me", 200, None) != []
    assert described.check_answer("DELETE", "/channels/{channel_id}/messages/{message_id}", 204, None) == []


async def test_errors_answer_with_a_code_and_a_message(described: Validator) -> None:
    path = "/channels/{channel_id}"
    assert described.check_answer("GET", path, 404, ApiError(404, 10003, "Unknown Channel").body()) == []
    assert described.check_answer("GET", path, 400, invalid_form("a.b", "no").body()) == []
    assert described.check_answer("GET", path, 404, {"message": "x"}) != []


async def test_a_wrong_event_is_named(described: Validator) -> None:
    (found,) = described.check_event("GUILD_MEMBER_REMOVE", {"user": {"id": "1"} | {"username": 1}})[:1]
    assert (found.where, found.route) == ("event", "GUILD_MEMBER_REMOVE")
    assert found.field.startswith("user")
    assert str(found).startswith("the event GUILD_MEMBER_REMOVE: user")


async def test_events_are_described_by_schemas_that_are_there(described: Validator) -> None:
    assert EVENTS.keys() >= SHAPES
    user = user_json(Sandbox().bot)
    assert described.check_event("GUILD_MEMBER_REMOVE", {"user": user}) == []
    description = described._description
    assert description is not None
    named = {schema for parts in EVENTS.values() for _, schema in parts} - {"channel"}
    assert [one for one in sorted(named) if not description.has_schema(one)] == []


async def test_a_request_against_the_description_is_refused_with_its_field(described: Validator) -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        address = f"{sandbox.rest_base}/channels/{sandbox.channel('#general').id}/messages"
        headers = {"Authorization": f"Bot {sandbox.token}"}
        answer = await session.post(address, json={"embeds": [{"title": 3}]}, headers=headers)
        assert answer.status == 400
        assert (await answer.json())["errors"]["embeds"]["0"]["title"]["_errors"]
        assert sandbox.messages("#general") == []
        assert str(sandbox.violations[0]).startswith(
            "POST /channels/{channel_id}/messages: embeds.0.title: 3 is not of type"
        )


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\\ud800"], ids=["open", "deep", "no text"])
@pytest.mark.parametrize("form", [False, True], ids=["body", "payload_json"])
async def test_what_is_no_json_is_50109(text: str, form: bool) -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        address = f"{sandbox.rest_base}/channels/{sandbox.channel('#general').id}/messages"
        headers = {"Authorization": f"Bot {sandbox.token}"}
        if form:
            data = aiohttp.FormData({"payload_json": text})
            data.add_field("files[0]", b"1", filename="a.txt")
            answer = await session.post(address, data=data, headers=headers)
        else:
            answer = await session.post(address, data=text, headers=headers | {"Content-Type": "application/json"})
        assert (answer.status, (await answer.json())["code"]) == (400, 50109)
        assert sandbox.messages("#general") == []


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda sandbox: setattr(sandbox.bot, "username", 7), "author.username"),
        (lambda sandbox: setattr(sandbox.channel("#general"), "type", 99), "type"),
    ],
)
async def test_an_own_mistake_of_the_sandbox_fails_the_test(
    described: Validator, spoil: Callable[[Sandbox], None], field: str
) -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {sandbox.token}"}
        address = f"{sandbox.rest_base}/channels/{sandbox.channel('#general').id}"
        spoil(sandbox)
        await session.get(address, headers=headers)
        await session.post(f"{address}/messages", json={"content": "x"}, headers=headers)
        assert field in {one.field for one in sandbox.violations if one.where == "answer"}


async def test_a_violation_says_where_it_is() -> None:
    told = Violation.from_error("POST", "/x", invalid_form("embeds.0.title", "too long"))
    assert str(told) == "POST /x: embeds.0.title: too long"
    assert str(Violation("", "READY", "", "no", "event")) == "the event READY: body: no"
    assert EVERYONE > 0
