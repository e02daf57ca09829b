"""The commands, one function each; what they share stands in :mod:`holdfast.cli.common`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from holdfast import MODEL_VERSION, __version__
from holdfast.cli.common import (
    Output,
    WholeNumber,
    guarded,
    options_of_a_plan,
    options_of_a_question,
    output_options,
    progress_line,
    say,
)
from holdfast.cli.requiring import Measure, need_of
from holdfast.errors import UsageProblem

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, message=f"holdfast %(version)s, model {MODEL_VERSION}")
def app() -> None:
    """Design peace missions and security guarantees; see what it would take for a ceasefire to hold.

    Holdfast shows the consequences of stated assumptions, not a forecast.
    """


@app.command()
@click.argument("case")
@click.argument("arrangements", nargs=-1, metavar="[ARRANGEMENT]...")
@options_of_a_question
@output_options
def compare(
    case: str,
    arrangements: tuple[str, ...],
    futures: int,
    seed: int,
    years: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Put arrangements side by side, in the same futures.

    CASE is a packaged case (ukraine) or a folder of one's own; each ARRANGEMENT a name the case knows
    or a .yaml file. Without arrangements, those that the case lists are compared.
    """
    from holdfast.runs import compare as ask

    with progress_line() as tell:
        result = ask(
            case,
            arrangements or None,
            settlement=settlement,
            futures=futures,
            seed=seed,
            years=years,
            overlay=overlay,
            progress=lambda name, place, number: tell(f"{place + 1} of {number}: {name}"),
        )
        document = result.document
    _warn_of_stale(result.setup.case)

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return result.table.columns, result.table.rows()

    def text() -> str:
        from holdfast.present.text import comparison

        return comparison(document)

    output.write(document, text, rows)


