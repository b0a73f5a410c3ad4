#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Formulas × values in float32, computed by numpy and read by Python's own parser: what tst_evaluator holds against the
evaluator. Rules that are ours are written out here once more: NaN is carried through everything (minimum, comparisons,
powers), where() looks at the condition and at the branch it takes, and a result that is not finite is no value (null).

    make.py            writes expressions.json beside it
    make.py --check    fails where the file is not what would be written
"""
import ast
import json
import pathlib
import sys

import numpy as np

table = pathlib.Path(__file__).with_name("expressions.json")

nan, inf = float("nan"), float("inf")
# One column of values each; a row is one pixel.
a = [0.5, 0.0, -0.0, 1.0, -1.0, 0.25, nan, 0.3, nan, inf, -inf, inf, 2.0, -0.125, 3.0, 1e-20, 1e20, -3.5, 0.1, 7.0, 0.45, 0.02]
b = [0.1, 0.0, 1.0, -1.0, -1.0, nan, 0.25, 0.7, nan, 1.0, 2.0, inf, 0.0, 0.5, -2.0, 1e-20, 1e25, 2.0, 0.1, -0.3, 0.05, 0.9]
c = [0.2, 0.0, 0.3, nan, 2.0, 0.5, 1.0, -0.6, nan, -inf, 0.5, 4.0, 1.0, -0.0, 0.5, 1e20, -1.0, 0.4, nan, 5.0, 0.03, 0.6]

formulas = """
a
-a
--a
a + b
a - b
a * b
a / b
a + b + c
a - b - c
a - (b - c)
a / b / c
a / (b / c)
a * b / c
a / b * c
a + b * c
(a + b) * c
a * -b
-a * b
-a - -b
2 + a
a + 2
2 - a
a - 2
2 * a
a * 2
2 / a
a / 2
a / 4
a / 3
a / 0
0 / a
0 / 0
1 / 0
1 / (1 / a)
1 / (1 / (a - a))
a * 0
a * 1
a + 0
a - 0
0 - a
1 * a
a / 1
a - a
a / a
0.1 + 0.2
0.1 + 0.2 + a
a + 0.1 + 0.2
2 ** 3
2 ** 3 ** 2
(2 ** 3) ** 2
-2 ** 2
(-2) ** 2
2 ** -1
(-1) ** 0.5
(-8) ** (1 / 3)
4 ** 0.5
a ** 2
a ** 2.0
-a ** 2
(-a) ** 2
a ** 3
a ** 4
a ** 5
a ** 7
a ** 8
a ** 9
a ** 1
a ** 0
a ** -1
a ** -2
a ** -3
a ** 0.5
a ** -0.5
a ** 1.5
a ** (1 / 3)
a ** b
a ** -b
2 ** a
0 ** a
a ** 2 ** b
(a ** 2) ** b
a * a
a * a * a
a < b
a <= b
a > b
a >= b
a == b
a != b
a < 0.3
a <= 0.3
a > 0.3
a >= 0.3
a == 0.3
a != 0.3
0.3 < a
0.3 <= a
0.3 > a
0.3 >= a
0.3 == a
0.3 != a
1 < 2
2 < 1
1 == 1
a + b < c * 2
(a < b) + (b < c)
(a < b) == (b < c)
(a > 0) * a
-(a < b)
min(a, b)
max(a, b)
min(a, b, c)
max(a, b, c)
min(a, 0.3)
max(a, 0.3)
min(0.3, a)
max(0.3, a)
min(1, 2, 3)
max(a, 0.1, b, 0.2)
min(a, 0 / 0)
max(a, 0 / 0)
abs(a)
abs(-3)
abs(a - b)
sqrt(a)
sqrt(abs(a))
sqrt(a * a + b * b)
sqrt(2)
log(a)
log(abs(a) + 1)
log(0)
exp(a)
exp(-abs(a))
exp(1)
exp(100)
tanh(a)
tanh(a / b)
tanh(1)
tanh(1 / a)
where(a < b, a, b)
where(a < b, 1, 0)
where(a, b, c)
where(1, a, b)
where(0, a, b)
where(0 / 0, a, b)
where(a > 0, sqrt(a), 0)
where(a < 0, 0, sqrt(a))
where(b == 0, 0, a / b)
where(b == 0, c, a / b)
where(a > b, where(b > c, 1, 2), where(a > c, 3, 4))
where(a >= 0.1, b, b)
where(c > 0, 1 / 0, 2)
where(c > 0, 0 / 0, 2)
where(a == b, a ** 2, a - b)
clamp(a, 0, 1)
clamp(a, b, c)
clamp(a / b, -1, 1)
clamp(5, 0, 1)
clamp(a, 0.5, 0.25)
(a - b) / (a + b)
(a - b) / (b + a)
(b - a) / (a + b)
(a - b) / (a + c)
(a - 0.5) / (a + 0.5)
(a - b) / (a + b) + (a - b)
2 * a + 3 * b
2 * a - 3 * b
2 * a - b
a - 2 * b
2 * a + 2 * a
a * b + b * a
(a + b) * (b + a)
(a - b) * (a - b)
(1 + 0.5) * (a - b) / (a + b + 0.5)
2.5 * (a - b) / (a + 6 * b - 7.5 * c + 1)
(a - (b - 1 * (c - b))) / (a + (b - 1 * (c - b)))
((2 * (a ** 2 - b ** 2) + 1.5 * a + 0.5 * b) / (a + b + 0.5)) * (1 - 0.25 * ((2 * (a ** 2 - b ** 2) + 1.5 * a + 0.5 * b) / (a + b + 0.5))) - (b - 0.125) / (1 - b)
(2 * a + 1 - sqrt((2 * a + 1) ** 2 - 8 * (a - b))) / 2
tanh(((a - b) / (a + b)) ** 2)
exp(-((a - b) ** 2) / (2 * 0.5 ** 2))
1 / ((0.1 - b) ** 2 + (0.06 - a) ** 2)
sqrt((a ** 2 + b ** 2 + c ** 2) / 3)
((a * (1.0 - b) * (a - b)) ** (1 / 3))
((1.0 - a) * (1.0 - b) * (1.0 - c)) ** (1 / 3)
(a / b - 1) / ((a / b + 1) ** 0.5)
1e3 * a
1E-3 * a
.5 * a
5. * a
1e30 * a * 1e30
a * 1e-30 * 1e-30
1e300 * a
a + 1e300 - 1e300
""".strip().split("\n")


class Value:
    """float32 columns, or a number in double until it meets one."""

    def __init__(self, v):
        self.v = v

    @staticmethod
    def pair(x, y):
        x, y = x.v, y.v
        if np.ndim(x) or np.ndim(y):
            x, y = np.float32(x), np.float32(y)
        return x, y

    def made(self, other, rule):
        x, y = Value.pair(self, other)
        return Value(rule(x, y))

    def carried(self, other, rule):
        x, y = Value.pair(self, other)
        value = rule(x, y)
        return Value(np.where(np.isnan(x) | np.isnan(y), np.nan, value).astype(getattr(x, "dtype", np.float64))[()])

    def __neg__(self): return Value(-self.v)
    def __add__(self, o): return self.made(o, np.add)
    def __sub__(self, o): return self.made(o, np.subtract)
    def __mul__(self, o): return self.made(o, np.multiply)
    def __truediv__(self, o): return self.made(o, np.divide)
    def __pow__(self, o): return self.carried(o, lambda x, y: np.where(y == 2, x * x, np.power(x, y)))
    def __lt__(self, o): return self.carried(o, np.less)
    def __le__(self, o): return self.carried(o, np.less_equal)
    def __gt__(self, o): return self.carried(o, np.greater)
    def __ge__(self, o): return self.carried(o, np.greater_equal)
    def __eq__(self, o): return self.carried(o, np.equal)
    def __ne__(self, o): return self.carried(o, np.not_equal)


def many(rule):
    def call(first, *others):
        for other in others:
            first = first.made(other, rule)
        return first
    return call


def one(rule):
    return lambda x: Value(rule(x.v))


def where(condition, yes, no):
    value = np.where(condition.v != 0, yes.v, no.v)
    return Value(np.where(np.isnan(condition.v), np.nan, value)[()])


minimum, maximum = many(np.minimum), many(np.maximum)
functions = {"min": minimum, "max": maximum, "abs": one(np.abs), "sqrt": one(np.sqrt), "log": one(np.log),
             "exp": one(np.exp), "tanh": one(np.tanh), "where": where,
             "clamp": lambda x, low, high: minimum(maximum(x, low), high)}


class Numbers(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Call(ast.Name("number", ast.Load()), [node], []), node)


def value_of(text):
    tree = ast.fix_missing_locations(Numbers().visit(ast.parse(text, mode="eval")))
    names = {"number": lambda n: Value(np.float64(n)), "a": Value(np.float32(a)), "b": Value(np.float32(b)),
             "c": Value(np.float32(c)), **functions}
    result = eval(compile(tree, text, "eval"), {"__builtins__": {}}, names).v
    return np.broadcast_to(np.float32(result), (len(a),))


def is_exact(text):
    """Only what IEEE 754 rounds in one way; a square is one product."""
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.Name) and node.id in ("exp", "log", "tanh"):
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            if not isinstance(node.right, ast.Constant) or node.right.value != 2:
                return False
    return True


def numbers(values):
    return "[" + ", ".join("null" if not np.isfinite(v) else np.format_float_scientific(v, trim="-") if v != 0 else "0"
                           for v in values) + "]"


def column(values):
    return json.dumps([str(v) if not np.isfinite(v) else v for v in values])


def main():
    with np.errstate(all="ignore"):
        rows = [f'    {{"text": {json.dumps(f)}, "exact": {json.dumps(is_exact(f))}, "values": {numbers(value_of(f))}}}'
                for f in formulas]
    assert len(set(formulas)) == len(formulas) >= 120
    text = (f'{{\n  "inputs": {{\n    "a": {column(a)},\n    "b": {column(b)},\n    "c": {column(c)}\n  }},\n'
            '  "formulas": [\n' + ",\n".join(rows) + "\n  ]\n}\n")
    if "--check" in sys.argv:
        if table.read_text() != text:
            print(f"{table.name} is not what this script writes")
            return 1
    else:
        table.write_text(text)
    print(f"{len(formulas)} formulas on {len(a)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
