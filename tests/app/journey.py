#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The main journey in a real window, by itself: through the door "Try it offline", a rectangle on the map, a search, a
scene drawn, NDVI, and the NDVI job to a file. Used by packaging/try.sh to show it and by tst_journey to check it.

Leaves in --output: window.png, preview.png, ndvi.tif, ndvi.json (the result's STAC Item), ndvi.txt (its summary) and
journey.json (what was seen on the way)."""

import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from window import Lost, Window  # noqa: E402


def say(text):
    print(f"  {text}", flush=True)


def clearest(rows):
    """The row with the least cloud: its name carries 'n %'. Ties: the newest, which stands first."""
    def cloud(row):
        match = re.search(r"(\d+(?:[.,]\d+)?) ?%", row[0])
        return float(match.group(1).replace(",", ".")) if match else 101.0
    return min(rows, key=cloud)


def scene_rows(window):
    """Those that stand wholly in the list: what is cut off at its edge cannot be pointed at."""
    places = [place for _, _, place, _ in window.find("Scenes found", "list")]
    return [row for row in window.find(r".*\d\d:\d\d UTC, .*", "list item")
            if any(row[2].y >= place.y and row[2].y + row[2].height <= place.y + place.height for place in places)]


def summary(item_path):
    item = json.loads(item_path.read_text())
    lines = [f"{item.get('id')}"]
    for key, value in sorted(item.get("properties", {}).items()):
        lines.append(f"{key}: {value if not isinstance(value, (dict, list)) else json.dumps(value)}")
    for name, asset in item.get("assets", {}).items():
        for band in asset.get("raster:bands", asset.get("bands", [])):
            if "statistics" in band:
                lines.append(f"{name}: " + ", ".join(f"{k} {v:.6g}" for k, v in sorted(band["statistics"].items())
                                                     if isinstance(v, (int, float))))
    return "\n".join(lines) + "\n"


def journey(astra, output, folder):
    seen = {}
    data = folder / "data"
    window = Window([astra, "--config", folder / "config", "--data", data, "gui"], output / "astra.log")
    try:
        window.wait_for("Try it offline", "push button", 30)
        seen["start_seconds"] = round(time.monotonic() - window.started, 2)
        say(f"the window is there after {seen['start_seconds']} s")
        window.click("Try it offline", "push button")
        # Made once, then kept: the first time takes some seconds.
        window.wait_for("Draw area", "push button", 180)
        say("the invented world is open")

        window.click("Draw area", "push button")
        chart = window.wait_for("Map")[0][2]
        left, top = chart.x + 360, chart.y + 40
        width, height = chart.width - 360 - 360, chart.height - 140
        window.drag(left + width * 14 // 100, top + height * 20 // 100, left + width * 86 // 100, top + height * 84 // 100)
        area = window.wait_for(r"Area · .*")[0][0]
        seen["area"] = area
        say(f"a rectangle is drawn: {area}")

        window.click("Search", "push button")
        window.until("rows in the list", lambda: scene_rows(window), 20)
        window.wait_for("Search", "push button", 60)
        rows = scene_rows(window)
        row = clearest(rows)
        seen["rows"] = [r[0] for r in rows]
        say(f"{len(rows)} scenes in view; the clearest: {row[0]}")

        window.press(row[2].x + row[2].width // 2, row[2].y + row[2].height // 2)
        window.wait_for("NDVI", "check box", 20)
        part = f"{width}x{height}+{left}+{top}"
        window.gone("Preview", seconds=60)
        window.settled(part)
        window.picture(output / "preview.png", part)
        say("the scene is drawn in true colour")
        window.click("NDVI", "check box")
        window.gone("Preview", seconds=60)
        window.settled(part)
        window.picture(output / "preview-ndvi.png", part)
        say("and as NDVI")

        window.click("Analyse.*", "push button|page tab|radio button|check box")
        window.click("Run NDVI", "push button")
        window.until("the job to end", lambda: window.find("Show on the map", "push button")
                     or window.find(".*, Failed.*", "list item"), 120)
        failed = window.find(".*, Failed.*", "list item")
        if failed:
            raise Lost(failed[0][0])
        say("the job is done")
        window.click("Show on the map", "push button")
        window.gone("Preview", seconds=60)
        window.settled(part)
        window.picture(output / "window.png")

        results = sorted((data / "results").rglob("*.tif"))
        if len(results) != 1:
            raise Lost(f"one result was expected, there are {[str(r) for r in results]}")
        shutil.copyfile(results[0], output / "ndvi.tif")
        item = next(iter([p for p in (results[0].with_suffix(".json"), results[0].with_name(results[0].name + ".json"))
                          if p.exists()]), None)
        if item is None:
            raise Lost(f"no STAC Item stands beside {results[0].name}")
        shutil.copyfile(item, output / "ndvi.json")
        (output / "ndvi.txt").write_text(summary(item))
        seen["exit"] = window.close()
    except Lost:
        window.picture(output / "lost.png")
        raise
    finally:
        window.kill()
        (output / "journey.json").write_text(json.dumps(seen, indent=1, ensure_ascii=False))
    if seen["exit"] != 0:
        raise Lost(f"the program ended with {seen['exit']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--astra", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.output, ignore_errors=True)
    arguments.output.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        try:
            journey(arguments.astra.resolve(), arguments.output, pathlib.Path(folder))
        except Lost as lost:
            print(f"lost: {lost}", file=sys.stderr)
            return 1
    (arguments.output / "astra.log").unlink()
    return 0


sys.exit(main())
