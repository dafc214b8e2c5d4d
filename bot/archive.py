"""A zip archive that grows in a nameless temporary file, so that neither memory nor a crash keeps what is in it.

It knows nothing of what it holds. Everything here blocks: call it off the event loop.
"""

from __future__ import annotations

import tempfile
import zipfile
from types import TracebackType
from typing import Final, Self

ENTRY_BYTES: Final = 512
"""At most so much a file costs besides its content: two headers, and its name twice."""


class Archive:
    """Use as `with Archive() as archive:`; after that nothing of it is left."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the with block
        self._zip = zipfile.ZipFile(self._file, "w")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def add_text(self, name: str, text: str) -> None:
        """Add a file of words, compressed. Raises OSError."""
        self._zip.writestr(name, text, zipfile.ZIP_DEFLATED)

    def add_picture(self, name: str, data: bytes) -> None:
        """Add a picture, which is compressed already. Raises OSError."""
        self._zip.writestr(name, data, zipfile.ZIP_STORED)

    def content(self) -> bytes:
        """The whole archive; nothing can be added after this. Raises OSError."""
        self._zip.close()
        self._file.seek(0)
        return self._file.read()
