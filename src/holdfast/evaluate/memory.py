"""Remember an engine's answer by the content of its query."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from holdfast.content import digest

Query = TypeVar("Query")
Answer = TypeVar("Answer")


class Memory:
    """Answers of engines, by engine and content of the query.

    A query that was answered before costs a digest. Nothing is forgotten while the object lives:
    keep one for a comparison, not for ever.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], object] = {}
        self.asked = 0
        self.remembered = 0

    def ask(self, engine: Callable[[Query], Answer], query: Query) -> Answer:
        """Return ``engine(query)``, from memory where the same content was asked before."""
        key = (f"{engine.__module__}.{engine.__qualname__}", digest(query))
        self.asked += 1
        if key in self._answers:
            self.remembered += 1
        else:
            self._answers[key] = engine(query)
        return self._answers[key]  # type: ignore[return-value]

    def once(self, name: str, content: object, make: Callable[[], Answer]) -> Answer:
        """Return what ``make`` returns, made once for each content that a small object names."""
        key = (name, digest(content))
        if key not in self._answers:
            self._answers[key] = make()
        return self._answers[key]  # type: ignore[return-value]
