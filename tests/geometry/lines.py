"""Lines to test with, and slow second implementations."""

import json

import numpy as np
from pyproj import Geod

from holdfast.geometry import Line

GEOD = Geod(ellps="WGS84")


def real_line(path, day="2026-08-22"):
    """Return the main front of a day."""
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        if feature["properties"]["date"] == day and feature["properties"]["kind"] == "main_front":
            return Line((np.array(feature["geometry"]["coordinates"]),))
    raise LookupError(day)


def winding(points=400, seed=3, parts=1, lon=34.0):
    """Return a line of about 700 km that winds but does not cross itself: latitude is a sum of waves."""
    x = np.linspace(0.0, 1.0, points)
    phases = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, 5)
    waves = sum(
        np.sin(2.0 * np.pi * wave * x + phase) / wave
        for wave, phase in zip((2, 5, 11, 23, 40), phases, strict=True)
    )
    every = np.column_stack((lon + 6.0 * x, 48.0 + 2.0 * x + 0.35 * waves))
    return Line(tuple(piece for piece in np.array_split(every, parts)))


def moved(line, degrees):
    return Line(tuple(part + np.array((degrees, 0.0)) for part in line.parts), line.tags)


def dense(line, step_km=0.05):
    """Return points all along the line, by the geodesic, and how far along each lies."""
    points, along = [], []
    before = 0.0
    for part in line.parts:
        for (lon, lat), (next_lon, next_lat) in zip(part[:-1].tolist(), part[1:].tolist(), strict=True):
            azimuth, _, metres = GEOD.inv(lon, lat, next_lon, next_lat)
            count = int(np.ceil(metres / 1000.0 / step_km)) + 1
            steps = np.linspace(0.0, metres, count)
            found = GEOD.fwd(np.full(count, lon), np.full(count, lat), np.full(count, azimuth), steps)
            points.append(np.column_stack(found[:2]))
            along.append(before + steps / 1000.0)
            before += metres / 1000.0
    return np.concatenate(points), np.concatenate(along)