@app.command()
@click.argument("case")
@click.argument("arrangement")
@options_of_a_question
@output_options
def assess(
    case: str,
    arrangement: str,
    futures: int,
    seed: int,
    years: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Assess one arrangement in full: who agrees, who provides, what is seen, how it fails, what it costs.

    With --csv: every outcome in every future.
    """
    from holdfast.runs import assess as ask

    with progress_line() as tell:
        tell(arrangement)
        result = ask(
            case, arrangement, settlement=settlement, futures=futures, seed=seed, years=years, overlay=overlay
        )
        document = result.document
    _warn_of_stale(result.setup.case)

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return result.outcomes.columns, result.outcomes.rows()

    def text() -> str:
        from holdfast.present.text import assessment

        return assessment(document)

    output.write(document, text, rows)


@app.command()
@click.argument("case", required=False)
@click.argument("arrangement", required=False)
@click.option("--body", "bodies", multiple=True, metavar="BODY", help="Ask this body alone; may be repeated.")
@click.option("--date", metavar="YYYY-MM-DD", help="Day of the vote: it decides who sits.")
@click.option(
    "--if",
    "assumed",
    multiple=True,
    metavar="STATE=VOTE",
    help="Take a vote as given: yes, no or abstain; may be repeated.",
)
@click.option(
    "--ballot", metavar="FILE.csv", help="Count a recorded vote (columns state, vote) by the rule of --body."
)
@options_of_a_question
@output_options
def authorise(  # noqa: PLR0913, PLR0917 - one argument for each option
    case: str | None,
    arrangement: str | None,
    bodies: tuple[str, ...],
    date: str | None,
    assumed: tuple[str, ...],
    ballot: str | None,
    futures: int,
    seed: int,
    years: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Say who must agree: the parties, and every body that could authorise; who blocks, and what it costs.

    CASE is a packaged case (ukraine) or a folder of one's own; ARRANGEMENT a name the case knows or a
    .yaml file. With --ballot FILE.csv --body BODY, a recorded vote is counted instead; CASE may then be
    left out if only one is packaged.
    """
    from holdfast.cli.authorising import ballot_of, day_of, votes_of

    if ballot is not None:
        ballot_of(ballot, case, arrangement, bodies, assumed, day_of(date), overlay, output)
        return
    if case is None or arrangement is None:
        raise UsageProblem(
            "CASE ARRANGEMENT",
            "a case and an arrangement are needed" if case is None else "no arrangement is named",
            "type holdfast authorise ukraine un-peacekeepers, or give --ballot FILE.csv --body BODY",
        )
    from holdfast.runs import authority as ask

    with progress_line() as tell:
        tell(arrangement)
        result = ask(
            case,
            arrangement,
            bodies=bodies,
            date=day_of(date),
            assumed=votes_of(assumed),
            settlement=settlement,
            futures=futures,
            seed=seed,
            years=years,
            overlay=overlay,
        )
        document = result.document
    _warn_of_stale(result.setup.case)

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return result.table.columns, result.table.rows()

    def text() -> str:
        from holdfast.present.authority import authority

        return authority(document)

    output.write(document, text, rows)


@app.command()
@click.argument("case")
@click.argument("arrangement")
@click.option("--without", multiple=True, metavar="STATE", help="This state stays away; may be repeated.")
@click.option(
    "--with",
    "with_states",
    multiple=True,
    metavar="STATE",
    help="This state is asked although the design does not ask it; may be repeated.",
)
@click.option(
    "--waive",
    "waived",
    multiple=True,
    metavar="CONDITION",
    help="Take this condition as met: ceasefire, backstop, un_mandate, behind_line, not_inside or "
    "parliament; may be repeated.",
)
@click.option("--breadth", type=WholeNumber("--breadth", "8"), help="The fewest states that must take part.")
@click.option(
    "--largest-share",
    type=Measure("--largest-share", "0.4"),
    help="The most of the whole need that one state may provide, 0.001 to 1.",
)
@click.option("--robust", is_flag=True, help="Also make the plan that is good in the worst tenth of futures.")
@options_of_a_plan
@output_options
def generate(  # noqa: PLR0913, PLR0917 - one argument for each option
    case: str,
    arrangement: str,
    without: tuple[str, ...],
    with_states: tuple[str, ...],
    waived: tuple[str, ...],
    breadth: int | None,
    largest_share: float | None,
    robust: bool,  # noqa: FBT001 - a flag of the command line
    futures: int,
    seed: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Say who would make up a mission: who sends what, what is short, why, and what would close it.

    CASE and ARRANGEMENT as for assess; a plan looks two years ahead. With -o FILE.xlsx it is written as
    an Excel workbook.
    """
    from holdfast.cli.generating import composed

    options = {
        "without": without,
        "with_states": with_states,
        "waived": waived,
        "breadth": breadth,
        "largest_share": largest_share,
        "robust": robust,
        "settlement": settlement,
        "futures": futures,
        "seed": seed,
        "overlay": overlay,
    }
    _warn_of_stale(composed(case, arrangement, options, output))


@app.command()
@click.argument("case")
@click.argument("arrangement")
@options_of_a_plan
@output_options
def respond(
    case: str,
    arrangement: str,
    futures: int,
    seed: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Say who would answer a breach, how soon, and whether before it is done: the breach ladder.

    CASE and ARRANGEMENT as for assess. With --csv: by phase, breach and promise.
    """
    from holdfast.runs.responding import ladder as ask

    with progress_line() as tell:
        tell(arrangement)
        result = ask(case, arrangement, settlement=settlement, futures=futures, seed=seed, overlay=overlay)
        document = result.document
    _warn_of_stale(result.setup.case)

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return result.rows

    def text() -> str:
        from holdfast.present.ladder import ladder

        return ladder(document)

    output.write(document, text, rows)


@app.command()
@click.argument("case")
@click.argument("arrangement")
@click.option(
    "--line",
    metavar="FILE[:LAYER]",
    help="A line of contact: GeoJSON, GeoPackage or Shapefile; else the case's.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Which features of --line, where it has several lines; may be repeated.",
)
@click.option(
    "--sectors",
    type=WholeNumber("--sectors", "24"),
    default=24,
    show_default=True,
    help="Into how many sectors of equal length the line is cut.",
)
@click.option(
    "--belt-km",
    type=Measure("--belt-km", "20"),
    help="Depth of the belts drawn on either side, km; else the settlement's.",
)
@click.option(
    "--incidents", metavar="FILE", help="A table of real incidents: what of them would have been seen."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=NAME",
    help="Which column of --incidents is the date, latitude, longitude, class or light; may be repeated.",
)
@click.option(
    "--set-aside", metavar="FILE.csv", help="Write the rows of --incidents that cannot be used here."
)
@click.option("--map", "map_file", metavar="FILE", help="Draw the line: .html, .svg, .geojson or .gpkg.")
@click.option(
    "--sensitive",
    is_flag=True,
    help="Show the coverage of each sector by name and where sensors would stand; stamps what is written.",
)
@options_of_a_question
@output_options
def observe(  # noqa: PLR0913, PLR0917 - one argument for each option
    case: str,
    arrangement: str,
    line: str | None,
    where: tuple[str, ...],
    sectors: int,
    belt_km: float | None,
    incidents: str | None,
    columns: tuple[str, ...],
    set_aside: str | None,
    map_file: str | None,
    sensitive: bool,  # noqa: FBT001 - a flag of the command line
    futures: int,
    seed: int,
    years: int,
    settlement: str | None,
    overlay: str | None,
    output: Output,
) -> None:
    """Say what would be seen of breaches: seen, located, attributed, how soon, with how much warning.

    CASE and ARRANGEMENT as for assess. With --csv: by phase, class, side and light.
    """
    from holdfast.cli.observing import observed

    options = {
        "line": line,
        "where": where,
        "sectors": sectors,
        "belt_km": belt_km,
        "incidents": incidents,
        "columns": columns,
        "set_aside": set_aside,
        "sensitive": sensitive,
        "settlement": settlement,
        "futures": futures,
        "seed": seed,
        "years": years,
        "overlay": overlay,
    }
    _warn_of_stale(observed(case, arrangement, options, map_file, output))


@app.command()
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="TASK",
    help="A task, or the beginning of its name; may be repeated.",
)
@click.option("--km", type=Measure("--km", "1200"), help="Length of line, km.")
@click.option("--sites", type=Measure("--sites", "12"), help="Cities, plants and ports to defend.")
@click.option(
    "--population", type=Measure("--population", "3_000_000"), help="People in the area to keep in order."
)
@output_options
def require(
    tasks: tuple[str, ...], km: float | None, sites: float | None, population: float | None, output: Output
) -> None:
    """Say what a task needs: persons as a range, with ratio, source, capabilities and past missions.

    No case is needed: holdfast require --task observe --km 1100. Without --task, the tasks are named.
    """
    need_of(tasks, km, sites, population, output)


@app.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--case",
    metavar="NAME|FOLDER",
    help="The case to check arrangements and overlays against; needed if several are packaged.",
)
@click.option("--overlay", metavar="FILE", help="A private file of other figures, laid over the case.")
def check(paths: tuple[str, ...], case: str | None, overlay: str | None) -> None:
    """Check files, all errors at once, and run the expectations in arrangements.

    PATH is a .yaml file of any kind, or the folder of a case. Leaves with 0 if all is well, 1 if an
    expectation is not met, 2 if a file is wrong.
    """
    from holdfast.cli.checking import check_paths

    sys.exit(check_paths(paths, case, overlay))


