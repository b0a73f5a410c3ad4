#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the indices of resources/indices/indices.json give on twenty spectra, computed twice.

Each index stands here a second time, as a function written after the literature and not after the catalogue. The
formula of the catalogue is evaluated on the same spectra; where the two differ the script says so and ends with 1.
What both agree on is written to tests/data/indices_reference.json, for the test of the C++ evaluator.

    python3 tests/core/processing/indices_reference.py           # check, and write the table
    python3 tests/core/processing/indices_reference.py --check   # check, also that the table is up to date
    python3 tests/core/processing/indices_reference.py --bands   # which index runs on which sensor

Needs numpy. A value is null where a division by zero, or a root of a negative number, occurs on the way.
"""

import ast
import json
import pathlib
import sys

import numpy as np

root = pathlib.Path(__file__).resolve().parents[3]
catalogue = root / "resources/indices/indices.json"
table = root / "tests/data/indices_reference.json"

bands = ["coastal", "blue", "green", "red", "rededge071", "rededge075", "rededge078", "nir", "nir08", "nir09",
         "swir16", "swir22"]

# Made up after the usual shapes of these surfaces; measured nowhere. Three are there for what has no value.
spectra = {
    "dense crop":         [0.021, 0.027, 0.061, 0.029, 0.098, 0.334, 0.427, 0.452, 0.468, 0.461, 0.187, 0.083],
    "sparse crop":        [0.062, 0.074, 0.103, 0.118, 0.167, 0.231, 0.256, 0.272, 0.291, 0.286, 0.278, 0.203],
    "ripe wheat":         [0.071, 0.089, 0.137, 0.186, 0.223, 0.254, 0.273, 0.294, 0.312, 0.309, 0.341, 0.236],
    "meadow":             [0.031, 0.039, 0.078, 0.052, 0.126, 0.287, 0.343, 0.367, 0.379, 0.372, 0.223, 0.117],
    "broad-leaved wood":  [0.017, 0.022, 0.048, 0.026, 0.079, 0.269, 0.351, 0.374, 0.391, 0.388, 0.164, 0.071],
    "conifers":           [0.014, 0.018, 0.034, 0.021, 0.053, 0.148, 0.183, 0.197, 0.209, 0.212, 0.097, 0.043],
    "heather":            [0.028, 0.034, 0.051, 0.057, 0.084, 0.139, 0.162, 0.179, 0.194, 0.201, 0.173, 0.104],
    "stubble":            [0.084, 0.101, 0.142, 0.193, 0.218, 0.237, 0.249, 0.268, 0.287, 0.293, 0.372, 0.289],
    "dark moist soil":    [0.043, 0.051, 0.069, 0.087, 0.103, 0.116, 0.127, 0.138, 0.151, 0.157, 0.193, 0.161],
    "dry sand":           [0.163, 0.197, 0.274, 0.358, 0.381, 0.396, 0.408, 0.423, 0.437, 0.442, 0.514, 0.462],
    "concrete":           [0.176, 0.191, 0.213, 0.232, 0.241, 0.248, 0.254, 0.263, 0.269, 0.274, 0.291, 0.267],
    "asphalt":            [0.067, 0.073, 0.081, 0.088, 0.093, 0.097, 0.101, 0.106, 0.109, 0.113, 0.127, 0.119],
    "clear lake":         [0.037, 0.034, 0.029, 0.014, 0.011, 0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003],
    "turbid river":       [0.063, 0.078, 0.114, 0.127, 0.109, 0.057, 0.053, 0.047, 0.041, 0.036, 0.012, 0.009],
    "lake with algae":    [0.029, 0.033, 0.067, 0.038, 0.074, 0.048, 0.051, 0.044, 0.039, 0.034, 0.017, 0.012],
    "fresh snow":         [0.937, 0.952, 0.943, 0.926, 0.907, 0.889, 0.874, 0.847, 0.829, 0.793, 0.118, 0.083],
    "fresh burn":         [0.038, 0.043, 0.049, 0.056, 0.063, 0.071, 0.077, 0.084, 0.092, 0.098, 0.164, 0.179],
    "infrared all zero":  [0.031, 0.028, 0.024, 0.013, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "all zero":           [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "overcorrected dark": [-0.011, -0.006, 0.013, -0.004, 0.019, 0.027, 0.031, 0.034, 0.036, 0.039, 0.021, 0.016],
}


class P:
    """A pixel: bands by the letters that publications use."""

    def __init__(self, values):
        v = dict(zip(bands, (np.float64(x) for x in values)))
        self.b, self.g, self.r = v["blue"], v["green"], v["red"]
        self.re1, self.re2, self.re3 = v["rededge071"], v["rededge075"], v["rededge078"]
        self.n, self.n8a = v["nir"], v["nir08"]
        self.s1, self.s2 = v["swir16"], v["swir22"]


def nd(x, y):
    return (x - y) / (x + y)


def gemi(p):
    eta = (2 * (p.n * p.n - p.r * p.r) + 1.5 * p.n + 0.5 * p.r) / (p.n + p.r + 0.5)
    return eta * (1 - eta / 4) - (p.r - 0.125) / (1 - p.r)


def arvi(p):
    rb = p.r - 1.0 * (p.b - p.r)  # Kaufman and Tanré, eq. for ρ_rb with γ = 1
    return nd(p.n, rb)


def msavi2(p):
    m = 2 * p.n + 1
    return 0.5 * (m - np.sqrt(m * m - 8 * p.n + 8 * p.r))


def mtvi2(p):
    above = 1.2 * (p.n - p.g) - 2.5 * (p.r - p.g)
    below = np.square(2 * p.n + 1) - 6 * p.n + 5 * np.sqrt(p.r) - 0.5
    return 1.5 * above / np.sqrt(below)


def exg(p):
    total = p.r + p.g + p.b
    r, g, b = p.r / total, p.g / total, p.b / total  # chromatic coordinates
    return 2 * g - r - b


def ibi(p):
    savi = 1.5 * (p.n - p.r) / (p.n + p.r + 0.5)
    a = 1 + nd(p.s1, p.n)  # Xu: each of the three is made positive first
    b = ((1 + savi) + (1 + nd(p.g, p.s1))) / 2
    return (a - b) / (a + b)


def bais2(p):
    return (1 - np.sqrt((p.re2 * p.re3 * p.n8a) / p.r)) * (1 + (p.s2 - p.n8a) / np.sqrt(p.s2 + p.n8a))


def blfei(p):
    mean = (p.g + p.r + p.s2) / 3
    return nd(mean, p.s1)


def bsi(p):
    return nd(p.s1 + p.r, p.n + p.b)


literature = {
    "NDVI": lambda p: nd(p.n, p.r),
    "SR": lambda p: p.n / p.r,
    "DVI": lambda p: p.n - p.r,
    "WDRVI": lambda p: nd(0.1 * p.n, p.r),
    "GNDVI": lambda p: nd(p.n, p.g),
    "CIG": lambda p: (p.n - p.g) / p.g,
    "SAVI": lambda p: 1.5 * (p.n - p.r) / (0.5 + p.n + p.r),
    "OSAVI": lambda p: (p.n - p.r) / (0.16 + p.n + p.r),
    "MSAVI": msavi2,
    "SATVI": lambda p: 1.5 * (p.s1 - p.r) / (p.s1 + p.r + 0.5) - 0.5 * p.s2,
    "EVI": lambda p: 2.5 * (p.n - p.r) / (1 + p.n + 6 * p.r - 7.5 * p.b),
    "EVI2": lambda p: 2.5 * (p.n - p.r) / (1 + p.n + 2.4 * p.r),
    "ARVI": arvi,
    "GEMI": gemi,
    "kNDVI": lambda p: np.tanh(np.square(nd(p.n, p.r))),
    "NIRv": lambda p: p.n * nd(p.n, p.r),
    "MTVI2": mtvi2,
    "VARI": lambda p: (p.g - p.r) / (p.g + p.r - p.b),
    "NGRDI": lambda p: nd(p.g, p.r),
    "GLI": lambda p: ((p.g - p.r) + (p.g - p.b)) / (p.g + p.r + p.g + p.b),
    "ExG": exg,
    "TGI": lambda p: -((670 - 480) * (p.r - p.g) - (670 - 550) * (p.r - p.b)) / 2,
    "NDRE": lambda p: nd(p.n, p.re1),
    "NDVI705": lambda p: nd(p.re2, p.re1),
    "CIRE": lambda p: (p.re3 - p.re1) / p.re1,
    "MTCI": lambda p: (p.re2 - p.re1) / (p.re1 - p.r),
    "IRECI": lambda p: (p.re3 - p.r) / (p.re1 / p.re2),
    "S2REP": lambda p: 705 + (740 - 705) * (0.5 * (p.r + p.re3) - p.re1) / (p.re2 - p.re1),
    "MCARI": lambda p: (p.re1 - p.r - 0.2 * (p.re1 - p.g)) * p.re1 / p.r,
    "PSRI": lambda p: (p.r - p.b) / p.re2,
    "NDMI": lambda p: nd(p.n8a, p.s1),
    "MSI": lambda p: p.s1 / p.n8a,
    "NDWI": lambda p: nd(p.g, p.n),
    "MNDWI": lambda p: nd(p.g, p.s1),
    "AWEInsh": lambda p: 4 * p.g - 4 * p.s1 - 0.25 * p.n - 2.75 * p.s2,
    "AWEIsh": lambda p: p.b + 2.5 * p.g - 1.5 * p.n - 1.5 * p.s1 - 0.25 * p.s2,
    "WI2015": lambda p: 1.7204 + 171 * p.g + 3 * p.r - 70 * p.n - 45 * p.s1 - 71 * p.s2,
    "WRI": lambda p: (p.g + p.r) / (p.n + p.s1),
    "NDCI": lambda p: nd(p.re1, p.r),
    "NDTI": lambda p: nd(p.r, p.g),
    "NDSI": lambda p: nd(p.g, p.s1),
    "NDSII": lambda p: nd(p.r, p.s1),
    "S3": lambda p: p.n * (p.r - p.s1) / (p.n + p.r) / (p.n + p.s1),
    "NBR": lambda p: nd(p.n, p.s2),
    "NBR2": lambda p: nd(p.s1, p.s2),
    "BAI": lambda p: 1 / (np.square(p.r - 0.1) + np.square(p.n - 0.06)),
    "BAIM": lambda p: 1 / (np.square(p.n - 0.05) + np.square(p.s2 - 0.2)),
    "MIRBI": lambda p: 2 + 10 * p.s2 - 9.8 * p.s1,
    "BAIS2": bais2,
    "NDBI": lambda p: nd(p.s1, p.n),
    "UI": lambda p: nd(p.s2, p.n),
    "IBI": ibi,
    "BUI": lambda p: nd(p.s1, p.n) - nd(p.n, p.r),
    "BLFEI": blfei,
    "BSI": bsi,
    "DBSI": lambda p: nd(p.s1, p.g) - nd(p.n, p.r),
    "MBI": lambda p: 0.5 + (p.s1 - p.s2 - p.n) / (p.s1 + p.s2 + p.n),
    "BI": lambda p: np.sqrt(np.mean(np.square([p.r, p.g, p.b]))),
    "STI": lambda p: p.s1 / p.s2,
    "NDSoI": lambda p: nd(p.s2, p.g),
}

functions = {
    "min": np.minimum, "max": np.maximum, "abs": np.abs, "sqrt": np.sqrt, "log": np.log, "exp": np.exp,
    "tanh": np.tanh, "where": np.where, "clamp": np.clip,
}
allowed = (ast.Expression, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UnaryOp, ast.USub, ast.Compare,
           ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Call, ast.Name, ast.Load, ast.Constant)

errors = []


def expect(truth, index, what):
    if not truth:
        errors.append(f"{index}: {what}")


def parsed(index):
    """The formula as a tree that holds nothing but the expression language, and the bands it names."""
    tree = ast.parse(index["formula"], mode="eval")
    for node in ast.walk(tree):
        expect(isinstance(node, allowed), index["id"], f"{type(node).__name__} is not of the language")
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    expect(all(n.func.id in functions for n in ast.walk(tree) if isinstance(n, ast.Call)), index["id"], "function")
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}
    constants = index.get("constants", {})
    expect(set(constants) <= names, index["id"], "a constant that the formula lacks")
    expect(not set(constants) & (set(bands) | set(functions)), index["id"], "a constant named as a band or function")
    used = names - set(constants)
    expect(used <= set(bands), index["id"], f"unknown names {sorted(used - set(bands))}")
    return compile(tree, index["id"], "eval"), sorted(used, key=bands.index)


def evaluate(code, index, values, dtype=np.float64):
    names = {k: dtype(v) for k, v in zip(bands, values)}
    names.update({k: dtype(v) for k, v in index.get("constants", {}).items()})
    return eval(code, {"__builtins__": {}, **functions}, names)


def value(compute):
    """A number, or None where there is none."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        try:
            v = float(compute())
        except FloatingPointError:
            return None
    return v if np.isfinite(v) else None


