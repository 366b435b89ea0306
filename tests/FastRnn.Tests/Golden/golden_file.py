"""What the scripts beside this file share: how golden values are rounded and how a golden file is laid out."""

import json
import pathlib

CASE_START = '{"name"'


def numbers(values):
    """A list of the values of an array or a tensor in row-major order, with the nine digits that tell all floats apart."""
    return [float(f"{value:.9g}") for value in values.flatten().tolist()]


def write(name, origin, version, seed, cases):
    """Writes a golden file beside this one, a case a line."""
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names), "two cases have the same name"
    golden = {"origin": origin, "version": version, "seed": seed, "cases": cases}
    text = json.dumps(golden, separators=(",", ":")).replace(CASE_START, "\n" + CASE_START)
    pathlib.Path(__file__).with_name(name).write_text(text + "\n", encoding="utf-8")
