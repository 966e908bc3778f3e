"""Prompts and responses as text, whatever shape a trainer gives them: a string or a chat."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def text_of(value: Any) -> str | None:
    """Return a prompt as text: a chat becomes "role: content" lines, other data its JSON."""
    if value is None or isinstance(value, str):
        return value
    messages = _messages(value)
    if messages is None:
        return json.dumps(value, ensure_ascii=False, default=str)
    return "\n".join(f"{message.get('role') or 'text'}: {_said(message)}" for message in messages)


def answer_of(value: Any) -> str | None:
    """Return a response as text: one message is its content alone, several are lines."""
    messages = _messages(value)
    return _said(messages[0]) if messages and len(messages) == 1 else text_of(value)


def split_chat(messages: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Return prompt and response of a whole chat: up to its first assistant's turn, and from there.

    What stands after the last assistant's turn is the environment's verdict, not the response.
    """
    turns = [i for i, message in enumerate(messages) if message.get("role") == "assistant"]
    if not turns:
        return text_of(messages), None
    return text_of(messages[: turns[0]]), answer_of(messages[turns[0] : turns[-1] + 1])


def _messages(value: Any) -> list[Mapping[str, Any]] | None:
    """Return the messages of a chat, or None where the value is none."""
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, list | tuple) or not all(
        isinstance(item, Mapping) and ("role" in item or "content" in item) for item in items
    ):
        return None
    return list(items)


def _said(message: Mapping[str, Any]) -> str:
    """Return what a message says: its text, [kind] for what is no text, and its tool calls."""
    content = message.get("content")
    parts = content if isinstance(content, list | tuple) else [content]
    said = "".join(_part(part) for part in parts)
    calls = message.get("tool_calls")
    return f"{said}{json.dumps(calls, ensure_ascii=False, default=str)}" if calls else said


def _part(part: Any) -> str:
    """Return one part of a content as text; of an image its kind alone."""
    if part is None:
        return ""
    if not isinstance(part, Mapping):
        return str(part)
    text = part.get("text")
    return text if isinstance(text, str) else f"[{part.get('type') or 'part'}]"