@app.command()
@click.argument("file")
@click.option(
    "--case", metavar="FOLDER", help="The case's folder, if the result is not from a packaged case."
)
@click.option(
    "--arrangement",
    "arrangements",
    multiple=True,
    metavar="FILE",
    help="An arrangement's file, if it is not packaged.",
)
@click.option("--settlement", metavar="FILE", help="The settlement's file, if it is not packaged.")
@click.option("--overlay", metavar="FILE", help="The private overlay that the result was computed with.")
@click.option("--line", metavar="FILE", help="The line of contact that the result was computed with.")
@click.option("--incidents", metavar="FILE", help="The table of incidents that it was computed with.")
def verify(
    file: str,
    case: str | None,
    arrangements: tuple[str, ...],
    settlement: str | None,
    overlay: str | None,
    line: str | None,
    incidents: str | None,
) -> None:
    """Replay a saved result (--json) from its manifest and name any difference.

    Leaves with 0 if the result is borne out, 1 if not, 2 if the file is wrong.
    """
    from holdfast.runs import verify as ask

    with progress_line() as tell:
        tell("replaying")
        found = ask(
            file,
            case=case,
            arrangements=arrangements,
            settlement=settlement,
            overlay=overlay,
            line=line,
            incidents=incidents,
        )
    if found.same:
        how = "to the last digit" if found.exact else "to one part in a million (other versions or processor)"
        say(f"{file}: the result is borne out {how}.")
        return
    for wrong in (*found.inputs, *found.numbers[:50]):
        say(f"{file}: {wrong}")
    if len(found.numbers) > 50:
        say(f"{file}: and {len(found.numbers) - 50} more differences.")
    sys.exit(1)


