"""Time a table of a million incidents: read, laid beside a line, and tallied; and plain Python on some rows.

The table is made up, in the layout of fires seen from space, scattered along the packaged line. It is read as
it is, and once more with quotation marks around each day, which takes the careful way row by row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.files.incidents import read_incidents
from holdfast.observe.incidents import tally
from holdfast.runs.asking import set_up
from holdfast.runs.ground import Ground, ground_of
from holdfast.runs.happened import happened

ROUNDS: Final = 5
ROWS: Final = 1_000_000
FEW: Final = 20_000
FUTURES: Final = 32
HEADER: Final = "latitude,longitude,acq_date,acq_time,confidence,frp,daynight"


def the_ground() -> Ground:
    """Return the packaged line and its sectors."""
    setup = set_up("ukraine", settlement=None, futures=16, seed=1, years=1, overlay=None)
    return ground_of(setup.case, setup.settlement, line=None, layer=None, where=(), sectors=24)


def made_up(ground: Ground, mark: str) -> list[str]:
    """Return the lines of a table of fires along a line, with a mark around each day."""
    rng = np.random.default_rng(1)
    points = np.concatenate(ground.line.parts)
    places = points[rng.integers(0, len(points), ROWS)] + rng.uniform(-0.3, 0.3, (ROWS, 2))
    days = np.datetime64("2023-01-01") + rng.integers(0, 365, ROWS)
    lights = np.where(rng.integers(0, 2, ROWS) == 1, "N", "D")
    columns = (places[:, 1].tolist(), places[:, 0].tolist(), np.datetime_as_string(days), lights.tolist())
    rows = zip(*columns, strict=True)
    return [HEADER, *(f"{a:.5f},{o:.5f},{mark}{day}{mark},1106,n,7.75,{light}" for a, o, day, light in rows)]


def in_plain_python(text: str) -> list[tuple[dt.date, float, float, str]]:
    """Return the rows of a table, read one by one."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [
        (
            dt.date.fromisoformat(row["acq_date"]),
            float(row["latitude"]),
            float(row["longitude"]),
            row["daynight"],
        )
        for row in rows
    ]


def shares(shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return made-up shares for cells of a shape, a mix of classes, and lights."""
    _, sectors, sides, classes, lights, bins = shape
    table = np.random.default_rng(2).uniform(size=(FUTURES, 3, sectors, sides, classes - 1, lights - 1, bins))
    mix = np.full((FUTURES, classes - 1), 1.0 / (classes - 1))
    return table, mix, np.full((FUTURES, lights - 1), 1.0 / (lights - 1))


def seconds(job: Callable[[], object]) -> float:
    """Return how long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    ground = the_ground()
    lines = made_up(ground, "")
    few = "\n".join(lines[: FEW + 1])
    with tempfile.TemporaryDirectory() as folder:
        plain, marked = Path(folder) / "plain.csv", Path(folder) / "marked.csv"
        plain.write_text("\n".join(lines), "utf-8")
        marked.write_text("\n".join(made_up(ground, '"')), "utf-8")
        found = happened(plain, (), ground, None)  # compiles, and warms the file
        known = shares(found.counts.cells.shape)
        jobs: dict[str, Callable[[], object]] = {
            "read": lambda: read_incidents(plain),
            "read, with quotation marks": lambda: read_incidents(marked),
            "read and laid beside the line": lambda: happened(plain, (), ground, None),
            f"tallied, {FUTURES} futures": lambda: tally(found.counts, *known),
        }
        took: dict[str, list[float]] = {name: [] for name in jobs}
        slow = []
        for _ in range(ROUNDS):
            for name, job in jobs.items():
                took[name].append(seconds(job))
            slow.append(seconds(lambda: in_plain_python(few)))
    print(f"{ROWS:,} rows, {found.counts.total:,} matched; medians of {ROUNDS} rounds")
    for name, times in took.items():
        print(f"{name:32} {statistics.median(times):8.3f} s (best {min(times):.3f})")
    each = statistics.median(slow) / FEW
    read = statistics.median(took["read"]) / ROWS
    print(f"plain Python, {FEW:,} rows {each * 1e6:17.2f} µs each: {each / read:,.1f} x as long as read")


if __name__ == "__main__":
    main()
