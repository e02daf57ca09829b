"""Naming things by their content: one stable digest for queries, files and results."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

DIGEST_BYTES = 16


def digest(thing: Any) -> str:  # noqa: ANN401 - anything a query may hold
    """Return a hexadecimal digest of the content of ``thing``.

    Parameters
    ----------
    thing : object
        None, bool, int, float, str, bytes, a NumPy array, a mapping, a sequence, or a dataclass of these.

    Returns
    -------
    str
        32 hexadecimal digits; equal for equal content on every machine, whatever the order of a mapping.

    Raises
    ------
    TypeError
        If ``thing`` holds something that has no stable content.
    """
    state = hashlib.blake2b(digest_size=DIGEST_BYTES)
    _feed(state, thing)
    return state.hexdigest()


def _feed(state: Any, thing: Any) -> None:  # noqa: ANN401
    """Add the type and content of ``thing`` to ``state``, unambiguously."""
    if thing is None or isinstance(thing, bool | int | float | str):
        data = (thing if isinstance(thing, str) else repr(thing)).encode("utf-8", "surrogatepass")
        state.update(f"{type(thing).__name__}:{len(data)}:".encode() + data)
    elif isinstance(thing, bytes):
        state.update(f"bytes:{len(thing)}:".encode() + thing)
    elif hasattr(thing, "dtype") and hasattr(thing, "tobytes") and not thing.dtype.hasobject:
        data = thing.tobytes()
        state.update(f"array:{thing.dtype.str}:{thing.shape}:{len(data)}:".encode() + data)
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = dataclasses.fields(thing)
        state.update(f"{type(thing).__name__}:{len(fields)}:".encode())
        for field in fields:
            _feed(state, field.name)
            _feed(state, getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        state.update(f"mapping:{len(thing)}:".encode())
        for key in sorted(thing):
            _feed(state, key)
            _feed(state, thing[key])
    elif isinstance(thing, list | tuple):
        state.update(f"sequence:{len(thing)}:".encode())
        for item in thing:
            _feed(state, item)
    elif isinstance(thing, frozenset | set):
        state.update(b"set:")
        _feed(state, sorted(thing))
    else:
        msg = f"{type(thing).__name__} has no stable content to name it by"
        raise TypeError(msg)
