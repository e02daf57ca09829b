"""Writing files: whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from holdfast.files.problems import refuse

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def check_target(path: Path) -> None:
    """Refuse at once, before any long work, a path where no file can be written.

    Raises
    ------
    FileProblems
        If it is a folder, or its own folder is missing.
    """
    if _is_folder(path):
        raise refuse(str(path), "is a folder; a file cannot take its place", "give another name")
    if path.parent.is_file():
        raise refuse(str(path), f"{path.parent} is a file, not a folder", "name a file in a folder")
    if not _is_folder(path.parent):
        raise refuse(str(path), f"the folder {path.parent} does not exist", "make the folder first")


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file so that there is never half of it: either the new one or what was there before.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    data : str or bytes
        What to write; text is written as UTF-8 with its line ends as they are.

    Raises
    ------
    FileProblems
        If the folder is missing or may not be written, the disk is full and the like. Nothing is
        left behind.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    if _is_folder(path):
        check_target(path)
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.part")
    try:
        _write(beside, content)
        beside.replace(path)
        _settle(path.parent)
    except FileNotFoundError:
        raise refuse(str(path), f"the folder {path.parent} does not exist", "make the folder first") from None
    except NotADirectoryError:
        raise refuse(str(path), f"{path.parent} is a file, not a folder", "name a file in a folder") from None
    except IsADirectoryError:
        raise refuse(str(path), "is a folder; a file cannot take its place", "give another name") from None
    except PermissionError:
        raise refuse(
            str(path), f"the folder {path.parent} may not be written", "choose another folder"
        ) from None
    except OSError as failure:
        reason = (failure.strerror or "unknown reason").lower()
        raise refuse(
            str(path), f"cannot be written ({reason})", "make room, or choose another place"
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _is_folder(path: Path) -> bool:
    """Return whether a path can only be a folder; one that cannot even be asked for is none."""
    try:
        return not path.name or path.is_dir()
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Wait until a folder's new entry is on the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def csv_safe(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula.

    A text that begins like a formula gets a quote in front; numbers stay as they are.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
