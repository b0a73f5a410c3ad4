#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the formulas of the Awesome Spectral Indices catalogue give on eight spectra, by Python's own arithmetic.

The catalogue is read where it lies ($ASTRA_SHARED_DATA, else ../shared/data beside the checkout); only names and numbers
go into tests/data/indices/asi_reference.json. Constants: those of v1 by index, else those of v0.

    python3 tests/core/processing/asi_reference.py           # write the table
    python3 tests/core/processing/asi_reference.py --check   # is it up to date?
"""

import json
import math
import os
import pathlib
import re
import struct
import sys

root = pathlib.Path(__file__).resolve().parents[3]
shared = pathlib.Path(os.environ.get("ASTRA_SHARED_DATA", root.parent / "shared/data"))
table = root / "tests/data/indices/asi_reference.json"

symbols = {
    "coastal": "A", "blue": "B", "green": "G", "green05": "G1", "yellow": "Y", "red": "R", "rededge071": "RE1",
    "rededge075": "RE2", "rededge078": "RE3", "nir": "N", "nir08": "N2", "nir09": "WV", "swir16": "S1", "swir22": "S2",
    "lwir": "T", "lwir11": "T1", "lwir12": "T2", "hh": "HH", "hv": "HV", "vh": "VH", "vv": "VV",
}
# Made up after the usual shapes of surfaces; kelvin and linear power for the last ones.
samples = {
    "crop":     [0.021, 0.027, 0.061, 0.054, 0.058, 0.029, 0.098, 0.334, 0.427, 0.452, 0.468, 0.461, 0.187, 0.083, 296.4, 296.1, 295.7, 0.041, 0.012, 0.011, 0.086],
    "wood":     [0.017, 0.022, 0.048, 0.041, 0.043, 0.026, 0.079, 0.269, 0.351, 0.374, 0.391, 0.388, 0.164, 0.071, 291.3, 291.0, 290.8, 0.073, 0.028, 0.026, 0.112],
    "stubble":  [0.084, 0.101, 0.142, 0.127, 0.168, 0.193, 0.218, 0.237, 0.249, 0.268, 0.287, 0.293, 0.372, 0.289, 308.7, 308.1, 307.2, 0.031, 0.007, 0.006, 0.052],
    "soil":     [0.043, 0.051, 0.069, 0.062, 0.078, 0.087, 0.103, 0.116, 0.127, 0.138, 0.151, 0.157, 0.193, 0.161, 303.9, 303.5, 302.8, 0.027, 0.004, 0.003, 0.044],
    "concrete": [0.176, 0.191, 0.213, 0.205, 0.224, 0.232, 0.241, 0.248, 0.254, 0.263, 0.269, 0.274, 0.291, 0.267, 306.2, 305.8, 305.1, 0.214, 0.039, 0.037, 0.198],
    "lake":     [0.037, 0.034, 0.029, 0.031, 0.021, 0.014, 0.011, 0.009, 0.008, 0.007, 0.006, 0.005, 0.004, 0.003, 287.6, 287.4, 287.1, 0.003, 0.001, 0.001, 0.006],
    "river":    [0.063, 0.078, 0.114, 0.104, 0.121, 0.127, 0.109, 0.057, 0.053, 0.047, 0.041, 0.036, 0.012, 0.009, 288.8, 288.5, 288.2, 0.004, 0.001, 0.001, 0.007],
    "snow":     [0.937, 0.952, 0.943, 0.946, 0.938, 0.926, 0.907, 0.889, 0.874, 0.847, 0.829, 0.793, 0.118, 0.083, 268.3, 268.2, 268.0, 0.019, 0.006, 0.005, 0.023],
}
wavelengths = {"G": 559.8, "R": 664.6, "N": 832.8, "N2": 864.7, "S1": 1613.7, "S2": 2202.4}
radiation = 1180.0  # PAR, which no catalogue knows
renamed = {"nexp": "n", "cexp": "c"}


def float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def constant(name, index, usual, by_index):
    for key in (name, renamed.get(name), "b" if (name, index) == ("beta", "NDSInw") else None):
        value = by_index.get(key, {}).get(index, {}).get("default_value")
        if value is not None:
            return value
    return usual[name]["default"]


def value(formula, names):
    try:
        result = eval(formula, {"__builtins__": {}}, names)
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) or not math.isfinite(result) else result


def main():
    if "--check" in sys.argv and not (shared / "spectral-indices.json").exists():
        print("the catalogue is not here:", shared)
        return 77  # skipped
    indices = json.loads((shared / "spectral-indices.json").read_text())["SpectralIndices"]
    usual = json.loads((shared / "spectral-constants.json").read_text())
    by_index = json.loads((shared / "spectral-constants-v1.json").read_text())
    rows = []
    for index, entry in indices.items():
        numbers = []
        for spectrum in samples.values():
            names = {symbols[k]: float32(v) for k, v in zip(symbols, spectrum)}
            for name in set(re.findall(r"[A-Za-z_]\w*", entry["formula"])) - set(names):
                if name.startswith("lambda"):
                    names[name] = wavelengths[name[6:]]
                elif re.fullmatch(r"k[A-Z][A-Z]", name):
                    a, b = (constant("L", index, usual, by_index) if c == "L" else names[c] for c in name[1:])
                    names[name] = math.exp(-((a - b) ** 2) / (2 * usual["sigma"]["default"] ** 2))
                else:
                    names[name] = radiation if name == "PAR" else constant(name, index, usual, by_index)
            result = value(entry["formula"], names)
            numbers.append(None if result is None else float(f"{result:.9g}"))
        rows.append(f"    {json.dumps(index)}: {json.dumps(numbers)}")
    spectra = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in samples.items())
    waves = {k: wavelengths[v] for k, v in symbols.items() if v in wavelengths}
    text = (f'{{\n  "bands": {json.dumps(list(symbols))},\n  "wavelengths": {json.dumps(waves)},\n  "PAR": {radiation},\n'
            f'  "spectra": {{\n{spectra}\n  }},\n  "indices": {{\n' + ",\n".join(rows) + "\n  }\n}\n")
    if "--check" in sys.argv:
        return 0 if table.exists() and table.read_text() == text else 1
    table.write_text(text)
    print(len(indices), "indices;", sum("null" in row for row in rows), "of them have no number somewhere")
    return 0


if __name__ == "__main__":
    sys.exit(main())
