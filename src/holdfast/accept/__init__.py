"""Accept: would the parties agree to this settlement with this arrangement (rules AC1 to AC4).

Left out in this first cut: the smallest change that would turn a refusal, bargaining between the
parties, and a war that goes on with its own stocks; a refused settlement here means that the war
goes on and nothing more is computed.
"""

from __future__ import annotations

from holdfast.accept.acceptance import Acceptance, AcceptQuery, accept

__all__ = ["AcceptQuery", "Acceptance", "accept"]
