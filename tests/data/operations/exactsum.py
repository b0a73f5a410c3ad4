#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sums, means and standard deviations of float32 values in rational numbers, rounded once at the end.

    python3 tests/data/operations/exactsum.py           # writes exactsum.json beside this file
    python3 tests/data/operations/exactsum.py --check   # fails where that file says otherwise
"""

import json
import math
import pathlib
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy

getcontext().prec = 120
path = pathlib.Path(__file__).resolve().with_suffix(".json")


def case(values):
    values = [float(v) for v in numpy.array(values, "f4")]
    exact = [Fraction(v) for v in values]
    total = sum(exact)
    variance = sum(v * v for v in exact) / len(exact) - (total / len(exact)) ** 2
    root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    assert float(total) == math.fsum(values)
    return {"values": values, "sum": float(total), "mean": float(total / len(exact)), "stddev": float(root)}


random = numpy.random.default_rng(11)
cases = {
    "harmonic": case([1 / k for k in range(1, 300)]),
    "signed": case(random.normal(0, 1, 300)),
    "far from zero": case(20000 + random.random(300) / 50),
    "all sizes": case(random.normal(0, 1, 300) * 10.0 ** random.integers(-30, 30, 300)),
    "cancelling": case([1e30, 1, -1e30, 2.0 ** -149, -1]),
    "extreme": case([2.0 ** 127, 2.0 ** -149, -2.0 ** 127, 3.4e38, 1e-45]),
}
text = json.dumps(cases, indent=1) + "\n"
if "--check" in sys.argv[1:]:
    sys.exit(0 if path.read_text() == text else f"{path} says otherwise")
path.write_text(text)
