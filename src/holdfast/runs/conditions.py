"""The conditions that states tie their offers to, in words."""

from __future__ import annotations

from typing import Final

from holdfast.case import Case

CONDITIONS: Final = {
    "ceasefire": "a ceasefire is in force",
    "backstop": "{backstop} stands behind the force",
    "un_mandate": "there is a mandate of the United Nations",
    "behind_line": "troops stay away from the line",
    "not_inside": "troops stay outside the host",
    "parliament": "its parliament agrees",
}
"""What each condition asks for, in words."""


def worded_condition(case: Case, name: str) -> str:
    """Return what a condition asks for, in words."""
    return CONDITIONS[name].format(backstop=case.named(case.about.backstop))
