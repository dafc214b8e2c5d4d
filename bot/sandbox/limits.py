"""Limits that Discord enforces beyond its OpenAPI description: lengths, totals, counts, names.

Numbers: Discord's documentation of messages, embeds, components and application commands (August 2026). Each
check raises a 50035 with the path of the field; the server records it as a violation too.
"""

from __future__ import annotations

import re
from typing import Any

from .errors import invalid_form
from .links import check_embed_links, check_part_links
from .model import COMPONENTS_V2, Json, walk_components

CONTENT, EMBED_TOTAL, EMBEDS, FIELDS, FILES = 2000, 6000, 10, 25, 10
EMBED_TEXTS = {"title": 256, "description": 4096}
ROWS, BUTTONS_A_ROW, SELECT_OPTIONS, V2_PARTS, V2_CHARACTERS = 5, 5, 25, 40, 4000
CUSTOM_ID, BUTTON_LABEL, PLACEHOLDER, OPTION_TEXT, MODAL_TITLE, TEXT_INPUT = 100, 80, 150, 100, 45, 4000
ALT_TEXT, NONCE, THREAD_NAME = 1024, 25, 100
POLL_QUESTION, POLL_ANSWER, POLL_ANSWERS, POLL_HOURS, STICKERS = 300, 55, 10, 32 * 24, 3
FORUM_TAGS, TAGS_OF_A_POST, TAG_NAME = 20, 5, 20
CHOICES, COMMAND_OPTIONS, COMMANDS = 25, 25, 100
COMMAND_DESCRIPTION, COMMAND_TOTAL = 100, 8000
THREAD_MINUTES = frozenset({60, 1440, 4320, 10080})
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def _length(path: str, value: Any, limit: int, least: int = 0) -> None:
    if value is None:
        return
    if not least <= len(str(value)) <= limit:
        code = "BASE_TYPE_MAX_LENGTH" if len(str(value)) > limit else "BASE_TYPE_MIN_LENGTH"
        raise invalid_form(path, f"Must be between {least} and {limit} in length.", code)


def _count(path: str, values: list[Any], limit: int) -> None:
    if len(values) > limit:
        raise invalid_form(path, f"Must be {limit} or fewer in length.", "BASE_TYPE_MAX_LENGTH")


def check_message(body: Json) -> None:
    """Content, embeds, components, files' descriptions, nonce, and what Components V2 excludes."""
    _length("content", body.get("content"), CONTENT)
    _length("nonce", body.get("nonce"), NONCE)
    check_poll(body.get("poll"))
    _count("sticker_ids", body.get("sticker_ids") or [], STICKERS)
    check_embeds(body.get("embeds") or [])
    attachments = body.get("attachments") or []
    _count("attachments", attachments, FILES)
    for index, one in enumerate(attachments):
        _length(f"attachments.{index}.description", one.get("description"), ALT_TEXT)
    v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    if v2 and (body.get("content") or body.get("embeds") or body.get("poll")):
        raise invalid_form(
            "flags",
            "Components V2 exclude content, embeds and polls.",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        )
    check_components(body.get("components") or [], v2=v2)


def check_name(name: str) -> None:
    """The name of a channel or a thread."""
    _length("name", name, THREAD_NAME, 1)


def check_poll(poll: Json | None) -> None:
    """Question, 1 to 10 answers and how long it is open."""
    if not poll:
        return
    _length("poll.question.text", (poll.get("question") or {}).get("text") or "", POLL_QUESTION, 1)
    answers = poll.get("answers") or []
    if not 1 <= len(answers) <= POLL_ANSWERS:
        raise invalid_form("poll.answers", "Must be between 1 and 10 in length.", "BASE_TYPE_BAD_LENGTH")
    for index, one in enumerate(answers):
        text = (one.get("poll_media") or {}).get("text") or ""
        _length(f"poll.answers.{index}.poll_media.text", text, POLL_ANSWER, 1)
    hours = poll.get("duration") or 24
    if not 1 <= hours <= POLL_HOURS:
        raise invalid_form("poll.duration", "int value should be between 1 and 768.", "NUMBER_TYPE_MAX")


