"""Selects and forms as Discord's client fills them in: choices checked, lengths kept, the answer's JSON built."""

from __future__ import annotations

from typing import Any

from .commands import Filling
from .errors import Refused
from .handles import Modal
from .model import Channel, Json, Role, User

ROW, TEXT_INPUT, STRING_SELECT, LABEL, UPLOAD = 1, 4, 3, 18, 19
RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23


def chosen_values(part: Json, wanted: list[Any], filling: Filling) -> list[str]:
    """The values of a select for what a person chose, by label, value, or object."""
    most = len(part.get("options") or []) if part["type"] == CHECKBOXES else 1
    _counted(part, len(wanted), most)
    if part["type"] in (STRING_SELECT, RADIO, CHECKBOXES):
        options = part.get("options") or []
        found = [
            next((one["value"] for one in options if value in (one["label"], one["value"])), None) for value in wanted
        ]
        if None in found:
            raise Refused(f"{wanted} are not all among {[one['label'] for one in options]}")
        return [str(one) for one in found]
    return [_reference(value, filling) for value in wanted]


def _counted(part: Json, count: int, most: int = 1) -> None:
    """Refuse more or fewer than the component takes; `most` is what it takes where it does not say."""
    asked, most = part.get("min_values"), part.get("max_values") or most
    least = 1 if asked is None else asked
    if not least <= count <= most:
        raise Refused(f"{part['custom_id']}: choose {least} to {most}")


def _reference(value: Any, filling: Filling) -> str:
    target = getattr(value, "user", value)
    if isinstance(target, User):
        return filling.user(target)
    if isinstance(value, Channel):
        return filling.channel(value)
    if isinstance(value, Role):
        return str(value.id)
    raise Refused(f"{value!r} cannot be chosen")


def filled_form(modal: Modal, fields: dict[str, Any], filling: Filling) -> Json:
    """The `data` of a modal submit."""
    labels = {label.replace(" ", "_"): key for label, key in modal.labels.items()} | modal.labels
    values: dict[str, Any] = {}
    for name, value in fields.items():
        key = name if name in modal.fields else labels.get(name)
        if key is None:
            raise Refused(f"The form {modal.title!r} has no field {name!r}; it has {sorted(modal.labels)}")
        values[key] = value
    parts = [_part(one, values, filling, at + 1) for at, one in enumerate(modal.components)]
    data: Json = {"custom_id": modal.custom_id, "components": parts}
    if filling.resolved:
        data["resolved"] = filling.resolved
    return data


def _part(part: Json, values: dict[str, Any], filling: Filling, number: int) -> Json:
    kind, key = part["type"], part.get("id") or number
    if kind == ROW:
        inner = [_input(one, values, filling, key * 10 + at) for at, one in enumerate(part["components"])]
        return {"type": ROW, "id": key, "components": inner}
    if kind == LABEL:
        return {"type": LABEL, "id": key, "component": _input(part["component"], values, filling, key * 10)}
    return {"type": kind, "id": key}


def _input(part: Json, values: dict[str, Any], filling: Filling, number: int) -> Json:
    kind, name = part["type"], part["custom_id"]
    body: Json = {"type": kind, "id": part.get("id") or number, "custom_id": name}
    value = values.get(name)
    if kind == TEXT_INPUT:
        text = str(part.get("value") or "") if value is None else str(value)
        least, most = part.get("min_length", 0), part.get("max_length", 4000)
        if part.get("required", True) and not text:
            raise Refused(f"{name} is required")
        if text and not least <= len(text) <= most:
            raise Refused(f"{name}: needs {least} to {most} characters")
        return body | {"value": text}
    if kind == CHECKBOX:
        return body | {"value": bool(value)}
    many = value if isinstance(value, list) else [] if value is None else [value]
    if not many and not part.get("required", True):
        empty: Json = {"value": None} if kind == RADIO else {"values": []}
        return body | empty
    if kind == UPLOAD:
        _counted(part, len(many))
        return body | {"values": [filling.file(one) for one in many]}
    if kind == RADIO:
        return body | {"value": chosen_values(part, many, filling)[0]}
    return body | {"values": chosen_values(part, many, filling)}
