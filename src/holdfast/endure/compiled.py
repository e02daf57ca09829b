"""The compiled clock that is kept on this machine: whether it is there, and whether it is still true.

numba keeps compiled code beside its source, or in the user's cache folder, and throws it away when that
file changes. It does not look at the files whose functions and constants were compiled in with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from holdfast.endure import kernel

_HERE: Final = Path(__file__).parent
_COMPILED_IN: Final = (
    *(_HERE / f"{name}.py" for name in ("kernel", "course", "philox", "query", "survival")),
    *(_HERE.parent / f"{name}.py" for name in ("fixed", "noise", "vocabulary/axes")),
)
"""The clock, and all whose functions or constants it uses."""


def is_at_hand() -> bool:
    """Return whether the clock was compiled here before; forget it first if its sources have changed."""
    index = _index()
    if index is None or not index.exists():
        return False
    newest = max(source.stat().st_mtime for source in _COMPILED_IN)
    if index.stat().st_mtime >= newest:
        return True
    for stale in index.parent.glob("kernel.*.nbi"):
        stale.unlink(missing_ok=True)
    return False


def _index() -> Path | None:
    """Return the file in which numba keeps what it has compiled of the clock; None if it keeps none."""
    cache = getattr(kernel._run_all, "_cache", None)  # noqa: SLF001 - numba has no public way to ask
    file = getattr(cache, "_cache_file", None)
    path, name = getattr(cache, "cache_path", None), getattr(file, "_index_name", None)
    return None if path is None or name is None else Path(path) / name
