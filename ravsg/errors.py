"""Every error that RAVSG raises on purpose, and the sentence that a person reads.

    RavsgError
    ├── BadInput            what a person gave cannot be used
    │   ├── BadPicture      not a picture, broken, too large, of a kind that is not read
    │   └── BadText         empty, too long, or not text
    ├── Refused             understood, and not allowed: permission, quota, consent, rating
    │   ├── QueueFull       intake is closed or too much is waiting
    │   ├── Outdated        meant for words that others have taken the place of
    │   └── Unfit           words that are refused always, or outside age-restricted channels
    ├── ConfigError         config.toml or the environment is wrong; the start stops
    ├── Unreachable         Discord cannot be reached, or the connection to it ended; a later start may work
    ├── StoreError          the database cannot be read or written
    │   └── DiskFull        no space is left where the data lies
    ├── ModelError          a model cannot be loaded or did not answer usefully
    │   ├── ModelMissing    the folder or hub name does not lead to usable weights
    │   ├── NoImageToImage  the painter's pipeline cannot begin from a picture
    │   ├── PromptTooLong   prompt and answer together exceed the writer's context; less material helps
    │   ├── DeviceOutOfMemory   the device had no room for the work, even in the smallest piece
    │   └── DeviceLost      the device's context is gone; only a new process helps
    ├── JobCancelled        a person asked for the job to stop
    ├── JobTimedOut         the job took longer than it may
    └── DeliveryError       the result exists, and Discord did not take it

`str(error)` is for the log; `error.user_message` (cause) and `error.remedy` (what to do) are for
people and never hold a trace, a path or a secret. Anything that is not a `RavsgError` is a bug.
This module imports nothing of RAVSG.
"""

from __future__ import annotations


class RavsgError(Exception):
    """Base of all expected errors.

    `user_message` is one sentence of cause, `remedy` one sentence of what to do. `detail` goes to the log only.
    """

    default_message = "That did not work."
    default_remedy = "Please try again in a moment."

    def __init__(self, user_message: str | None = None, remedy: str | None = None, *, detail: str = "") -> None:
        self.user_message = user_message or self.default_message
        self.remedy = remedy if remedy is not None else self.default_remedy
        self.detail = detail
        super().__init__(f"{self.user_message} [{detail}]" if detail else self.user_message)


class BadInput(RavsgError):
    """What a person gave cannot be used."""

    default_message = "I could not use that."
    default_remedy = "Please change it and try again."


class BadPicture(BadInput):
    """The bytes are no picture that RAVSG reads."""

    default_message = "I could not read that picture."
    default_remedy = "Please send a PNG, JPEG, WebP or GIF."


class BadText(BadInput):
    """The text is empty, too long, or not text."""

    default_message = "I could not use that text."
    default_remedy = "Please write a few words of your own."


class Refused(RavsgError):
    """The request was understood and is not allowed."""

    default_message = "That is not allowed here."
    default_remedy = "Please ask a moderator of this server."


class QueueFull(Refused):
    """Too much is waiting, or intake is closed."""

    default_message = "Too much is waiting at the moment."
    default_remedy = "Please try again in a few minutes."


class Outdated(Refused):
    """A change was meant for words that others have taken the place of meanwhile."""

    default_message = "This chapter was changed in the meantime."
    default_remedy = "Please look at it as it is now, and try again."


class Unfit(Refused):
    """The words are not fit: never, or not for this place. Nothing of them is quoted or logged."""

    default_message = "I do not tell or paint sexual content in which minors may be meant, anywhere."
    default_remedy = "Please use other words; if that was not meant, leave out the ages or the sexual words."


class ConfigError(RavsgError):
    """The configuration is wrong; the message names file, section, key and what was expected."""

    default_message = "The configuration is wrong."
    default_remedy = "Compare it with the config.toml that ships with RAVSG."


class Unreachable(RavsgError):
    """Discord cannot be reached, or the connection to it ended; a later start may work."""

    default_message = "Discord cannot be reached."
    default_remedy = "Check the network, then start again."


class StoreError(RavsgError):
    """The database cannot be read or written."""

    default_message = "I could not reach my notebook (the database)."
    default_remedy = "Please try again; if it stays so, tell the operator of this bot."


class DiskFull(StoreError):
    """No space is left where the data lies."""

    default_message = "My disk is full, so I cannot keep anything new."
    default_remedy = "Nothing was lost; please tell the operator of this bot."


class ModelError(RavsgError):
    """A model could not be loaded or did not answer usefully."""

    default_message = "The model did not give a usable answer."
    default_remedy = "Please try again."


class ModelMissing(ModelError):
    """The folder or hub name does not lead to usable weights."""

    default_message = "A model that I need is not installed."
    default_remedy = "The operator of this bot can mend it: `.venv/bin/python -m bot doctor` says how."


class PromptTooLong(ModelError):
    """Prompt and answer together exceed the writer's context; the engine then takes less material."""

    default_message = "There is more text than my writer can read at once."
    default_remedy = "Please try again with a shorter text."


class NoImageToImage(ModelError):
    """The painter's pipeline cannot begin from a picture; the engine then paints from the words alone, if it may."""

    default_message = "My painter cannot begin from another picture."
    default_remedy = "Please have it painted from words."


class DeviceOutOfMemory(ModelError):
    """The device had no room for the work, even in the smallest piece."""

    default_message = "There was not enough memory for this."
    default_remedy = "Please try a smaller picture or a shorter text."


class DeviceLost(ModelError):
    """The device's context is gone; only a new process helps."""

    default_message = "The graphics device stopped answering, and I am restarting it."
    default_remedy = "Your job is kept and goes on by itself."


class JobCancelled(RavsgError):
    """A person asked for the job to stop."""

    default_message = "This was cancelled."
    default_remedy = ""


class JobTimedOut(RavsgError):
    """The job took longer than it may."""

    default_message = "This took too long, so I stopped it."
    default_remedy = "Please try again with less."


class DeliveryError(RavsgError):
    """The result exists, and Discord did not take it."""

    default_message = "The result is ready, but I could not post it here."
    default_remedy = "Please check that I may send messages, embeds and files in this channel."