def check_embeds(embeds: list[Json]) -> None:
    """Each text and the 6,000 characters of all embeds together."""
    _count("embeds", embeds, EMBEDS)
    total = 0
    for index, embed in enumerate(embeds):
        path = f"embeds.{index}"
        for key, limit in EMBED_TEXTS.items():
            _length(f"{path}.{key}", embed.get(key), limit)
            total += len(embed.get(key) or "")
        fields = embed.get("fields") or []
        _count(f"{path}.fields", fields, FIELDS)
        for at, one in enumerate(fields):
            _length(f"{path}.fields.{at}.name", one.get("name", ""), 256, 1)
            _length(f"{path}.fields.{at}.value", one.get("value", ""), 1024, 1)
            total += len(one.get("name", "")) + len(one.get("value", ""))
        footer, author = (embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")
        _length(f"{path}.footer.text", footer, 2048)
        _length(f"{path}.author.name", author, 256)
        total += len(footer or "") + len(author or "")
        check_embed_links(path, embed)
    if total > EMBED_TOTAL:
        raise invalid_form("embeds", f"Embed size exceeds maximum size of {EMBED_TOTAL}", "MAX_EMBED_SIZE_EXCEEDED")


def check_components(components: list[Json], *, v2: bool = False) -> None:
    """Rows, custom ids and their uniqueness, labels, options."""
    parts = walk_components(components)
    if v2:
        _count("components", parts, V2_PARTS)
        if sum(len(one.get("content") or "") for one in parts) > V2_CHARACTERS:
            raise invalid_form(
                "components",
                f"Must be {V2_CHARACTERS} or fewer in length.",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            )
    else:
        _count("components", components, ROWS)
        for index, one in enumerate(components):
            if one.get("type") != 1:
                raise invalid_form(f"components.{index}.type", "Value must be one of {1}.", "UNION_TYPE_CHOICES")
    seen: set[str] = set()
    for row_index, row in enumerate(one for one in parts if one.get("type") == 1):
        inside = row.get("components") or []
        path = f"components.{row_index}.components"
        if not 1 <= len(inside) <= BUTTONS_A_ROW or (any(one["type"] != 2 for one in inside) and len(inside) > 1):
            raise invalid_form(path, "A row holds 1 to 5 buttons or one select.", "BASE_TYPE_BAD_LENGTH")
    for index, one in enumerate(parts):
        _check_part(f"components.{index}", one, seen)


def _check_part(path: str, part: Json, seen: set[str]) -> None:
    custom_id = part.get("custom_id")
    if custom_id is not None:
        _length(f"{path}.custom_id", custom_id, CUSTOM_ID, 1)
        if custom_id in seen:
            raise invalid_form(
                f"{path}.custom_id", "Component custom id cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED"
            )
        seen.add(custom_id)
    if part.get("type") == 2:
        _length(f"{path}.label", part.get("label"), BUTTON_LABEL)
        if part.get("style") == 5 and not part.get("url"):
            raise invalid_form(f"{path}.url", "This field is required", "BASE_TYPE_REQUIRED")
        if part.get("style") != 5 and part.get("style") != 6 and custom_id is None:
            raise invalid_form(f"{path}.custom_id", "This field is required", "BASE_TYPE_REQUIRED")
        if not part.get("label") and not part.get("emoji"):
            raise invalid_form(path, "A button needs a label or an emoji.", "BUTTON_COMPONENT_INVALID")
    if part.get("type") == 3:
        options = part.get("options") or []
        if not 1 <= len(options) <= SELECT_OPTIONS:
            raise invalid_form(f"{path}.options", "Must be between 1 and 25 in length.", "BASE_TYPE_BAD_LENGTH")
        for at, one in enumerate(options):
            for key in ("label", "value"):
                _length(f"{path}.options.{at}.{key}", one.get(key, ""), OPTION_TEXT, 1)
            _length(f"{path}.options.{at}.description", one.get("description"), OPTION_TEXT)
    check_part_links(path, part)
    _length(f"{path}.placeholder", part.get("placeholder"), PLACEHOLDER)
    if part.get("type") == 4:
        _length(f"{path}.value", part.get("value"), TEXT_INPUT)


def check_modal(modal: Json) -> None:
    """Title, custom id and 1 to 5 components."""
    _length("data.title", modal.get("title", ""), MODAL_TITLE, 1)
    _length("data.custom_id", modal.get("custom_id", ""), CUSTOM_ID, 1)
    components = modal.get("components") or []
    if not 1 <= len(components) <= ROWS:
        raise invalid_form("data.components", "Must be between 1 and 5 in length.", "BASE_TYPE_BAD_LENGTH")
    seen: set[str] = set()
    for index, part in enumerate(walk_components(components)):
        _check_part(f"data.components.{index}", part, seen)


def check_choices(choices: list[Json]) -> None:
    """Autocomplete's and options' choices: at most 25, names of 1 to 100 characters."""
    _count("choices", choices, CHOICES)
    for index, one in enumerate(choices):
        _length(f"choices.{index}.name", one.get("name", ""), 100, 1)


def check_command(command: Json, path: str) -> None:
    """An application command: name pattern, descriptions, options, choices, and 8,000 characters in all."""
    name, kind = str(command.get("name", "")), command.get("type") or 1
    if kind == 1:
        _check_option(command, path)
        if _command_size(command) > COMMAND_TOTAL:
            raise invalid_form(
                path, f"Command exceeds maximum size ({COMMAND_TOTAL})", "APPLICATION_COMMAND_TOO_LARGE"
            )
    else:
        _length(f"{path}.name", name, 32, 1)
        if command.get("description"):
            raise invalid_form(
                f"{path}.description",
                "Context menu commands cannot have description",
                "APPLICATION_COMMAND_INVALID_DESCRIPTION",
            )


def _check_option(option: Json, path: str) -> None:
    name = str(option.get("name", ""))
    if not COMMAND_NAME.fullmatch(name) or name != name.lower():
        raise invalid_form(f"{path}.name", f"Command name is invalid: {name!r}", "APPLICATION_COMMAND_INVALID_NAME")
    _length(f"{path}.description", option.get("description", ""), COMMAND_DESCRIPTION, 1)
    check_choices(option.get("choices") or [])
    options = option.get("options") or []
    _count(f"{path}.options", options, COMMAND_OPTIONS)
    names = [one.get("name") for one in options]
    if len(set(names)) != len(names):
        raise invalid_form(
            f"{path}.options", "Option names must be unique", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
        )
    optional = False
    for index, one in enumerate(options):
        if one.get("required") and optional:
            raise invalid_form(
                f"{path}.options.{index}",
                "Required options must be placed before others",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            )
        optional = optional or not one.get("required")
        _check_option(one, f"{path}.options.{index}")


def _command_size(option: Json) -> int:
    size = len(option.get("name", "")) + len(option.get("description", ""))
    size += sum(len(str(one.get("name", ""))) + len(str(one.get("value", ""))) for one in option.get("choices") or [])
    return size + sum(_command_size(one) for one in option.get("options") or [])
