"""What holds for every test. Fixtures stand beside the tests that use them."""

from __future__ import annotations

import os

# Before anything imports torch: its threads spin while they wait, and on a busy computer with two cores that makes
# the small models of the tests ten times slower. The bot sets the same on its worker thread.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