def check_entry(index, used, code):
    name = index["id"]
    keys = ["id", "domain", "title", "purpose", "formula", "constants", "range", "display", "ramp", "reflectance",
            "reference"]
    expect([k for k in keys if k in index] == list(index), name, "keys, or their order")
    expect(index["domain"] in ("vegetation", "water", "snow", "burn", "urban", "soil"), name, "domain")
    for text in ("title", "purpose"):
        expect(set(index[text]) == {"en", "de"} and all(index[text].values()), name, f"{text} in both languages")
    expect(all(p.endswith(".") for p in index["purpose"].values()), name, "purpose is no sentence")
    ramps = "rdylgn brbg puor prgn rdbu blues viridis cividis greys rdbu-reversed".split()
    expect(index["ramp"] in ramps, name, "ramp")
    reference = index["reference"]
    expect(reference["author"] and 1960 < reference["year"] < 2030, name, "reference")
    expect(("doi" in reference) != ("report" in reference), name, "a DOI or else a report")
    low, high = index["range"]
    expect(index["display"][0] < index["display"][1], name, "display")
    expect(low is None or index["display"][0] >= low, name, "display below range")
    expect(high is None or index["display"][1] <= high, name, "display above range")

    # The range holds for whatever reflectances; an end that nothing comes near would be wrong too.
    random = np.random.default_rng(5)
    inside = random.random((20000, len(bands)))
    edges = np.where(random.random(inside.shape) < 0.6, random.integers(0, 2, inside.shape), inside)
    samples = np.vstack([inside, edges])
    with np.errstate(all="ignore"):
        results = np.asarray(evaluate(code, index, samples.T, np.asarray), dtype=np.float64)
    results = results[np.isfinite(results)]
    for end, extreme, sign in ((low, results.min(), 1), (high, results.max(), -1)):
        if end is not None:
            expect(sign * (extreme - end) >= -1e-9, name, f"{extreme:.4f} is outside the range")
            span = (high - low) if None not in (low, high) else max(1.0, abs(end))
            expect(abs(extreme - end) <= 0.05 * span, name, f"the range ends at {end}, the values at {extreme:.4f}")

    # Whether it may be computed from numbers that are no reflectance: only if a common factor changes nothing.
    with np.errstate(all="ignore"):
        one = np.asarray(evaluate(code, index, inside.T, np.asarray))
        same = np.allclose(one, evaluate(code, index, 3 * inside.T, np.asarray), rtol=1e-9, atol=1e-9,
                           equal_nan=True)
    expect(index.get("reflectance", False) == (not same), name, "needs reflectance, or does not")


