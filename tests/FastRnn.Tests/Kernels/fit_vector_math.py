#!/usr/bin/env python3
"""Derives the single-precision polynomial constants of the vectorised exp and tanh.

Run:  python3 fit_vector_math.py      (needs numpy only; takes a few seconds)

Both functions reduce their argument to r with |r| <= ln(2)/2 and use

    exp(r) - 1 ~ r + r^2 (c2 + c3 r + c4 r^2 + c5 r^3 + c6 r^4)

whose first coefficients are held at 0 and 1, so that exp(0) is exactly 1 and a
tiny argument of tanh is returned unchanged. They weigh the error d(r) of that
polynomial differently:

  exp(x)  = 2^k exp(r), so d counts relative to exp(r).
  tanh(t) = h / (h + 1) with 2h = exp(2t) - 1 = 2^k (exp(r) - 1) + (2^k - 1), so the
            relative error of tanh is d 2^(k+1) / (E^2 - 1), E = exp(2t) = 2^k exp(r).
            With t >= 0 it is largest at k = 0 for r > 0 and at k = 1 for r < 0.
            The library evaluates tanh with r/2 for r, which doubles ci into
            di = 2^(i-1) ci: a power of two, hence exact.

Method: a Remez exchange makes the weighted error of real coefficients alternate
between equal extrema; then the coefficients are rounded to float32 one after the
other, the ones still free being fitted anew each time so that they absorb the
rounding; then a descent over steps of a few ulps in one or two coefficients.
Everything is computed in float64 and without random numbers. The error printed is
that of the float32 coefficients in exact arithmetic; the rounding of a float32
evaluation comes on top of it.
"""
import itertools
import numpy as np

DEGREE = 6
LIMIT = 0.3468          # ln(2)/2 = 0.34657..., and room for a k rounded the other way
POINTS = 20001


class Model:
    """The weighted error, linear in the coefficients, on a grid of r."""

    def __init__(self, weight, step=1):
        r = -LIMIT * np.cos(np.pi * np.arange(0, POINTS, step) / (POINTS - 1))
        r = r[r != 0.0]
        w = weight(r)
        self.columns = np.stack([w * r ** i for i in range(2, DEGREE + 1)], axis=1)
        # r + 1 - exp(r) from its series: it keeps its digits near 0, where the
        # difference of the two functions would have lost them.
        series = np.zeros_like(r)
        for i in range(20, 1, -1):
            series = (series + 1.0) * r / i
        self.constant = -w * r * series

    def error(self, c):
        return self.columns @ c + self.constant

    def size(self, c):
        return np.abs(self.error(c)).max()


def exp_weight(r):
    return np.exp(-r)


def tanh_weight(r):
    return np.where(r > 0.0, 2.0 / np.expm1(2.0 * r), 4.0 / (4.0 * np.exp(2.0 * r) - 1.0))


def solve(a, b):
    """Least squares with the columns scaled to unit size."""
    scale = np.abs(a).max(axis=0)
    return np.linalg.lstsq(a / scale, b, rcond=None)[0] / scale


def extrema(e, count):
    """Indices of `count` extrema of alternating sign, the smaller ends left out."""
    change = np.flatnonzero(np.sign(e[1:]) * np.sign(e[:-1]) < 0) + 1
    bounds = np.concatenate([[0], change, [len(e)]])
    peaks = [a + np.argmax(np.abs(e[a:b])) for a, b in zip(bounds[:-1], bounds[1:])]
    while len(peaks) > count:
        peaks.pop(0 if abs(e[peaks[0]]) < abs(e[peaks[-1]]) else -1)
    return np.array(peaks) if len(peaks) == count else None


def remez(model, c, free):
    """Minimax fit of the coefficients listed in `free`; the others stay as they are."""
    c = c.copy()
    c[free] = 0.0
    c[free] = solve(model.columns[:, free], -model.error(c))
    best = c.copy()
    for _ in range(30):
        points = extrema(model.error(c), len(free) + 1)
        if points is None:
            break
        sign = np.sign(model.error(c)[points])
        c[free] = 0.0
        system = np.hstack([model.columns[points][:, free], -sign[:, None]])
        answer = solve(system, -model.error(c)[points])
        c[free] = answer[:-1]
        if model.size(c) < model.size(best):
            best = c.copy()
        if model.size(c) <= abs(answer[-1]) * 1.0001:
            break
    return best


def ulp(x):
    return float(np.spacing(np.float32(abs(x))))


def round_coefficients(model, c):
    """Rounds one coefficient after the other, fitting the rest anew."""
    free = list(range(len(c)))
    reach = np.abs(model.columns).max(axis=0)
    c = c.copy()
    while free:
        index = max(free, key=lambda i: reach[i] * ulp(c[i]))   # the most harmful first
        c[index] = np.float32(c[index])
        free.remove(index)
        if free:
            c = remez(model, c, free)
    return c


def polish(model, c, reach=3):
    """Steepest descent over steps of up to `reach` ulps in one or two coefficients."""
    steps = [k for k in range(-reach, reach + 1) if k]
    moves = [((i, a),) for i in range(len(c)) for a in steps]
    moves += [((i, a), (j, b)) for i, j in itertools.combinations(range(len(c)), 2)
              for a in steps for b in steps]
    while True:
        trials = []
        for move in moves:
            x = c.copy()
            for i, k in move:
                x[i] = np.float32(x[i] + k * ulp(x[i]))
            trials.append(x)
        x = min(trials, key=model.size)
        if model.size(x) >= model.size(c):
            return c
        c = x


def show(name, value):
    f = np.float32(value)
    assert float(f) == float(value), "not a float32"
    text = np.format_float_positional(f, unique=True)
    print("  %s = %sf   (0x%08X)" % (name, text, int(f.view(np.uint32))))


def fit(weight):
    model = Model(weight)
    c = remez(model, np.zeros(DEGREE - 1), list(range(DEGREE - 1)))
    rounded = round_coefficients(model, c)
    polished = polish(Model(weight, 10), rounded)
    print("  largest relative error %.3g with real coefficients, %.3g rounded, %.3g polished"
          % (model.size(c), model.size(rounded), model.size(polished)))
    return polished


def main():
    print("exp(x), |r| <= %g" % LIMIT)
    for i, value in enumerate(fit(exp_weight), 2):
        show("c%d" % i, value)

    print("tanh(t), |r/2| <= %g" % (LIMIT / 2))
    for i, value in enumerate(fit(tanh_weight), 2):
        show("d%d" % i, value * 2.0 ** (i - 1))

    # exp subtracts k ln(2) in two steps: the first has 15 significant bits, so that
    # k times it is exact for |k| < 512 even without a fused multiply-add.
    print("argument reduction")
    high = np.round(np.log(2.0) * 2.0 ** 15) / 2.0 ** 15
    high_low = np.float32(np.longdouble("0.693147180559945309417232121458") - high)
    show("log2(e)", np.float32(np.log2(np.e)))
    show("ln2 high", high)
    show("ln2 low", high_low)
    show("2 log2(e)", np.float32(2.0 * np.log2(np.e)))
    show("ln2 / 2", np.float32(np.log(2.0) / 2.0))


if __name__ == "__main__":
    main()
