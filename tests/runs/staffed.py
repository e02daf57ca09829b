"""Plans of packaged arrangements, made once: in few futures, since nothing that staffs read is drawn."""

from __future__ import annotations

from functools import cache
from typing import Any

from holdfast.runs import Composed, composition

FEW = 16
LINE, MONITORS, REAR, NOBODY = "un-peacekeepers", "osce-monitors", "reassurance-force", "none"
NAMES = (LINE, MONITORS, REAR)


@cache
def composed(name: str) -> Composed:
    return composition("ukraine", name, futures=FEW)


@cache
def document(name: str) -> dict[str, Any]:
    return composed(name).document
