"""Writes pytorch.json beside this file: recurrent networks computed and differentiated by PyTorch, for GoldenTests.cs.

Run it with a Python that has PyTorch; the file names the version that made it. Parameters, inputs, initial states and targets are
floats, everything is computed from them in double, so that what the tests find is the error of the library alone.
"""

import itertools
import typing

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import golden_file
from golden_file import numbers

SEED = 20260101

LONG = 50

# What the variances of the weights of a row add up to in LSTM and GRU.
GATED_ROW_VARIANCE = 3

# No ReLU network may come so near a kink that rounding to float could take it to the other side.
LEAST_PREACTIVATION = 1e-4
# Of each layer of a ReLU network: the share of units at work over all steps, and the largest pre-activation.
WORKING_SHARES = (0.2, 0.8)
LARGEST_PREACTIVATION = 10
ATTEMPTS = 200

MODULES = {"elmanTanh": torch.nn.RNN, "elmanRelu": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
ACTIVATIONS = {"identity": lambda o: o, "sigmoid": torch.sigmoid, "softmax": lambda o: torch.softmax(o, -1)}


class Case(typing.NamedTuple):
    """A stack of `count` equal recurrent layers, perhaps with a dense head behind it, and the sizes of a batch for it."""

    kind: str
    count: int
    bidirectional: bool
    steps: int
    batch: int
    inputs: int
    hidden: int
    lengths: typing.Sequence[int] = ()
    outputs: int = 0  # of the head; 0 is no head
    activation: str = "identity"  # of the head
    loss: str = "SquaredError"

    @property
    def directions(self):
        return 2 if self.bidirectional else 1

    @property
    def width(self):
        """How many outputs a step has."""
        return self.outputs or self.directions * self.hidden

    @property
    def name(self):
        parts = [self.kind, f"{self.count}x{self.hidden}"] + ["bidirectional"] * self.bidirectional
        parts += [f"I{self.inputs} T{self.steps} N{self.batch}"] + ["lengths"] * bool(self.lengths)
        parts += [f"{self.activation} {self.outputs}"] * bool(self.outputs) + [self.loss] * (self.loss != "SquaredError")
        return " ".join(parts)


# One Elman layer with every head and loss.
HEADS = [
    Case("elmanTanh", 1, False, 20, 5, 3, 9, outputs=4),
    Case("elmanTanh", 1, False, 7, 3, 5, 17, outputs=6, activation="softmax", loss="CrossEntropy"),
    Case("elmanTanh", 1, False, 11, 2, 1, 8, outputs=3, activation="sigmoid", loss="BinaryCrossEntropy"),
    Case("elmanTanh", 1, False, 6, 1, 4, 7, outputs=1, activation="sigmoid"),
    Case("elmanTanh", 1, False, 1, 1, 2, 3),
    Case("elmanTanh", 1, False, 12, 4, 9, 5),
    Case("elmanRelu", 1, False, 13, 2, 7, 16, outputs=2),
    Case("elmanRelu", 1, False, 5, 5, 3, 11, outputs=9, loss="CrossEntropy"),
    Case("elmanRelu", 1, False, 9, 3, 2, 19, outputs=5, loss="BinaryCrossEntropy"),
    Case("elmanRelu", 1, False, 8, 2, 3, 6),
]

# kind, count, bidirectional, T, N, I, H, lengths: every pair of properties that check_pairs knows occurs.
STACKS = [
    Case("elmanTanh", 1, False, 17, 3, 33, 13),
    Case("elmanTanh", 1, True, 50, 3, 3, 7, [50, 1, 33]),
    Case("elmanTanh", 2, False, 9, 5, 7, 5, [4, 9, 1, 7, 9], outputs=3),
    Case("elmanTanh", 2, True, 6, 1, 1, 13),
    Case("elmanTanh", 3, False, 12, 2, 5, 3),
    Case("elmanTanh", 3, True, 5, 6, 13, 3, [5, 3, 1, 4, 2, 5]),
    Case("elmanTanh", 1, False, 7, 1, 9, 33, [4]),
    Case("elmanTanh", 3, True, 1, 3, 3, 5),
    Case("elmanRelu", 1, False, 9, 6, 17, 19),
    Case("elmanRelu", 1, True, 13, 3, 5, 13, [13, 2, 8]),
    Case("elmanRelu", 2, False, 50, 3, 3, 7, [50, 21, 38], outputs=2),
    Case("elmanRelu", 2, True, 4, 2, 33, 5, outputs=7),
    Case("elmanRelu", 3, False, 7, 5, 1, 9),
    Case("elmanRelu", 3, True, 8, 4, 7, 3, [5, 8, 3, 6]),
    Case("elmanRelu", 1, True, 3, 1, 9, 17),
    Case("elmanRelu", 2, True, 6, 2, 13, 3, [3, 5]),
    Case("lstm", 1, False, 11, 4, 19, 7),
    Case("lstm", 1, True, 9, 6, 3, 5, [2, 9, 5, 1, 7, 9]),
    Case("lstm", 2, False, 14, 3, 1, 9, [6, 14, 11]),
    Case("lstm", 2, True, 5, 1, 17, 3, outputs=4),
    Case("lstm", 3, False, 50, 2, 5, 5),
    Case("lstm", 3, True, 7, 5, 9, 3, [7, 4, 6, 1, 3], outputs=1),
    Case("lstm", 2, False, 1, 2, 33, 7),
    Case("lstm", 1, False, 4, 2, 3, 33, [3, 4]),
    Case("gru", 1, False, 10, 5, 13, 9, outputs=5),
    Case("gru", 1, True, 8, 1, 7, 17, [5]),
    Case("gru", 2, False, 6, 6, 33, 5, [1, 6, 3, 5, 2, 6]),
    Case("gru", 2, True, 50, 2, 5, 5),
    Case("gru", 3, False, 9, 3, 9, 7),
    Case("gru", 3, True, 5, 4, 1, 3, [2, 5, 1, 4]),
    Case("gru", 3, False, 20, 2, 3, 1, [20, 9]),
    Case("gru", 1, False, 2, 3, 3, 33),
]


def check_pairs(cases):
    """Any two values of different properties occur together in a case."""
    rows = [(c.kind, c.count, c.bidirectional, bool(c.lengths), c.steps == LONG, c.outputs > 0) for c in cases]
    for first, second in itertools.combinations(zip(*rows), 2):
        missing = set(itertools.product(first, second)) - set(zip(first, second))
        assert not missing, f"no case has {missing}"


def draw_parameters(case):
    """The recurrent layers and the head, or None; in float.

    PyTorch's own initialization makes gradients vanish in a few layers. Here the variances of the weights of a row add
    up to 1, or to more where gates let only a part through. Biases have so few bits that the sum of two is exact in float.
    """
    options = {"nonlinearity": case.kind[len("elman"):].lower()} if case.kind.startswith("elman") else {}
    layers = MODULES[case.kind](case.inputs, case.hidden, case.count, bidirectional=case.bidirectional, **options)
    head = torch.nn.Linear(case.directions * case.hidden, case.outputs) if case.outputs else None
    row_variance = 1 if case.kind.startswith("elman") else GATED_ROW_VARIANCE
    with torch.no_grad():
        for parameter in layers.parameters():
            if parameter.dim() == 2:
                bound = (3 * row_variance / parameter.shape[1]) ** 0.5
                parameter.uniform_(-bound, bound)
            else:
                parameter.uniform_(-0.5, 0.5).mul_(2**20).round_().div_(2**20)
    return layers, head


def draw_data(case):
    """Inputs [T, N, I], initial states (h, and for LSTM c) [layers·directions, N, H] and targets, all of them in double.

    Beyond the ends of the sequences inputs and targets go on with values that must not matter.
    """
    x = torch.randn(case.steps, case.batch, case.inputs)
    shape = (case.count * case.directions, case.batch, case.hidden)
    states = [torch.rand(shape) * 2 - 1 for _ in range(2 if case.kind == "lstm" else 1)]
    rows = (case.steps, case.batch)
    if case.loss == "CrossEntropy":
        targets = torch.randint(case.width, rows)
    elif case.loss == "BinaryCrossEntropy":
        targets = torch.randint(2, rows + (case.width,)).double()
    else:
        targets = torch.randn(rows + (case.width,)).double()
    return x.double().requires_grad_(), [state.double().requires_grad_() for state in states], targets


def run(case, layers, x, states):
    """The stack's outputs [T, N, directions·H], zero beyond the ends, and its final states."""
    initial = tuple(states) if len(states) > 1 else states[0]
    if case.lengths:
        outputs, final = layers(pack_padded_sequence(x, case.lengths, enforce_sorted=False), initial)
        outputs, _ = pad_packed_sequence(outputs, total_length=case.steps)
    else:
        outputs, final = layers(x, initial)
    return outputs, final if isinstance(final, tuple) else (final,)


def loss_of(name, outputs, logits, targets):
    """The loss of rows [R, O]; the cross-entropies take the logits, the squared error the outputs."""
    rows = len(targets)
    if name == "SquaredError":
        # Half the squared norm of a row's error, while nn.MSELoss is the mean over all elements.
        return F.mse_loss(outputs, targets, reduction="sum") / 2 / rows
    if name == "CrossEntropy":
        return F.cross_entropy(logits, targets)
    return F.binary_cross_entropy_with_logits(logits, targets)


def preactivations(case, layers, x, states):
    """All W·x + U·h + b of an Elman stack, a tensor [count of steps of a layer, H] a layer, step by step."""
    lengths = case.lengths or [case.steps] * case.batch
    of_layers = []
    for layer in range(case.count):
        met, directions = [], []
        for direction in range(case.directions):
            index = layer * case.directions + direction
            w, u, b1, b2 = layers.all_weights[index]
            outputs = torch.zeros(case.steps, case.batch, case.hidden, dtype=torch.double)
            for n, length in enumerate(lengths):
                h = states[0][index, n]
                for t in reversed(range(length)) if direction else range(length):
                    met.append(w @ x[t, n] + u @ h + b1 + b2)
                    h = outputs[t, n] = torch.relu(met[-1])
            directions.append(outputs)
        x = torch.cat(directions, -1)
        of_layers.append(torch.stack(met))
    return of_layers


def is_sound(case, layers, x, states):
    """Whether a ReLU network is neither dead nor exploding in any layer and keeps clear of its kinks; others always are."""
    if case.kind != "elmanRelu":
        return True
    with torch.no_grad():
        return all(
            values.abs().min() >= LEAST_PREACTIVATION and values.abs().max() <= LARGEST_PREACTIVATION
            and WORKING_SHARES[0] <= (values > 0).double().mean() <= WORKING_SHARES[1]
            for values in preactivations(case, layers, x, states))


def draw(case, index):
    """The first sound draw. Each case has random numbers of its own, so that a new case leaves the others as they are."""
    for attempt in range(ATTEMPTS):
        torch.manual_seed(SEED + index * ATTEMPTS + attempt)
        layers, head = draw_parameters(case)
        layers, head = layers.double(), head and head.double()
        x, states, targets = draw_data(case)
        if is_sound(case, layers, x, states):
            return layers, head, x, states, targets
    raise AssertionError(f"no sound draw for {case.name}")


def flat_parameters(case, layers, head, value, fold):
    """value(parameter) of all parameters in the library's order; fold makes one bias of the values of PyTorch's two.

    Direction by direction: input weights, recurrent weights, bias, and of a GRU the recurrent bias of n, which r multiplies and
    which therefore is not part of the bias. The gates' order is PyTorch's.
    """
    parts = []
    for weights in layers.all_weights:
        w, u, input_bias, recurrent_bias = (value(weight) for weight in weights)
        if case.kind == "gru":
            gates = 2 * case.hidden
            bias = torch.cat([fold(input_bias[:gates], recurrent_bias[:gates]), input_bias[gates:]])
            parts += [w, u, bias, recurrent_bias[gates:]]
        else:
            parts += [w, u, fold(input_bias, recurrent_bias)]
    parts += [value(parameter) for parameter in head.parameters()] if head else []
    return torch.cat([part.flatten() for part in parts])


def flat_state(case, parts):
    """The library's [N, S] of h, or h and c: layer by layer, in a layer first all directions' h, then all directions' c."""
    shape = (case.count, case.directions, case.batch, case.hidden)
    return torch.stack([part.reshape(shape) for part in parts], dim=1).permute(3, 0, 1, 2, 4)


def make(case, index):
    """The case as it stands in the file."""
    layers, head, x, states, targets = draw(case, index)
    outputs, final = run(case, layers, x, states)
    lengths = torch.tensor(case.lengths or [case.steps] * case.batch)
    valid = torch.arange(case.steps)[:, None] < lengths  # [T, N]
    logits = head(outputs) if head else outputs
    outputs = ACTIVATIONS[case.activation](logits) * valid[..., None]
    loss = loss_of(case.loss, outputs[valid], logits[valid], targets[valid])
    loss.backward()

    parameters = flat_parameters(case, layers, head, lambda p: p.detach(), lambda a, b: a + b)
    assert torch.equal(parameters.float().double(), parameters), "a parameter is not a float"
    # Both biases of a gate stand in the same sum and have the same gradient, which is that of the folded one.
    gradients = flat_parameters(case, layers, head, lambda p: p.grad, lambda a, _: a)
    return {
        "name": case.name,
        "layers": {"kind": case.kind, "hidden": case.hidden, "count": case.count, "bidirectional": case.bidirectional},
        "head": {"outputs": case.outputs, "activation": case.activation} if head else None,
        "inputSize": case.inputs, "steps": case.steps, "batch": case.batch, "lengths": case.lengths,
        "parameters": numbers(parameters), "inputs": numbers(x), "initialState": numbers(flat_state(case, states)),
        "outputs": numbers(outputs), "finalState": numbers(flat_state(case, final)),
        "training": {
            "loss": case.loss, "targets": numbers(targets.double()), "lossValue": float(f"{loss.item():.9g}"),
            "parameterGradients": numbers(gradients), "inputGradients": numbers(x.grad),
            "initialStateGradients": numbers(flat_state(case, [state.grad for state in states])),
        },
    }


def main():
    check_pairs(STACKS)
    cases = [make(case, index) for index, case in enumerate(HEADS + STACKS)]
    golden_file.write("pytorch.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
