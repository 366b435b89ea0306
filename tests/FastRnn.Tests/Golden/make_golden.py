"""Writes pytorch.json beside this file: Elman networks computed by PyTorch, for GoldenTests.cs.

Run it with a Python that has PyTorch; the file names the version that made it. Weights are random in float, everything is computed
in double, so that what the tests find is the error of the library alone.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

SEED = 20260101

# g1, head, loss, T, N, I, H, O; without a head O is H.
CASES = [
    ("tanh", "identity", "SquaredError", 20, 5, 3, 9, 4),
    ("tanh", "softmax", "CrossEntropy", 7, 3, 5, 17, 6),
    ("tanh", "sigmoid", "BinaryCrossEntropy", 11, 2, 1, 8, 3),
    ("tanh", "sigmoid", "SquaredError", 6, 1, 4, 7, 1),
    ("tanh", "none", "SquaredError", 1, 1, 2, 3, 3),
    ("tanh", "none", "SquaredError", 12, 4, 9, 5, 5),
    ("relu", "identity", "SquaredError", 13, 2, 7, 16, 2),
    ("relu", "identity", "CrossEntropy", 5, 5, 3, 11, 9),
    ("relu", "identity", "BinaryCrossEntropy", 9, 3, 2, 19, 5),
    ("relu", "none", "SquaredError", 8, 2, 3, 6, 6),
]


def exact(bias):
    """Few enough bits that the sum of two biases is exact in float."""
    return torch.round(bias * 2**20) / 2**20


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def loss_of(name, outputs, targets, rows):
    if name == "SquaredError":
        # Half the squared norm of a row's error, while nn.MSELoss is the mean over all elements.
        return F.mse_loss(outputs, targets, reduction="sum") / 2 / rows
    if name == "CrossEntropy":
        return F.cross_entropy(outputs.reshape(rows, -1), targets.flatten())
    return F.binary_cross_entropy_with_logits(outputs, targets, reduction="sum") / rows


def make(activation, head, loss, steps, batch, inputs, hidden, outputs):
    rnn = torch.nn.RNN(inputs, hidden, nonlinearity=activation)
    linear = torch.nn.Linear(hidden, outputs)
    with torch.no_grad():
        rnn.bias_ih_l0.copy_(exact(rnn.bias_ih_l0))
        rnn.bias_hh_l0.copy_(exact(rnn.bias_hh_l0))
    x = torch.randn(steps, batch, inputs)
    state = torch.rand(1, batch, hidden) * 2 - 1
    if loss == "CrossEntropy":
        targets = torch.randint(outputs, (steps, batch))
    elif loss == "BinaryCrossEntropy":
        targets = torch.randint(2, (steps, batch, outputs)).double()
    else:
        targets = torch.rand(steps, batch, outputs).double()

    rnn, linear = rnn.double(), linear.double()
    x, state = x.double().requires_grad_(), state.double().requires_grad_()
    states, final = rnn(x, state)
    logits = states if head == "none" else linear(states)
    result = {"sigmoid": torch.sigmoid, "softmax": lambda o: torch.softmax(o, -1)}.get(head, lambda o: o)(logits)
    # The cross-entropies take logits, the squared error the outputs.
    value = loss_of(loss, result if loss == "SquaredError" else logits, targets, steps * batch)
    value.backward()
    weights = [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0] + ([] if head == "none" else [linear.weight, linear.bias])
    parameters = [w.detach() for w in weights]
    parameters[2] = parameters[2] + rnn.bias_hh_l0.detach()
    return {
        "activation": activation, "head": head, "loss": loss,
        "steps": steps, "batch": batch, "inputSize": inputs, "hiddenSize": hidden, "outputSize": outputs,
        "parameters": numbers(torch.cat([p.flatten() for p in parameters])),
        "inputs": numbers(x), "initialState": numbers(state), "targets": numbers(targets.double()),
        "outputs": numbers(result), "finalState": numbers(final), "lossValue": float(f"{value.item():.9g}"),
        "parameterGradients": numbers(torch.cat([w.grad.flatten() for w in weights])),
        "inputGradients": numbers(x.grad), "initialStateGradients": numbers(state.grad),
    }


def main():
    torch.manual_seed(SEED)
    golden = {"pytorch": torch.__version__, "seed": SEED, "cases": [make(*case) for case in CASES]}
    path = pathlib.Path(__file__).with_name("pytorch.json")
    path.write_text(json.dumps(golden, separators=(",", ":")).replace('{"activation"', '\n{"activation"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