def sensors(index_bands):
    files = {"Sentinel-2": "sentinel-2-l2a", "Landsat 8/9": "landsat-c2-l2-oli", "Landsat 7": "landsat-c2-l2-etm",
             "Landsat 4/5": "landsat-c2-l2-tm", "NAIP": "naip"}
    for title, file in files.items():
        sensor = json.loads((root / f"resources/sensors/{file}.json").read_text())
        has = {b.get("common") for b in sensor["bands"]}
        if has & {"nir", "nir08"}:  # as data::findBand: one stands in for the other
            has |= {"nir", "nir08"}
        runs = [i for i, used in index_bands.items() if set(used) <= has]
        print(f"{title}: {len(runs)} of {len(index_bands)}: {' '.join(runs)}")
        print(f"    not: {' '.join(i for i in index_bands if i not in runs)}")


def main():
    indices = json.loads(catalogue.read_text())["indices"]
    ids = [i["id"] for i in indices]
    expect(len(set(ids)) == 60, "catalogue", f"{len(set(ids))} indices")
    expect(ids == list(literature), "catalogue", f"other indices than here: {set(ids) ^ set(literature)}")

    rows, index_bands, worst, single = [], {}, 0.0, (0.0, "")
    for index in indices:
        code, used = parsed(index)
        index_bands[index["id"]] = used
        check_entry(index, used, code)
        values = []
        for surface, spectrum in spectra.items():
            ours = value(lambda: evaluate(code, index, spectrum))
            theirs = value(lambda: literature[index["id"]](P(spectrum)))
            if None in (ours, theirs):
                expect(ours is theirs, index["id"], f"{surface}: catalogue {ours}, literature {theirs}")
            else:
                apart = abs(ours - theirs) / max(1.0, abs(theirs))
                worst = max(worst, apart)
                expect(apart < 1e-12, index["id"], f"{surface}: catalogue {ours:.9g}, literature {theirs:.9g}")
                low = value(lambda: evaluate(code, index, spectrum, np.float32))
                lost = np.inf if low is None else abs(low - theirs) / max(1.0, abs(theirs))
                single = max(single, (lost, f"{index['id']}, {surface}"))
            values.append(None if theirs is None else round(float(f"{theirs:.9g}"), 15) + 0.0)  # no −0, no 1e-17
        rows.append(f'    {json.dumps(index["id"])}: {json.dumps({"bands": used, "values": values})}')

    text = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in spectra.items())
    text = (f'{{\n  "bands": {json.dumps(bands)},\n  "spectra": {{\n{text}\n  }},\n  "indices": {{\n'
            + ",\n".join(rows) + "\n  }\n}\n")
    if "--check" in sys.argv:
        expect(table.exists() and table.read_text() == text, table.name, "is not what this script writes")
    for error in errors:
        print(error)
    if errors:
        return 1
    if "--bands" in sys.argv:
        sensors(index_bands)
    elif "--check" not in sys.argv:
        table.write_text(text)
    print(f"{len(indices)} indices on {len(spectra)} spectra; the two differ by {worst:.1e} at most; "
          f"float32 by {single[0]:.1e} ({single[1]})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
