"""Reading tables of incidents: which rows can be used, which cannot and why, none lost."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.errors import UsageProblem
from holdfast.files.incident_layouts import LAYOUTS, OWN, PLAIN, ROLES, Layout
from holdfast.files.problems import FileProblems, listed, nearest, quoted, refuse
from holdfast.files.reading import read_bytes
from holdfast.files.writing import csv_safe, write_whole
from holdfast.vocabulary.incident import CLASSES

if TYPE_CHECKING:
    import _csv

    import polars as pl

LARGEST: Final = 2_000_000_000
"""Bytes of a table, unpacked."""
UNKNOWN: Final = -1
FORMATS: Final = ("%Y-%m-%d", "%d %B %Y", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y/%m/%d")
"""Ways to write a day; day and month of the fourth and fifth may be taken for each other."""
_SLASHED: Final = FORMATS[3:5]
_NOT_KNOWN: Final = ("", "unknown", "not known")
MOST_SHOWN: Final = 5
REASONS: Final = {
    "date": "no day that can be read",
    "latitude": "latitude is no number from -90 to 90",
    "longitude": "longitude is no number from -180 to 180",
    "nowhere": "latitude and longitude are both 0",
    "unarmed": "no use of arms, by the table's own words",
    "twice": "the same key as an earlier row",
}
"""Why a row is set aside, in the order in which rows are asked."""
_DELIMITERS: Final = (",", ";", "\t")
_NEVER: Final = b"\x01"
_AT_ONCE: Final = 8_192
"""Rows held as Python objects at a time."""
_LEAST_PARQUET: Final = 12
_EARLIEST: Final = np.datetime64("1900-01-01")
"""An earlier day is a year of two digits."""
_QUOTES: Final = "close every quotation mark, and double those inside a cell"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: its number in the file (the header is row 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, eq=False)
class Incidents:
    """The usable rows of a table of incidents, and what became of the others.

    Attributes
    ----------
    name : str
        The file's last name.
    sha256 : str
    layout : str
    rows : int
        In the table, without the header.
    day : array of datetime64[D]
    latitude, longitude : arrays, degrees
    kind : array of int8
        Place of the class in ``CLASSES``; -1 is not known.
    light : array of int8
        0 day, 1 night; -1 is not known.
    coarse : array of bool
        Whether the table says that place or day is known only roughly.
    row : array of int64
        Number of the row in the file; the header is row 1.
    bad : mapping of reason to number of rows
    shown : tuple of BadRow
        The first few.
    """

    name: str
    sha256: str
    layout: str
    rows: int
    day: NDArray[np.datetime64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    kind: NDArray[np.int8]
    light: NDArray[np.int8]
    coarse: NDArray[np.bool_]
    row: NDArray[np.int64]
    bad: Mapping[str, int]
    bad_rows: NDArray[np.int64]
    bad_reasons: NDArray[np.int8]
    path: Path

    @property
    def shown(self) -> tuple[BadRow, ...]:
        """The first few rows that cannot be used."""
        texts = tuple(REASONS.values())
        pairs = zip(self.bad_rows[:MOST_SHOWN].tolist(), self.bad_reasons[:MOST_SHOWN].tolist(), strict=True)
        return tuple(BadRow(row, texts[reason]) for row, reason in pairs)


def read_incidents(path: str | Path, columns: Mapping[str, str] | None = None) -> Incidents:
    """Read a table of incidents.

    Parameters
    ----------
    path : str or Path
        CSV with commas, semicolons or tabs (also packed, ``.csv.gz``), or Parquet.
    columns : mapping of role to column, optional
        Which column is the ``date``, ``latitude``, ``longitude``, and if there are such the ``class`` and
        ``light``, for a table that is not recognised.

    Raises
    ------
    FileProblems
        If the file is no table, lacks what is needed, or a whole column is wrong.
    UsageProblem
        If a role or a column that is named is not there.
    """
    file = Path(path)
    data = read_bytes(file, LARGEST)
    sha256 = hashlib.sha256(data).hexdigest()
    table = _Table(file, data)
    layout, found = _layout(str(file), table.header, dict(columns or {}))
    frame = table.read(sorted(set(found.values())))
    return _checked(file, sha256, layout, found, table, frame)


def columns_of(texts: Sequence[str]) -> dict[str, str]:
    """Return columns as users name them: ``date=when``.

    Raises
    ------
    UsageProblem
        If a text names no role, or a role twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        role, equals, column = text.partition("=")
        role = role.strip()
        if not equals or role not in ROLES or not column.strip():
            guess = nearest(role, ROLES)
            mend = f"write {guess or 'date'}=NAME; the roles are {listed(list(ROLES))}"
            raise UsageProblem("--column", f"{quoted(text)} names no column", mend)
        if role in found:
            raise UsageProblem("--column", f"{role} is named twice", "name one column for it")
        found[role] = column.strip()
    return found


