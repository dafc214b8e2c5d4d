"""Watches the event loop: how late it wakes is how long something blocked it.

Every interval the delay is recorded as the timing `loop.lag`; a long one is a line in the log. It mends nothing.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from ravsg.telemetry.measures import Telemetry

_log = logging.getLogger(__name__)
INTERVAL: Final = 0.25
WORTH_A_LINE: Final = 0.5
"""Seconds of delay that are logged: an acknowledgement must leave within 3 s."""


async def watch_loop(telemetry: Telemetry) -> None:
    """Measure until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + INTERVAL
        await asyncio.sleep(INTERVAL)
        lag = max(0.0, loop.time() - due)
        telemetry.observe("loop.lag", lag)
        if lag > WORTH_A_LINE:
            _log.warning("the event loop was blocked for %.2f s", lag)
