#!/usr/bin/env python3
"""Derives the single-precision polynomial constants of softplus and of the tail of the normal law, with its exponential.

Run:  python3 fit_activations.py      (needs numpy only; takes some seconds)

  ln(1 + u) = 2 artanh(s) = s p(s^2),  s = u / (2 + u),  0 <= u <= 1, so 0 <= s <= 1/3
  Phi(-t)   = exp(-t^2/2) q(t),  q(t) = -w p(w),  w = -1 / (t + C),  0 <= t <= 13.1
  2^r       by a polynomial,  |r| <= 1/2

Method: Lawson's iteration weighs a least-squares fit of the relative error until its maxima are equal; then coefficients are
rounded to float32 one after the other, the most harmful first, the ones still free being fitted anew each time. Everything is
computed in float64 and without random numbers. The error printed is that of the float32 coefficients in exact arithmetic.
"""
import math

import numpy as np

CENTRE = 3
LARGEST = 13.3          # a little beyond the largest t
POINTS = 3000


def lawson(a, b, rounds=150):
    weights = np.ones(len(b)) / len(b)
    for _ in range(rounds):
        root = np.sqrt(weights)
        c = np.linalg.lstsq(a * root[:, None], b * root, rcond=None)[0]
        weights = weights * np.abs(a @ c - b)
        weights /= weights.sum()
    return c


def rounded(a, b):
    free = list(range(a.shape[1]))
    c = lawson(a, b)
    reach = np.abs(a).max(axis=0)
    while free:
        index = max(free, key=lambda i: reach[i] * np.spacing(np.float32(abs(c[i]))))
        c[index] = np.float32(c[index])
        free.remove(index)
        if free:
            held = np.where(np.isin(np.arange(len(c)), free), 0, c)
            c[free] = lawson(a[:, free], b - a @ held)
    return c, np.abs(a @ c - b).max()


def show(name, fit):
    c, error = fit
    print("%s: largest relative error %.3g" % (name, error))
    for i, value in enumerate(c):
        print("  c%d = %sf" % (i, np.format_float_positional(np.float32(value), unique=True)))


def tail(t):
    return 0.5 * math.erfc(t / math.sqrt(2)) * math.exp(t * t / 2)


def main():
    angle = np.linspace(0, np.pi, POINTS)
    most = (LARGEST - CENTRE) / (LARGEST + CENTRE)
    v = (most + 1) / 2 * np.cos(angle) + (most - 1) / 2
    t = CENTRE * (1 + v) / (1 - v)
    w = -1 / (t + CENTRE)
    q = np.array([tail(x) for x in t])
    show("normal tail", rounded(np.vander(w, 9, increasing=True) * (-w / q)[:, None], np.ones(POINTS)))

    r = np.cos(angle) / 2
    show("2^r", rounded(np.vander(r, 6, increasing=True) / (2.0 ** r)[:, None], np.ones(POINTS)))

    z = (1 - np.cos(angle)) / 2 / 9
    s = np.sqrt(z)
    f = np.where(s > 1e-6, 2 * np.arctanh(s) / np.maximum(s, 1e-12), 2.0)
    show("ln(1 + u)", rounded(np.vander(z, 5, increasing=True) / f[:, None], np.ones(POINTS)))


if __name__ == "__main__":
    main()
