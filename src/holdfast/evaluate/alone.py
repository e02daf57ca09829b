"""What tasks need by themselves, for those who may not ask an engine."""

from __future__ import annotations

from holdfast.require import CapabilityNeed, RequiredTask, Requirement, alone

__all__ = ["CapabilityNeed", "RequiredTask", "Requirement", "alone"]
