"""The gate on words: sexual content that involves minors never, explicit content only in age-restricted channels.

It reads words, not meanings: it knows short lists (`words`), sees through common disguises (`folding`), and combines
what it finds (`gate`). It cannot be switched off. It does not understand allusions, new slang, languages beyond the
few listed, words torn apart in unusual ways or glued together, nor what a *picture* shows; and it will now and then
refuse something harmless, because where minors may be meant it refuses in doubt. It is one guard beside moderators
and the models' own checks, not in their place.
"""

from __future__ import annotations

from ravsg.safety.gate import Rating, check, fits, rate

__all__ = ["Rating", "check", "fits", "rate"]
