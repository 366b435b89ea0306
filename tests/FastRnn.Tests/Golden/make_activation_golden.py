#!/usr/bin/env python3
"""Writes activations.json: what PyTorch computes in double for activations and their derivatives, far out as well.

Run:  /usr/bin/python3 make_activation_golden.py      (PyTorch 1.13)

For each activation the values of some inputs, and ∂/∂x of the sum of the values weighted with the weights of the file. Inputs and
weights are floats. An activation of rows sees all inputs of a case as one row, without those that are far out.
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

MAGNITUDES = [1e-30, 1e-10, 1e-4, 0.01, 0.1, 0.3, 0.7, 1.5, 2.9, 3.1, 5.0, 8.0, 13.0, 19.0, 40.0, 86.0, 120.0, 1e4, 1e30]

CASES = [
    ("identity", 0, 0, lambda x: x * 1),
    ("tanh", 0, 0, torch.tanh),
    ("relu", 0, 0, F.relu),
    ("sigmoid", 0, 0, torch.sigmoid),
    ("elu", 1, 0, F.elu),
    ("elu", 0.5, 0, lambda x: F.elu(x, 0.5)),
    ("selu", 1.6732632423543772, 1.0507009873554805, F.selu),
    ("leakyRelu", 0.01, 0, F.leaky_relu),
    ("leakyRelu", -0.5, 0, lambda x: F.leaky_relu(x, -0.5)),
    ("thresholdedRelu", 1, 0, lambda x: F.threshold(x, 1, 0)),
    ("thresholdedRelu", -0.5, 0, lambda x: F.threshold(x, -0.5, 0)),
    ("hardSigmoid", 1 / 6, 0.5, F.hardsigmoid),
    ("hardTanh", -1, 1, F.hardtanh),
    ("hardTanh", 0, 6, F.relu6),
    ("hardTanh", -0.5, 2, lambda x: F.hardtanh(x, -0.5, 2)),
    ("hardSwish", 0, 0, F.hardswish),
    ("scaledTanh", 1.5, 0.5, lambda x: 1.5 * torch.tanh(0.5 * x)),
    ("affine", -0.5, 0.25, lambda x: -0.5 * x + 0.25),
    ("softplus", 0, 0, lambda x: F.softplus(x, threshold=100)),
    ("softsign", 0, 0, F.softsign),
    ("silu", 0, 0, F.silu),
    ("gelu", 0, 0, F.gelu),
    ("geluTanh", 0, 0, lambda x: F.gelu(x, approximate="tanh")),
    ("mish", 0, 0, F.mish),
    ("softmax", 0, 0, lambda x: F.softmax(x, -1)),
    ("logSoftmax", 0, 0, lambda x: F.log_softmax(x, -1)),
]


def main():
    floats = np.float32(MAGNITUDES + [-m for m in MAGNITUDES])
    weights = np.float32(1 - 0.5 * np.arange(len(floats)) / len(floats))
    cases = []
    for kind, alpha, beta, function in CASES:
        keep = np.abs(floats) < 100 if kind.lower().endswith("softmax") else np.abs(floats) >= 0
        x = torch.tensor(floats[keep].astype(np.float64), requires_grad=True)
        y = function(x)
        (y * torch.tensor(weights[keep].astype(np.float64))).sum().backward()
        cases.append({
            "kind": kind, "alpha": float(np.float32(alpha)), "beta": float(np.float32(beta)),
            "inputs": floats[keep].astype(float).tolist(), "weights": weights[keep].astype(float).tolist(),
            "outputs": y.detach().tolist(), "gradients": x.grad.tolist()})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "activations.json")
    with open(path, "w") as file:
        text = json.dumps({"origin": "PyTorch", "version": torch.__version__, "cases": cases}, separators=(",", ":"))
        file.write(text.replace('{"kind"', '\n{"kind"') + "\n")


if __name__ == "__main__":
    main()
