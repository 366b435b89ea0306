"""Writes onnx.json beside this file: the cells that PyTorch lacks, GRU with the reset before the product and LSTM with peepholes,
by the numpy reference implementation in ONNX's own test cases, for GoldenTests.cs.

Run it with a Python that has onnx and numpy; the file names the version that made it. Parameters, inputs and initial states are
floats, everything is computed from them in double. The reference runs one layer in one direction over sequences of one length and
gives no gradients, so that is all there is here.
"""

import typing

import numpy as np
import onnx
from onnx.backend.test.case.node.gru import GRU_Helper
from onnx.backend.test.case.node.lstm import LSTM_Helper

import golden_file
from golden_file import numbers

SEED = 20260102

# Where the library's gates stand among ONNX's: r, z, n among z, r, h; i, f, g, o among i, o, f, c; p_i, p_f, p_o among i, o, f.
GRU_GATES = [1, 0, 2]
LSTM_GATES = [0, 2, 3, 1]
PEEPHOLES = [0, 2, 1]


class Case(typing.NamedTuple):
    kind: str
    steps: int
    batch: int
    inputs: int
    hidden: int

    @property
    def gates(self):
        return LSTM_GATES if self.kind == "lstmPeepholes" else GRU_GATES


CASES = [
    Case("gruResetBefore", 1, 1, 1, 1),
    Case("gruResetBefore", 20, 3, 5, 9),
    Case("gruResetBefore", 7, 5, 8, 16),
    Case("gruResetBefore", 12, 2, 3, 33),
    Case("gruResetBefore", 3, 4, 17, 6),
    Case("lstmPeepholes", 1, 1, 2, 1),
    Case("lstmPeepholes", 20, 2, 3, 7),
    Case("lstmPeepholes", 9, 5, 4, 8),
    Case("lstmPeepholes", 5, 3, 13, 17),
    Case("lstmPeepholes", 14, 4, 1, 10),
]


class RecordingLstm(LSTM_Helper):
    """LSTM_Helper hands out no cell state, but passes each step's through h, the function before the output gate."""

    def h(self, x):
        self.cell = x
        return super().h(x)


def draw(case):
    """What the reference takes, by ONNX's names and in its orders; the leading 1 is the number of directions."""
    random = np.random.default_rng([SEED, CASES.index(case)])
    gates = len(case.gates) * case.hidden

    def uniform(bound, *shape):
        return random.uniform(-bound, bound, shape).astype(np.float32).astype(np.float64)

    drawn = {
        "X": uniform(2, case.steps, case.batch, case.inputs),
        "W": uniform((3 / case.inputs) ** 0.5, 1, gates, case.inputs),
        "R": uniform((3 / case.hidden) ** 0.5, 1, gates, case.hidden),
        # The input biases, then the recurrent ones; so few bits that the sum of two is exact in float.
        "B": np.round(uniform(0.5, 1, 2 * gates) * 2**20) / 2**20,
        "initial_h": uniform(1, 1, case.batch, case.hidden),
    }
    if case.kind == "lstmPeepholes":
        drawn |= {"P": uniform(1, 1, 3 * case.hidden), "initial_c": uniform(1, 1, case.batch, case.hidden)}
    return drawn


def reference(case, drawn):
    """Outputs [T, N, H] and final states [N, S]."""
    if case.kind == "lstmPeepholes":
        lstm = RecordingLstm(**drawn)
        outputs, hidden = lstm.step()
        # The reference carries its states as [1, N, H] from the first step on.
        final = np.concatenate([hidden[0], lstm.cell[0]], axis=-1)
    else:
        # Without linear_before_reset it is 0: r multiplies the state before the recurrent product.
        outputs, hidden = GRU_Helper(**drawn).step()
        final = hidden[0]
    return outputs[:, 0], final


def in_order(stacked, order):
    """Reorders the blocks that are stacked along the first axis."""
    blocks = np.split(stacked, len(order))
    return np.concatenate([blocks[i] for i in order])


def flat_parameters(case, drawn):
    """The library's order: input weights, recurrent weights, one bias and, with peepholes, their coefficients."""
    parts = [drawn["W"][0], drawn["R"][0], np.add(*np.split(drawn["B"][0], 2))]
    parts = [in_order(part, case.gates) for part in parts]
    if "P" in drawn:
        parts.append(in_order(drawn["P"][0], PEEPHOLES))
    return np.concatenate([part.flatten() for part in parts])


def make(case):
    """The case as it stands in the file."""
    drawn = draw(case)
    outputs, final = reference(case, drawn)
    parameters = flat_parameters(case, drawn)
    assert np.array_equal(parameters, parameters.astype(np.float32)), "a parameter is not a float"
    states = [drawn[name][0] for name in ("initial_h", "initial_c") if name in drawn]
    return {
        "name": f"{case.kind} {case.hidden} I{case.inputs} T{case.steps} N{case.batch}",
        "layers": {"kind": case.kind, "hidden": case.hidden, "count": 1, "bidirectional": False},
        "head": None,
        "inputSize": case.inputs, "steps": case.steps, "batch": case.batch, "lengths": [],
        "parameters": numbers(parameters), "inputs": numbers(drawn["X"]), "initialState": numbers(np.concatenate(states, axis=-1)),
        "outputs": numbers(outputs), "finalState": numbers(final),
        "training": None,
    }


def main():
    golden_file.write("onnx.json", "ONNX", onnx.__version__, SEED, [make(case) for case in CASES])


if __name__ == "__main__":
    main()
