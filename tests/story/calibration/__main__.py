"""`python -m tests.story.calibration [tune|test] [CHECK]`: how often each check is right, with 95 % intervals.

With a check's name, its wrong judgements are listed as well.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from math import sqrt

from tests.story.calibration.cases import Case, Part, general, pocket


def main(arguments: Sequence[str]) -> None:
    """Print one table for each source."""
    part: Part = "tune" if "tune" in arguments else "test"
    for source, cases in (("general", list(general(part))), ("pocket", list(pocket(part)))):
        print(f"{source}, {part}: share judged rightly, of good and of faulty chapters, with 95 % intervals")
        for check in dict.fromkeys(one.check for one in cases):
            own = [one for one in cases if one.check == check]
            print(f"  {check:<17} {told(own, good=True):<30} {told(own, good=False)}")
            for one in own:
                if check in arguments and not one.right:
                    print(f"      {'good' if one.good else 'faulty'} {one.value:.2f} {one.where}")


def told(cases: Sequence[Case], *, good: bool) -> str:
    """ "95 % [86–98] of 40"; empty for no cases."""
    own = [one.right for one in cases if one.good == good]
    low, high = interval(sum(own), len(own))
    return f"{sum(own) / len(own):.0%} [{low:.0%}–{high:.0%}] of {len(own)}" if own else ""


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's interval for a share, at 95 %."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


if __name__ == "__main__":
    main(sys.argv[1:])
