"""Files of one's own for the tests: an arrangement, a settlement, an overlay."""

from pathlib import Path

from holdfast.cases import library

UKRAINE = library() / "cases" / "ukraine"


def own_arrangement(folder: Path, packaged: str = "osce-monitors", name: str = "own-plan", **changes) -> Path:
    """Write a copy of a packaged arrangement under another name, with some text changed."""
    text = (UKRAINE / "arrangements" / f"{packaged}.yaml").read_text("utf-8")
    text = text.replace(f"name: {packaged}\n", f"name: {name}\n")
    for old, new in changes.pop("swaps", {}).items():
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{changes.pop('file', name)}.yaml"
    assert not changes
    path.write_text(text, "utf-8")
    return path


def own_phases(
    folder: Path,
    third: str | None = None,
    second: str = "{after_months: null, signal: violation_rate, threshold: 50, when: at_least}",
) -> Path:
    """Write a design of monitors in two phases, the second on a signal, or three."""
    text = (UKRAINE / "arrangements" / "osce-monitors.yaml").read_text("utf-8")
    head, _, phase = text.partition("phases:\n")
    phase, note, end = phase.partition("\nnote:")
    assert phase.count("- name: all") == phase.count("starts: {after_months: 0}") == 1
    starts = {"first": "{after_months: 0}", "second": second, "third": third}
    phases = [
        phase.rstrip()
        .replace("- name: all", f"- name: {name}")
        .replace("starts: {after_months: 0}", f"starts: {start}")
        for name, start in starts.items()
        if start is not None
    ]
    path = folder / "own-phases.yaml"
    head = head.replace("name: osce-monitors\n", "name: own-phases\n")
    path.write_text("\n".join([head + "phases:", *phases]) + note + end, "utf-8")
    return path


def own_settlement(folder: Path, packaged: str = "twenty-points", name: str = "own-terms") -> Path:
    """Write a copy of a packaged settlement under another name."""
    text = (UKRAINE / "settlements" / f"{packaged}.yaml").read_text("utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(text.replace(f"name: {packaged}\n", f"name: {name}\n"), "utf-8")
    return path


def own_overlay(folder: Path, p95: float = 6.0, name: str = "own-figures") -> Path:
    """Write an overlay that makes the case riskier than the packaged one."""
    path = folder / f"{name}.yaml"
    path.write_text(
        "holdfast: overlay/1\n"
        "estimates:\n"
        "  - name: endure.case-factor\n"
        f"    distribution: {{kind: lognormal, p05: 1.5, p95: {p95}}}\n",
        "utf-8",
    )
    return path


FIVE = "NOR, POL, SWE, CHE, TUR"


def own_monitors(
    folder: Path,
    name: str = "own-plan",
    *,
    monitors: str = "60",
    liaison: str = "20",
    states: str = FIVE,
    more: str = "",
    title: str = "A few monitors",
) -> Path:
    """Write a small mission of monitors that a few states are asked for: quick to plan.

    ``more`` are lines under ``contributors``.
    """
    swaps = {
        "title: Civilian monitors, as in Donbas": f"title: {title}",
        "planned_persons: 1400}": f"planned_persons: {monitors}}}",
        "planned_persons: 100}": f"planned_persons: {liaison}}}",
        "groups: [osce]": "groups: []",
        "states: []": f"states: [{states}]",
        "excluded: [RUS, UKR, BLR]": f"excluded: [RUS, UKR, BLR]{more}",
    }
    return own_arrangement(folder, name=name, swaps=swaps)


def own_force(folder: Path, name: str = "own-force", states: str = "FRA, GBR, TUR", land: int = 1000) -> Path:
    """Write a small force on land with ships and trainers, that a few states are asked for."""
    swaps = {
        "planned_persons: 25000": f"planned_persons: {land}",
        "        - {task: police-air, planned_persons: 2000}\n": "",
        "planned_persons: 1200": "planned_persons: 300",
        "planned_persons: 1000}": "planned_persons: 100}",
        "groups: [coalition]": "groups: []",
        "states: []": f"states: [{states}]",
    }
    return own_arrangement(folder, "reassurance-force", name, swaps=swaps)


def own_late(folder: Path, months: int, name: str = "own-late") -> Path:
    """Write a small mission of monitors that begins so many months after the halt."""
    path = own_monitors(folder, name)
    head, _, phase = path.read_text("utf-8").partition("phases:\n")
    phase, note, end = phase.partition("\nnote:")
    before, rest = phase.partition("    mission:")[0], phase.partition("    guarantees:")[2]
    first = before.replace("- name: all", "- name: before") + "    mission: null\n    guarantees:" + rest
    second = phase.replace("after_months: 0", f"after_months: {months}")
    path.write_text(f"{head}phases:\n{first}\n{second}{note}{end}", "utf-8")
    return path


def own_turns(folder: Path, name: str = "own-turns") -> Path:
    """Write a small mission of monitors from two states in its first year, and from three others after it."""
    path = own_monitors(folder, name, states="NOR, CHE")
    head, _, phase = path.read_text("utf-8").partition("phases:\n")
    phase, note, end = phase.partition("\nnote:")
    first = phase.replace("- name: all", "- name: first")
    second = phase.replace("- name: all", "- name: second").replace("after_months: 0", "after_months: 12")
    second = second.replace("NOR, CHE", "SWE, TUR, POL")
    path.write_text(f"{head}phases:\n{first}\n{second}{note}{end}", "utf-8")
    return path