def write_set_aside(incidents: Incidents, target: Path, extra: Mapping[int, str] | None = None) -> int:
    """Write the rows that cannot be used, as they are, with their number and the reason.

    Parameters
    ----------
    incidents : Incidents
    target : Path
    extra : mapping of row to reason, optional
        Rows that cannot be used for another reason.

    Returns
    -------
    int
        How many.

    Raises
    ------
    FileProblems
    """
    texts = tuple(REASONS.values())
    wanted = {
        row: texts[reason]
        for row, reason in zip(incidents.bad_rows.tolist(), incidents.bad_reasons.tolist(), strict=True)
    }
    wanted.update(extra or {})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    data = read_bytes(incidents.path, LARGEST)
    if hashlib.sha256(data).hexdigest() != incidents.sha256:
        raise refuse(str(incidents.path), "was changed while it was read", "run it again")
    table = _Table(incidents.path, data)
    writer.writerow(["row", "reason", *map(csv_safe, table.header)])
    for row, cells in table.rows():
        if row in wanted:
            writer.writerow([row, wanted[row], *map(csv_safe, cells)])
    write_whole(target, out.getvalue())
    return len(wanted)


# --- The table ---------------------------------------------------------------------------------------------


class _Table:
    """A table as it lies in a file: its header, some of its columns as text, its rows one by one.

    Rows are counted as a spreadsheet does: the header is row 1, a blank line is a row, and a cell with line
    breaks is still of one row. ``numbers`` holds the number of each row that was read.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.file = str(path)
        self.is_parquet = data[:4] == b"PAR1"
        self.data = data if self.is_parquet else _text_bytes(self.file, data)
        self.separator = ","
        self.numbers: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.header = self._parquet_header() if self.is_parquet else self._csv_header()

    def read(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return some columns as text, blank where nothing stands, and note the numbers of their rows."""
        import polars as pl

        if self.is_parquet:
            frame = self._parquet(columns)
        elif self._is_plain():
            places = sorted(self.header.index(name) for name in columns)
            frame = pl.read_csv(
                self.data, columns=places, separator=self.separator, quote_char=None, infer_schema=False
            )
            frame.columns = [self.header[place] for place in places]
        else:
            return self._row_by_row(columns)
        self.numbers = np.arange(2, frame.height + 2)
        return frame.with_columns(pl.all().fill_null(""))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each row that is not blank."""
        if self.is_parquet:
            frame = self._parquet(self.header)
            for number, values in enumerate(frame.iter_rows(), start=2):
                yield number, ["" if value is None else value for value in values]
            return
        for number, _, cells in self._records():
            yield number, cells

    def refuse_row(self, place: int, wrong: str, mend: str) -> FileProblems:
        """Return the exception about the row at a place among those read, with its line in the file."""
        row = line = int(self.numbers[place])
        if not self.is_parquet:
            line = next(line for number, line, _ in self._records() if number == row)
        return refuse(self.file, wrong, mend, line=line)

    def _csv_header(self) -> tuple[str, ...]:
        first = self.data.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode()
        self.separator = max(_DELIMITERS, key=first.count)
        try:
            header = tuple(next(self._reader(), []))
        except csv.Error:
            raise refuse(self.file, "has no header that can be read", _QUOTES) from None
        if not any(name.strip() for name in header):
            raise refuse(self.file, "has no header", "begin it with a row of column names")
        twice = [name for name in header if name.strip() and header.count(name) > 1]
        if twice:
            raise refuse(self.file, f"the column {quoted(twice[0])} stands twice", "rename one")
        return header

    def _reader(self) -> _csv.Reader:
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding="utf-8-sig", newline="")
        return csv.reader(text, delimiter=self.separator, strict=True)

    def _records(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the number, the line and the cells of each row that is not blank; refuse ragged ones."""
        reader = self._reader()
        next(reader)
        number, line = 1, reader.line_num + 1
        try:
            for cells in reader:
                number += 1
                if len(cells) > 1 or (cells and cells[0].strip()):
                    if len(cells) != len(self.header):
                        wrong = f"has {len(cells)} cells where the header has {len(self.header)}"
                        raise refuse(self.file, wrong, "give every row as many cells", line=line)
                    yield number, line, cells
                line = reader.line_num + 1
        except csv.Error:
            wrong = "from here on quotation marks do not match, or a cell is longer than 131,072 characters"
            raise refuse(self.file, wrong, _QUOTES, line=line) from None

    def _is_plain(self) -> bool:
        """Return whether every line is a row with as many cells, as separators alone tell."""
        import polars as pl

        if b'"' in self.data or _NEVER in self.data or self.data.count(b"\r") != self.data.count(b"\r\n"):
            return False
        lines = pl.read_csv(
            self.data, separator=_NEVER.decode(), quote_char=None, has_header=False, infer_schema=False
        ).to_series()
        cells = lines.str.count_matches(self.separator, literal=True) + 1
        return bool((cells == len(self.header)).fill_null(value=False).all())

    def _row_by_row(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return some columns of a table with quotation marks, blank lines or rows that do not fit."""
        import polars as pl

        places = [self.header.index(name) for name in columns]
        numbers = [np.zeros(0, dtype=np.int64)]
        frames = [pl.DataFrame(schema=dict.fromkeys(columns, pl.String))]
        records = self._records()
        while some := list(islice(records, _AT_ONCE)):
            numbers.append(np.array([number for number, _, _ in some], dtype=np.int64))
            values = ([cells[place] for _, _, cells in some] for place in places)
            frames.append(pl.DataFrame(dict(zip(columns, values, strict=True))))
        self.numbers = np.concatenate(numbers)
        return pl.concat(frames, rechunk=True)

    def _parquet_header(self) -> tuple[str, ...]:
        import polars as pl

        if self.data[-4:] != b"PAR1" or len(self.data) < _LEAST_PARQUET:
            raise refuse(self.file, "is damaged Parquet: its end is missing", "copy it again")
        with _parquet_refused(self.file):
            return tuple(pl.read_parquet_schema(io.BytesIO(self.data)))

    def _parquet(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return some columns as text."""
        import polars as pl

        with _parquet_refused(self.file):
            frame = pl.read_parquet(io.BytesIO(self.data), columns=list(columns))
            return frame.select(pl.col(name).cast(pl.String, strict=False) for name in columns)


@contextmanager
def _parquet_refused(file: str) -> Iterator[None]:
    """Refuse Parquet that polars cannot read."""
    import polars as pl

    try:
        yield
    except pl.exceptions.InvalidOperationError:
        raise refuse(file, "has a column that is no text, number or day", "save it as CSV") from None
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001 - its errors have no one root
        raise refuse(file, "is damaged Parquet", "write it again, or save it as CSV") from None


def _text_bytes(file: str, data: bytes) -> bytes:
    """Return the bytes of a text, unpacked, or refuse what is none."""
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(LARGEST + 1)
        except (OSError, EOFError):
            raise refuse(file, "is packed and damaged", "pack it again") from None
        if len(data) > LARGEST:
            raise refuse(file, f"unpacks to more than {LARGEST // 10**9} GB", "split it")
    if not data.strip():
        raise refuse(file, "is empty", "name a table of incidents")
    if data[:2] == b"PK":
        raise refuse(file, "is packed as ZIP, or a workbook", "unpack it, or save the sheet as CSV")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise refuse(file, "is UTF-16", "save it as UTF-8")
    if b"\0" in data:
        raise refuse(file, "is no text: it holds NUL bytes", "name a CSV or Parquet file")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise refuse(file, "is not UTF-8, perhaps Latin-1", "save it as UTF-8", line=line) from None
    return data


# --- What its columns are -----------------------------------------------------------------------------------


def _layout(file: str, header: Sequence[str], named: dict[str, str]) -> tuple[Layout, dict[str, str]]:
    """Return the layout of a table, and the columns to be read by role."""
    if named:
        return _own_layout(file, header, named)
    by_lower: dict[str, str] = {}
    for name in header:
        known = by_lower.setdefault(name.strip().lower(), name)
        if known != name and name.strip():
            wrong = f"the columns {quoted(known)} and {quoted(name)} differ only in case or blanks"
            raise refuse(file, wrong, "rename one, or name the right ones: --column")
    fitting = [one for one in LAYOUTS if one.marks <= by_lower.keys()]
    if fitting:
        best = max(fitting, key=lambda one: len(one.marks))
        wanted = [best.date, best.latitude, best.longitude, *best.flags, *best.coarse, *best.unarmed]
        wanted += [one for one in (best.kind, best.light, best.key) if one is not None]
        return best, {name: by_lower[name] for name in wanted if name in by_lower}
    plain = {
        role: next((by_lower[one] for one in names if one in by_lower), None) for role, names in PLAIN.items()
    }
    if all(plain[role] is not None for role in ("date", "latitude", "longitude")):
        named = {role: name for role, name in plain.items() if name is not None}
        return _own_layout(file, header, named, "plain names")
    lacking = [role for role in ("date", "latitude", "longitude") if plain[role] is None]
    columns = listed([quoted(name) for name in header[:12]]) + (" and more" if len(header) > 12 else "")
    raise refuse(
        file,
        f"has no column for {listed(lacking)}; its columns are {columns}",
        f"name them: --column {lacking[0]}=NAME",
    )


def _own_layout(
    file: str, header: Sequence[str], named: Mapping[str, str], name: str = "columns named by the user"
) -> tuple[Layout, dict[str, str]]:
    """Return the layout of a table whose columns are named."""
    for role, column in named.items():
        if column not in header:
            guess = nearest(column, header)
            mend = (
                f"did you mean {quoted(guess)}?" if guess else f"the columns are {listed(list(header)[:12])}"
            )
            raise UsageProblem("--column", f"{file} has no column {quoted(column)} for {role}", mend)
    lacking = [role for role in ("date", "latitude", "longitude") if role not in named]
    if lacking:
        raise UsageProblem("--column", f"no column is named for {listed(lacking)}", f"add {lacking[0]}=NAME")
    layout = Layout(
        name=name,
        marks=frozenset(),
        date="date",
        latitude="latitude",
        longitude="longitude",
        kind="class" if "class" in named else None,
        classes=OWN,
        light="light" if "light" in named else None,
        strict=True,
    )
    return layout, dict(named)


# --- Rows ---------------------------------------------------------------------------------------------------


def _checked(
    file: Path, sha256: str, layout: Layout, found: Mapping[str, str], table: _Table, frame: pl.DataFrame
) -> Incidents:
    """Return the rows that can be used, and count the others by reason."""
    if not frame.height:
        raise refuse(str(file), "has a header and no rows", "name a table with incidents")
    day = _days(table, frame, found[layout.date])
    latitude = _degrees(table, frame, found[layout.latitude])
    longitude = _degrees(table, frame, found[layout.longitude])
    _check_axes(table, latitude, longitude)
    reason = np.full(frame.height, UNKNOWN, dtype=np.int8)
    wrong = (
        np.isnat(day),
        ~(np.abs(latitude) <= 90.0),
        ~(np.abs(longitude) <= 180.0),
        (latitude == 0.0) & (longitude == 0.0),
        _says(frame, layout.unarmed, found),
    )
    for place in reversed(range(len(wrong))):
        reason[wrong[place]] = place
    reason[_repeated(frame, found.get(layout.key or ""), reason == UNKNOWN)] = len(wrong)
    good = reason == UNKNOWN
    if not good.any():
        first = tuple(REASONS.values())[reason[0]]
        raise table.refuse_row(
            0, f"has no row that can be used; of the first, {first}", "name the right columns: --column"
        )
    counts = np.bincount(reason[~good], minlength=len(REASONS)).tolist()
    return Incidents(
        name=file.name,
        sha256=sha256,
        layout=layout.name,
        rows=frame.height,
        day=day[good],
        latitude=latitude[good],
        longitude=longitude[good],
        kind=_kinds(table, frame, layout, found)[good],
        light=_lights(table, frame, layout, found)[good],
        coarse=_says(frame, layout.coarse, found)[good],
        row=table.numbers[good],
        bad={text: count for text, count in zip(REASONS.values(), counts, strict=True) if count},
        bad_rows=table.numbers[~good],
        bad_reasons=reason[~good],
        path=file,
    )


def _days(table: _Table, frame: pl.DataFrame, column: str) -> NDArray[np.datetime64]:
    """Return days; not a time where a text is none.

    The way of writing that reads most rows is taken for all. Where day and month may be taken for each
    other, or stand now first, now second, the column is refused.
    """
    text = frame.get_column(column).str.strip_chars()
    filled = int((text != "").sum())
    read: dict[str, pl.Series] = {}
    for form in FORMATS:
        cut = text.str.slice(0, 10) if form == FORMATS[0] else text
        days = cut.str.to_date(form, strict=False)
        read[form] = days.set(days < _EARLIEST.item(), None)
        if form not in _SLASHED and filled == len(days) - read[form].null_count():
            break
    best = min(read, key=lambda form: read[form].null_count())
    if best in _SLASHED:
        _check_slashed(table, text, *(read[form] for form in _SLASHED))
    return read[best].to_numpy().astype("datetime64[D]")


def _check_slashed(table: _Table, text: pl.Series, by_day: pl.Series, by_month: pl.Series) -> None:
    """Refuse days with slashes if they do not tell whether the day or the month stands first."""
    only_by_day, only_by_month = (
        by_month.is_null() & ~by_day.is_null(),
        by_day.is_null() & ~by_month.is_null(),
    )
    mend = "write days as 2026-08-22"
    if only_by_day.any() and only_by_month.any():
        row = max(int(one.arg_true()[0]) for one in (only_by_day, only_by_month))
        wrong = f"the day {quoted(str(text[row]))} has day and month the other way round than rows before"
        raise table.refuse_row(row, wrong, mend)
    apart = (by_day != by_month).fill_null(value=False)
    if apart.any() and not (only_by_day.any() or only_by_month.any()):
        row = int(apart.arg_true()[0])
        wrong = f"the day {quoted(str(text[row]))} may be read with day first or month first"
        raise table.refuse_row(row, wrong, mend)


def _degrees(table: _Table, frame: pl.DataFrame, column: str) -> NDArray[np.float64]:
    """Return numbers; not a number where a text is none."""
    import polars as pl

    text = frame.get_column(column).str.strip_chars()
    values = text.cast(pl.Float64, strict=False)
    if values.null_count() > len(values) // 2:
        commas = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        if commas.null_count() < values.null_count():
            row = int((values.is_null() & commas.is_not_null()).arg_true()[0])
            wrong = f"{quoted(str(text[row]))} in {quoted(column)} has a decimal comma"
            raise table.refuse_row(row, wrong, "write decimal points")
    return values.fill_null(float("nan")).to_numpy().astype(np.float64)


def _check_axes(table: _Table, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> None:
    """Refuse a table whose latitudes are longitudes, as far as numbers alone tell."""
    known = np.isfinite(latitude) & np.isfinite(longitude)
    beyond = known & (np.abs(latitude) > 90.0)
    if known.any() and beyond.sum() > known.sum() / 2 and (np.abs(longitude[known]) <= 90.0).mean() > 0.5:
        wrong = "latitudes lie beyond 90 degrees: they are longitudes"
        mend = "exchange the two, or name the right columns: --column"
        raise table.refuse_row(int(np.flatnonzero(beyond)[0]), wrong, mend)


def _repeated(frame: pl.DataFrame, column: str | None, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which good rows have the key of an earlier good one; a blank is no key."""
    import polars as pl

    if not column:
        return np.zeros(frame.height, dtype=np.bool_)
    key = frame.get_column(column).str.strip_chars()
    asked = pl.Series(good) & (key != "")
    repeated = np.zeros(frame.height, dtype=np.bool_)
    repeated[asked.to_numpy()] = ~key.filter(asked).is_first_distinct().to_numpy()
    return repeated


def _words(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return words in small letters, without blanks around them; a whole number as such."""
    return frame.get_column(column).str.strip_chars().str.to_lowercase().str.strip_suffix(".0")


def _says(
    frame: pl.DataFrame, words: Mapping[str, frozenset[str]], found: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Return which rows have one of some words in one of some columns."""
    says = np.zeros(frame.height, dtype=np.bool_)
    for column, some in words.items():
        if column in found:
            says |= _words(frame, found[column]).is_in(sorted(some)).to_numpy()
    return says


def _places(
    table: _Table, frame: pl.DataFrame, column: str, places: Mapping[str, int], *, strict: bool
) -> NDArray[np.int8]:
    """Return the place of each word; -1 for others, unless every word must be known."""
    import polars as pl

    words = _words(frame, column)
    found = words.replace_strict(places, default=UNKNOWN, return_dtype=pl.Int8)
    strange = (found == UNKNOWN) & ~words.is_in(_NOT_KNOWN)
    if strict and strange.any():
        row = int(strange.arg_true()[0])
        wrong = f"{quoted(words[row])} in {quoted(column)} is none of {listed([*places][: len(CLASSES)])}"
        guess = nearest(words[row], places)
        leave = "leave the cell empty where it is not known"
        raise table.refuse_row(row, wrong, f"did you mean {guess}? Or {leave}" if guess else leave)
    return found.to_numpy().copy()


def _kinds(table: _Table, frame: pl.DataFrame, layout: Layout, found: Mapping[str, str]) -> NDArray[np.int8]:
    """Return the class of each row, -1 where it is not known."""
    kinds = np.full(frame.height, UNKNOWN, dtype=np.int8)
    if layout.kind is not None and layout.kind in found:
        places = {word: CLASSES.index(name) for word, name in layout.classes.items()}
        kinds = _places(table, frame, found[layout.kind], places, strict=layout.strict)
    marked = np.zeros(frame.height, dtype=np.int64)
    for column, name in layout.flags.items():
        if column in found:
            flag = (_words(frame, found[column]) == "1").to_numpy()
            kinds[flag] = CLASSES.index(name)
            marked += flag
    kinds[marked > 1] = UNKNOWN
    return kinds


def _lights(table: _Table, frame: pl.DataFrame, layout: Layout, found: Mapping[str, str]) -> NDArray[np.int8]:
    """Return 0 for day, 1 for night, -1 where it is not known."""
    if layout.light is None or layout.light not in found:
        return np.full(frame.height, UNKNOWN, dtype=np.int8)
    places = {"day": 0, "night": 1, "d": 0, "n": 1}
    return _places(table, frame, found[layout.light], places, strict=layout.strict)


__all__ = ["BadRow", "Incidents", "columns_of", "read_incidents", "write_set_aside"]
