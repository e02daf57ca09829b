"""Reading tables of incidents: what is recognised, what is set aside and why, and that no row is lost."""

import csv
import datetime as dt
import gzip
import io
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import HoldfastError, UsageProblem
from holdfast.files.incidents import columns_of, read_incidents, write_set_aside
from holdfast.files.problems import FileProblems
from holdfast.vocabulary.incident import CLASSES

HEAD = "date,latitude,longitude"
ROWS = ["2026-01-02,47.5,35.5", "2026-02-03,48.5,36.5"]


def written(folder, *lines, name="table.csv", end="\n", encoding="utf-8"):
    path = folder / name
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def problem_of(path, columns=None):
    """Return the line, what is wrong and the mend of a refused table."""
    with pytest.raises(FileProblems) as caught:
        read_incidents(path, columns)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert problem.mend
    return problem.line, problem.wrong, problem.mend


def names(kinds):
    return [None if kind < 0 else CLASSES[kind] for kind in kinds]


def days(found):
    return [str(day) for day in found.day]


LAYOUTS = {
    "UCDP GED": (
        "id,type_of_violence,where_prec,date_prec,latitude,longitude,date_start",
        ["7,1,1,1,48.0,37.0,2015-01-31", "8,1,4,1,48.1,37.1,2015-02-01", "9,1,1,5,48.2,37.2,2015-02-02"],
        {"kind": [None] * 3, "light": [-1] * 3, "coarse": [False, True, True]},
    ),
    "ACLED": (
        "event_id_cnty,event_date,time_precision,event_type,sub_event_type,latitude,longitude,geo_precision",
        [
            "A1,31 January 2015,1,Explosions,Shelling/artillery/missile attack,48.0,37.0,1",
            "A2,01 February 2015,3,Battles,Armed clash,48.1,37.1,1",
            "A3,02 February 2015,1,Explosions,Remote explosive/landmine/IED,48.2,37.2,3",
        ],
        {"kind": ["artillery", None, "sabotage"], "light": [-1] * 3, "coarse": [False, True, True]},
    ),
    "VIINA": (
        "event_id,date,latitude,longitude,GEO_PRECISION,t_mil_b,t_artillery_b,t_airstrike_b,t_firefight_b",
        [
            "1,20150131,48.0,37.0,STREET,1,1,0,0",
            "2,20150201,48.1,37.1,ADM1,1,1,1,0",
            "3,20150202,48.2,37.2,ADM3,1,0,0,1",
        ],
        {"kind": ["artillery", None, "small_arms"], "light": [-1] * 3, "coarse": [False, True, False]},
    ),
    "NASA FIRMS": (
        "latitude,longitude,acq_date,acq_time,confidence,frp,daynight",
        [
            "48.0,37.0,2015-01-31,1106,n,7.7,D",
            "48.1,37.1,2015-02-01,0006,n,7.7,N",
            "48.2,37.2,2015-02-02,0006,n,7.7,",
        ],
        {"kind": [None] * 3, "light": [0, 1, -1], "coarse": [False] * 3},
    ),
    "Centre for Information Resilience": (
        "entry,date,event_group,lat,lon",
        ["U1,2015-01-31,Munitions,48.0,37.0", "U2,2015-02-01,Other,48.1,37.1", "U3,2015-02-02,X,48.2,37.2"],
        {"kind": [None] * 3, "light": [-1] * 3, "coarse": [False] * 3},
    ),
    "plain names": (
        "Day,Lat,Lng,Kind,Light",
        ["2015-01-31,48.0,37.0,mortar,day", "2015-02-01,48.1,37.1,Drone strike,N", "2015-02-02,48.2,37.2,,"],
        {"kind": ["mortar", "drone_strike", None], "light": [0, 1, -1], "coarse": [False] * 3},
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_recognised_by_its_columns(tmp_path, layout):
    head, rows, expected = LAYOUTS[layout]
    found = read_incidents(written(tmp_path, head, *rows))
    assert found.layout == layout
    assert found.rows == 3
    assert days(found) == ["2015-01-31", "2015-02-01", "2015-02-02"]
    assert found.latitude.tolist() == [48.0, 48.1, 48.2]
    assert found.longitude.tolist() == [37.0, 37.1, 37.2]
    assert names(found.kind) == expected["kind"]
    assert found.light.tolist() == expected["light"]
    assert found.coarse.tolist() == expected["coarse"]
    assert found.row.tolist() == [2, 3, 4]
    assert found.bad == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_parquet_gives_what_csv_gives(tmp_path, layout):
    head, rows, _ = LAYOUTS[layout]
    path = written(tmp_path, head, *rows)
    typed = pl.read_csv(path, try_parse_dates=layout != "VIINA")
    typed.write_parquet(tmp_path / "table.parquet")
    first, second = read_incidents(path), read_incidents(tmp_path / "table.parquet")
    assert first.layout == second.layout
    for name in ("day", "latitude", "longitude", "kind", "light", "coarse", "row"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist(), name


def test_columns_are_named_where_nothing_is_recognised(tmp_path):
    path = written(tmp_path, "wann;breite;laenge;was", "2026-01-02;47.5;35.5;rocket")
    line, wrong, mend = problem_of(path)
    assert line == 1
    assert "no column for date, latitude, longitude" in wrong
    assert '"breite"' in wrong
    assert mend == "name them: --column date=NAME"
    named = columns_of(["date=wann", "latitude=breite", "longitude=laenge", "class=was"])
    found = read_incidents(path, named)
    assert found.layout == "columns named by the user"
    assert names(found.kind) == ["rocket"]


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        (["when"], '"when" names no column'),
        (["dat=when"], "write date=NAME"),
        (["date="], "names no column"),
        (["date=a", "date=b"], "date is named twice"),
    ],
)
def test_a_column_named_wrongly_is_refused(texts, wrong):
    with pytest.raises(UsageProblem, match=wrong):
        columns_of(texts)


def test_a_named_column_that_is_not_there_is_refused_with_the_one_meant(tmp_path):
    path = written(tmp_path, HEAD, *ROWS)
    with pytest.raises(UsageProblem, match='did you mean "latitude"'):
        read_incidents(path, {"date": "date", "latitude": "lattitude", "longitude": "longitude"})
    with pytest.raises(UsageProblem, match="no column is named for longitude"):
        read_incidents(path, {"date": "date", "latitude": "latitude"})


def test_a_word_that_is_no_class_is_refused_in_a_table_of_ones_own(tmp_path):
    path = written(tmp_path, HEAD + ",class", ROWS[0] + ",mortar", ROWS[1] + ",artilery")
    line, wrong, mend = problem_of(path)
    assert line == 3
    assert wrong.startswith('"artilery" in "class" is none of small_arms, mortar')
    assert mend.startswith("did you mean artillery?")


REASONS = {
    "no day that can be read": "A9,yesterday,1,Battles,Armed clash,48.0,37.0,1",
    "latitude is no number from -90 to 90": "A9,02 March 2015,1,Battles,Armed clash,93.0,37.0,1",
    "longitude is no number from -180 to 180": "A9,02 March 2015,1,Battles,Armed clash,48.0,east,1",
    "latitude and longitude are both 0": "A9,02 March 2015,1,Battles,Armed clash,0,0.0,1",
    "no use of arms, by the table's own words": "A9,02 March 2015,1,Protests,Peaceful protest,48.0,37.0,1",
    "the same key as an earlier row": "A2,02 March 2015,1,Battles,Armed clash,48.0,37.0,1",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_row_that_cannot_be_used_is_set_aside_with_its_reason(tmp_path, reason):
    head, rows, _ = LAYOUTS["ACLED"]
    path = written(tmp_path, head, *rows, REASONS[reason])
    found = read_incidents(path)
    assert (found.rows, len(found.day), dict(found.bad)) == (4, 3, {reason: 1})
    assert [(one.row, one.reason) for one in found.shown] == [(5, reason)]
    assert write_set_aside(found, tmp_path / "aside.csv") == 1
    with (tmp_path / "aside.csv").open(newline="") as stream:
        aside = list(csv.reader(stream))
    assert aside == [["row", "reason", *head.split(",")], ["5", reason, *REASONS[reason].split(",")]]


@pytest.mark.parametrize("latitude", ["", "nan", "inf", "-90.01", "48°"])
def test_what_is_no_latitude_is_set_aside(tmp_path, latitude):
    found = read_incidents(written(tmp_path, HEAD, *ROWS, f"2026-01-02,{latitude},35.5"))
    assert dict(found.bad) == {"latitude is no number from -90 to 90": 1}


def test_a_key_counts_only_among_rows_that_can_be_used(tmp_path):
    head = LAYOUTS["Centre for Information Resilience"][0]
    rows = ["U1,never,X,48,37", "U1,2026-01-01,X,48,37", ",2026-01-01,X,48,37", ",2026-01-02,X,48,37"]
    found = read_incidents(written(tmp_path, head, *rows))
    assert found.row.tolist() == [3, 4, 5]


def test_set_aside_cells_are_as_they_were_and_no_formula(tmp_path):
    head = "entry,date,event_group,lat,lon,text"
    rows = [
        'U1,2026-01-01,X,48,-37,"two\nlines, quoted ""so"""',
        'U2,never,X,48,-37,"=1+1\nand, more"',
        "",
        'U3,never,X,48,37,"@sum"',
        "U4,2026-01-01,X,48,37,é",
    ]
    found = read_incidents(written(tmp_path, head, *rows))
    assert found.row.tolist() == [2, 6]
    assert found.rows == 4
    assert write_set_aside(found, tmp_path / "aside.csv", {6: "too far"}) == 3
    with (tmp_path / "aside.csv").open(newline="") as stream:
        aside = list(csv.reader(stream))
    reason = "no day that can be read"
    assert aside[1:] == [
        ["3", reason, "U2", "never", "X", "48", "-37", "'=1+1\nand, more"],
        ["5", reason, "U3", "never", "X", "48", "37", "'@sum"],
        ["6", "too far", "U4", "2026-01-01", "X", "48", "37", "é"],
    ]


def test_a_table_changed_meanwhile_is_not_mixed_up(tmp_path):
    path = written(tmp_path, HEAD, *ROWS, "never,1,1")
    found = read_incidents(path)
    written(tmp_path, HEAD, *ROWS)
    with pytest.raises(FileProblems, match="was changed while it was read"):
        write_set_aside(found, tmp_path / "aside.csv")
    assert not (tmp_path / "aside.csv").exists()


CELLS = st.sampled_from(["", "x", "a,b", 'say "so"', "two\nlines", "\r\n", " ", "é", "48.5", "2026-01-02"])


@given(
    rows=st.lists(st.one_of(st.none(), st.tuples(CELLS, CELLS, CELLS, CELLS)), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_is_kept_or_set_aside_with_the_number_that_csv_counts(tmp_path_factory, rows, end):
    """The slow second way: the csv module, row by row; None is a blank line."""
    folder = tmp_path_factory.mktemp("tables")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(["text", "date", "lat", "lon"])
    for cells in rows:
        if cells is None:
            out.write(end)
        else:
            writer.writerow(cells)
    writer.writerow(["last", "2026-01-03", "47.5", "35.5"])
    path = folder / "table.csv"
    path.write_bytes(out.getvalue().encode())
    found = read_incidents(path)
    kept = []
    full = 0
    for number, cells in enumerate([*rows, ("last", "2026-01-03", "47.5", "35.5")], start=2):
        if cells is not None:
            full += 1
            if cells[1].startswith("2026") and cells[2] in {"48.5", "47.5"} and cells[3] in {"48.5", "35.5"}:
                kept.append(number)
    assert found.rows == full
    assert found.row.tolist() == kept
    assert len(kept) + sum(found.bad.values()) == full
    write_set_aside(found, folder / "aside.csv")
    with (folder / "aside.csv").open(newline="") as stream:
        numbers = [int(row[0]) for row in csv.reader(stream) if row[0] != "row"]
    assert sorted([*numbers, *kept]) == sorted(
        number for number, cells in enumerate([*rows, ()], start=2) if cells is not None
    )


def test_a_quoted_table_of_many_rows_is_read_as_the_same_without_quotes(tmp_path):
    rng = np.random.default_rng(1)
    drawn = zip(rng.integers(1, 29, 70_000), rng.uniform(-91, 91, 70_000), strict=True)
    rows = [f"2026-01-{day:02},{latitude:.4f},35.5" for day, latitude in drawn]
    plain = read_incidents(written(tmp_path, HEAD, *rows))
    marked = read_incidents(
        written(tmp_path, HEAD, *(f'"{row[:10]}"{row[10:]}' for row in rows), name="q.csv")
    )
    assert plain.rows == marked.rows == 70_000
    for name in ("day", "latitude", "longitude", "row", "bad_rows", "bad_reasons"):
        assert getattr(plain, name).tolist() == getattr(marked, name).tolist()
    assert plain.bad == marked.bad != {}


# --- Days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d %B %Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d"],
)
def test_days_are_read_however_they_are_written(tmp_path, form):
    some = [dt.datetime(2026, month, month + 10, 5, 6, tzinfo=dt.UTC) for month in range(1, 13)]
    found = read_incidents(written(tmp_path, HEAD, *(f"{day.strftime(form)},47,35" for day in some)))
    assert days(found) == [str(day.date()) for day in some]


@pytest.mark.parametrize(("form", "first"), [("%d/%m/%Y", "13/01/2026"), ("%m/%d/%Y", "01/13/2026")])
def test_days_with_slashes_are_read_where_one_row_tells_the_order(tmp_path, form, first):
    some = [dt.date(2026, 2, 3), dt.date(2026, 4, 5)]
    found = read_incidents(
        written(tmp_path, HEAD, *(f"{day},47,35" for day in (*(day.strftime(form) for day in some), first)))
    )
    assert days(found) == ["2026-02-03", "2026-04-05", "2026-01-13"]


def test_a_day_that_may_be_read_in_two_ways_is_refused_with_its_row(tmp_path):
    path = written(tmp_path, HEAD, "03/03/2026,47,35", "never,47,35", "02/03/2026,47,35")
    wrong = 'the day "02/03/2026" may be read with day first or month first'
    assert problem_of(path) == (4, wrong, "write days as 2026-08-22")


def test_days_that_are_the_same_either_way_are_read(tmp_path):
    assert days(read_incidents(written(tmp_path, HEAD, "03/03/2026,47,35"))) == ["2026-03-03"]


def test_days_written_now_this_way_now_that_are_refused_with_the_row(tmp_path):
    path = written(tmp_path, HEAD, "13/03/2026,47,35", "14/03/2026,47,35", "03/15/2026,47,35")
    line, wrong, _ = problem_of(path)
    assert line == 4
    assert wrong.startswith('the day "03/15/2026" has day and month the other way round')


@pytest.mark.parametrize("day", ["24.02.22", "2026-02-30", "32.01.2026", "2026", "13.13.2026"])
def test_what_is_no_day_is_set_aside(tmp_path, day):
    found = read_incidents(written(tmp_path, HEAD, *ROWS, f"{day},47,35"))
    assert dict(found.bad) == {"no day that can be read": 1}


# --- Numbers ------------------------------------------------------------------------------------------------


def test_decimal_commas_are_refused_with_their_row(tmp_path):
    path = written(tmp_path, "date;latitude;longitude", "2026-01-01;;35", "2026-01-01;47,5;35,5")
    line, wrong, mend = problem_of(path)
    assert (line, mend) == (3, "write decimal points")
    assert wrong == '"47,5" in "latitude" has a decimal comma'


def test_exchanged_axes_are_refused_where_numbers_tell(tmp_path):
    path = written(tmp_path, HEAD, "2026-01-01,129.5,-8.5", "2026-01-01,128.5,-7.5")
    line, wrong, mend = problem_of(path)
    assert line == 2
    assert wrong == "latitudes lie beyond 90 degrees: they are longitudes"
    assert mend.startswith("exchange the two")


# --- Files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("blank", [0, 2])
def test_separators_line_ends_marks_and_blank_lines_change_nothing(tmp_path, separator, end, encoding, blank):
    rows = [row.replace(",", separator) for row in (HEAD, *ROWS)]
    path = written(tmp_path, *rows, *[""] * blank, end=end, encoding=encoding)
    found = read_incidents(path)
    assert days(found) == ["2026-01-02", "2026-02-03"]
    assert found.longitude.tolist() == [35.5, 36.5]
    assert found.row.tolist() == [2, 3]
    packed = tmp_path / "table.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_incidents(packed).row.tolist() == [2, 3]


def test_blank_lines_between_rows_are_counted_and_are_no_rows(tmp_path):
    found = read_incidents(written(tmp_path, HEAD, "", ROWS[0], "", "  ", ROWS[1]))
    assert found.rows == 2
    assert found.row.tolist() == [3, 6]


def test_empty_names_at_the_end_of_the_header_do_no_harm(tmp_path):
    found = read_incidents(written(tmp_path, HEAD + ",,", *(row + ",," for row in ROWS)))
    assert found.rows == 2


GOOD = "\n".join([HEAD, *ROWS]) + "\n"
PARQUET = io.BytesIO()
pl.DataFrame({"date": ["2026-01-02"], "latitude": [47.5], "longitude": [35.5]}).write_parquet(PARQUET)
LISTS = io.BytesIO()
pl.DataFrame({"date": ["2026-01-02"], "latitude": [[47.5]], "longitude": [35.5]}).write_parquet(LISTS)

BROKEN = {
    "nothing": (b"", 1, "is empty"),
    "blanks": (b" \n\n", 1, "is empty"),
    "header only": (HEAD.encode(), 1, "has a header and no rows"),
    "header and blank lines": (f"{HEAD}\n\n\n".encode(), 1, "has a header and no rows"),
    "no header": (f",,\n{GOOD}".encode(), 1, "has no header"),
    "blank first line": (f"\n{GOOD}".encode(), 1, "has no header"),
    "column twice": (GOOD.replace("date", "latitude").encode(), 1, 'the column "latitude" stands twice'),
    "column twice but for case": (
        GOOD.replace(HEAD, HEAD + ",DATE").replace(".5\n", ".5,1\n").encode(),
        1,
        'the columns "date" and "DATE" differ only in case or blanks',
    ),
    "NUL": (GOOD.encode() + b"\0", 1, "is no text: it holds NUL bytes"),
    "UTF-16": (GOOD.encode("utf-16"), 1, "is UTF-16"),
    "Latin-1": (f"{GOOD}2026-01-02,47,35é".encode("latin-1"), 4, "is not UTF-8, perhaps Latin-1"),
    "long row": (f"{GOOD}2026-01-02,47,35,1\n".encode(), 4, "has 4 cells where the header has 3"),
    "short row": (f"{GOOD}\n2026-01-02,47\n".encode(), 5, "has 2 cells where the header has 3"),
    "ragged after line breaks": (
        f'{HEAD},text\n2026-01-02,47,35,"a\n\nb"\n2026-01-02,47,35\n'.encode(),
        5,
        "has 3 cells where the header has 4",
    ),
    "open quotation mark": (
        f'{GOOD}2026-01-02,47,"35\n2026-01-02,47,35\n'.encode(),
        4,
        "from here on quotation",
    ),
    "text after a quotation mark": (f'{GOOD}"2026-01-02"x,47,35\n'.encode(), 4, "from here on quotation"),
    "open quotation mark in the header": (f'"{GOOD}'.encode(), 1, "has no header that can be read"),
    "cut gzip": (gzip.compress(GOOD.encode())[:-9], 1, "is packed and damaged"),
    "broken gzip": (b"\x1f\x8b" + b"x" * 30, 1, "is packed and damaged"),
    "garbled gzip": (
        gzip.compress(GOOD.encode())[:12] + b"\xff" * 40,
        1,
        "is packed and damaged",
    ),
    "workbook": (b"PK\x03\x04" + bytes(30), 1, "is packed as ZIP, or a workbook"),
    "cut Parquet": (PARQUET.getvalue()[:-9], 1, "is damaged Parquet: its end is missing"),
    "false Parquet": (b"PAR1", 1, "is damaged Parquet: its end is missing"),
    "garbled Parquet": (b"PAR1" + b"\xff" * 40 + b"PAR1", 1, "is damaged Parquet"),
    "Parquet of things": (LISTS.getvalue(), 1, "has a column that is no text, number or day"),
    "nothing usable": (
        f"{HEAD}\nnever,47,35\n".encode(),
        2,
        "has no row that can be used; of the first, no day",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_refused_with_its_line_and_a_mend(tmp_path, name, capfd):
    data, line, wrong = BROKEN[name]
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    found_line, found_wrong, _ = problem_of(path)
    assert found_wrong.startswith(wrong)
    assert found_line == line
    assert capfd.readouterr() == ("", "")


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    assert problem_of(tmp_path)[1] == "is a folder, not a file"
    assert problem_of(tmp_path / "none.csv")[1] == "does not exist"


@given(st.binary(max_size=80), st.sampled_from([b"", HEAD.encode() + b"\n", GOOD.encode(), b"PAR1"]))
def test_whatever_bytes_there_are_the_answer_is_rows_or_a_refusal(tmp_path_factory, data, start):
    path = tmp_path_factory.mktemp("bytes") / "table.csv"
    path.write_bytes(start + data)
    try:
        found = read_incidents(path)
    except HoldfastError as problem:
        refused = str(problem)
    else:
        refused = "Mend: none"
        assert len(found.day) + sum(found.bad.values()) == found.rows
    assert "Mend: " in refused


# --- Real tables --------------------------------------------------------------------------------------------


def test_real_events_agree_with_their_published_months(data_file):
    found = read_incidents(data_file("ucdp_ged_ukraine/events_2014_to_2020-07-26.csv"))
    assert (found.layout, found.rows, len(found.day)) == ("UCDP GED", 2_791, 2_791)
    with data_file("ucdp_ged_ukraine/monthly_2014_to_2020-07-26.csv").open() as stream:
        published = {row["month"]: int(row["events"]) for row in csv.DictReader(stream)}
    counted = Counter(str(day)[:7] for day in found.day)
    assert {month: counted.get(month, 0) for month in published} == published
    assert sum(published.values()) == found.rows


def test_real_fires_are_all_read(data_file):
    found = read_incidents(data_file("nasa_firms_2023/viirs_noaa20_within_50km.csv"))
    assert (found.layout, found.rows, len(found.day)) == ("NASA FIRMS", 19_337, 19_337)
    assert set(names(found.kind)) == {None}
    assert set(found.light.tolist()) == {0, 1}
    assert np.abs(found.latitude - 48.0).max() < 4.0


def test_real_entries_that_repeat_a_key_are_set_aside(data_file):
    found = read_incidents(data_file("cen4infores_2022/events_2022.csv"))
    assert (found.layout, found.rows) == ("Centre for Information Resilience", 6_158)
    assert dict(found.bad) == {"the same key as an earlier row": 4}
    assert (str(found.day.min()), str(found.day.max())) == ("2022-02-24", "2022-11-23")
