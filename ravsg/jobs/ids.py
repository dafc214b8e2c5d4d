"""Names of jobs: short enough to read aloud, drawn at random so that nobody can count through them."""

from __future__ import annotations

import base64
import secrets


def new_job_id() -> str:
    """8 characters of a-z and 2-7: 40 random bits. Uniqueness is the store's to check."""
    return base64.b32encode(secrets.token_bytes(5)).decode("ascii").lower()