@app.command()
@click.argument("case")
@click.option("--name", metavar="PATTERN", help="Only names that match, with * and ? (endure.*).")
@click.option("--status", type=click.Choice(["sourced", "judgement"]), help="Only rows of this status.")
@click.option(
    "--confidence", type=click.Choice(["A", "B", "C", "K", "k", "J"]), help="Only rows of this mark."
)
@click.option("--source", metavar="KEY", help="Only rows that rest on this source.")
@click.option("--unit", metavar="UNIT", help="Only rows in this unit.")
@click.option("--stale", is_flag=True, help="Only rows that should be looked at again.")
@click.option("--overlay", metavar="FILE", help="A private file of other figures, laid over the case.")
@output_options
def ledger(  # noqa: PLR0913, PLR0917 - one argument for each option
    case: str,
    name: str | None,
    status: str | None,
    confidence: str | None,
    source: str | None,
    unit: str | None,
    stale: bool,  # noqa: FBT001 - a flag
    overlay: str | None,
    output: Output,
) -> None:
    """Print the estimates that results rest on, with range, source, date and confidence."""
    from holdfast.cases import load_case
    from holdfast.cli.ledger import Filter, today, write_ledger

    wanted = Filter(name, status, confidence, source, unit, stale)
    write_ledger(load_case(case, overlay), wanted, output, today())


@app.command()
@click.argument("kind", required=False)
def schema(kind: str | None) -> None:
    """Print the JSON Schema of a kind of file, or, without KIND, of all of them."""
    from holdfast.cli.schemas import schema_text

    say(schema_text(kind))


@app.command()
def cases() -> None:
    """List the packaged cases, with their settlements and arrangements."""
    from holdfast.cases import load_case, packaged_cases

    for name in packaged_cases():
        case = load_case(name)
        say(f"{name}: {case.about.title} (line of {case.about.as_of.line})")
        for key, settlement in case.settlements.items():
            _say_title("settlement", key, settlement.title)
        for key, arrangement in case.arrangements.items():
            _say_title("arrangement", key, arrangement.title)


def _say_title(kind: str, key: str, title: str) -> None:
    """Print one line of a listing, folded under its beginning."""
    import textwrap

    begin = f"  {kind:11} {key:22} "
    say(textwrap.fill(title, 100, initial_indent=begin, subsequent_indent=" " * len(begin)))


def _warn_of_stale(case: object) -> None:
    """Say on standard error how many estimates should be looked at again."""
    from holdfast.cli.ledger import stale_names, today

    old = stale_names(case, today())  # type: ignore[arg-type]
    if old:
        say(
            f"{len(old)} estimates are due to be looked at again: holdfast ledger CASE --stale",
            err=True,
        )


def main() -> None:
    """Run the command line: errors that a user can cause leave with 2 and no traceback."""
    guarded(app)
