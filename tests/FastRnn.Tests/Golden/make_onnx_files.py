"""Writes onnx_files.json beside this file: ONNX models with inputs and the outputs that they have to give, for OnnxGoldenTests.cs.

Three kinds: the cases of RNN, LSTM and GRU among ONNX's own node tests; nodes with attributes that those leave out, convolutions and
one-hot vectors, computed here in double after the operators' specification; and models that PyTorch exports, with PyTorch's outputs.
Weights are initializers in all.

Run it with a Python that has onnx, torch and numpy; the file names the version of ONNX that made it.
"""

import base64
import importlib
import io
import itertools
import typing

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import golden_file

SEED = 20260103
WEIGHTS = {"W", "R", "B", "P"}
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
STATES = {"RNN": ["h"], "GRU": ["h"], "LSTM": ["h", "c"]}


class Case(typing.NamedTuple):
    """A node by its operator, what it has beside W and R, and its attributes; the rest are the usual sizes."""
    name: str
    operator: str
    extra: tuple = ()
    attributes: dict = {}
    opset: int = 14
    steps: int = 6
    batch: int = 3
    inputs: int = 4
    hidden: int = 5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Affine has alpha 1 and beta 0 in all cases. Names are the same in upper and lower case.
FUNCTIONS = {"Tanh": np.tanh, "Relu": lambda x: np.maximum(x, 0), "Sigmoid": sigmoid, "Affine": lambda x: x}
DEFAULTS = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}


def run_direction(case, d, x, data, length):
    """One direction of one sequence x [T, I], in the order of its time: outputs [length, H] and the final states."""
    attributes, hidden = case.attributes, case.hidden
    names = attributes.get("activations", DEFAULTS[case.operator] * 2)
    count = len(DEFAULTS[case.operator])
    f = [FUNCTIONS[name.capitalize()] for name in names[d * count:(d + 1) * count]]
    bound = attributes.get("clip", np.inf)

    def clip(z):
        return np.clip(z, -bound, bound)

    w = np.split(data["W"][d], GATES[case.operator])
    r = np.split(data["R"][d], GATES[case.operator])
    biases = np.split(data["B"][d], 2 * GATES[case.operator]) if "B" in data else [0] * 2 * GATES[case.operator]
    wb, rb = biases[:GATES[case.operator]], biases[GATES[case.operator]:]
    pi, po, pf = np.split(data["P"][d], 3) if "P" in data else [0, 0, 0]
    h, c = data["h"], data.get("c")
    outputs = []
    for t in range(length):
        def z(gate):
            return w[gate] @ x[t] + r[gate] @ h + wb[gate] + rb[gate]

        if case.operator == "RNN":
            h = f[0](clip(z(0)))
        elif case.operator == "GRU":
            zt, rt = f[0](clip(z(0))), f[0](clip(z(1)))
            if attributes.get("linear_before_reset", 0):
                n = w[2] @ x[t] + rt * (r[2] @ h + rb[2]) + wb[2]
            else:
                n = w[2] @ x[t] + r[2] @ (rt * h) + rb[2] + wb[2]
            h = (1 - zt) * f[1](clip(n)) + zt * h
        else:
            i = f[0](clip(z(0) + pi * c))
            forget = 1 - i if attributes.get("input_forget", 0) else f[0](clip(z(2) + pf * c))
            c = forget * c + i * f[1](clip(z(3)))
            o = f[0](clip(z(1) + po * c))
            # c is not clipped on its way to h: ONNX Runtime does not, though the text could be read so.
            h = o * f[2](c)
        outputs.append(h)
    return outputs, [h, c]


def reference(case, data):
    """Y [T, D, N, H] and the final states [D, N, H], layout 0."""
    steps, batch, _ = data["X"].shape
    directions = data["W"].shape[0]
    outputs = np.zeros((steps, directions, batch, case.hidden))
    finals = np.zeros((2, directions, batch, case.hidden))
    for d, n in itertools.product(range(directions), range(batch)):
        length = int(data["sequence_lens"][n]) if "sequence_lens" in data else steps
        backward = d == 1 or case.attributes.get("direction") == "reverse"
        x = data["X"][:length, n]
        own = dict(data)
        for state in STATES[case.operator]:
            own[state] = data[f"initial_{state}"][d, n] if f"initial_{state}" in data else np.zeros(case.hidden)
        y, final = run_direction(case, d, x[::-1] if backward else x, own, length)
        outputs[:length, d, n] = y[::-1] if backward else y
        for s, _ in enumerate(STATES[case.operator]):
            finals[s, d, n] = final[s]
    return [outputs, *finals[:len(STATES[case.operator])]]


def to_layout(case, name, values):
    """From layout 0 to the case's own."""
    if not case.attributes.get("layout", 0) or name in WEIGHTS | {"sequence_lens"}:
        return values
    return np.transpose(values, (2, 0, 1, 3)) if name == "Y" else np.swapaxes(values, 0, 1)


def value_info(name, values):
    kinds = {np.dtype(np.int32): TensorProto.INT32, np.dtype(np.int64): TensorProto.INT64}
    kind = kinds.get(values.dtype, TensorProto.FLOAT)
    return helper.make_tensor_value_info(name, kind, values.shape)


def pack(name, model, inputs, outputs):
    """A case as it stands in the file."""
    return {
        "name": name,
        "model": base64.b64encode(model.SerializeToString() if not isinstance(model, bytes) else model).decode(),
        "inputs": {key: tensor(value) for key, value in inputs.items()},
        "outputs": {key: tensor(value) for key, value in outputs.items()},
    }


def tensor(values):
    return {"shape": list(values.shape), "values": golden_file.numbers(values)}


def spec_case(case, random):
    """A model of one node, with weights as initializers and everything else as inputs."""
    directions = 2 if case.attributes.get("direction") == "bidirectional" else 1
    rows = GATES[case.operator] * case.hidden

    def uniform(bound, *shape):
        return random.uniform(-bound, bound, shape).astype(np.float32)

    data = {
        "X": uniform(2, case.steps, case.batch, case.inputs),
        "W": uniform(1, directions, rows, case.inputs),
        "R": uniform(1, directions, rows, case.hidden),
    }
    if "B" in case.extra:
        data["B"] = uniform(1, directions, 2 * rows)
    if "sequence_lens" in case.extra:
        lengths = random.integers(1, case.steps + 1, case.batch)
        lengths[0] = case.steps
        data["sequence_lens"] = lengths.astype(np.int32)
    if "initial" in case.extra:
        for state in STATES[case.operator]:
            data[f"initial_{state}"] = uniform(1, directions, case.batch, case.hidden)
    if "P" in case.extra:
        data["P"] = uniform(1, directions, 3 * case.hidden)
    wide = {key: value.astype(np.float64) if value.dtype == np.float32 else value for key, value in data.items()}
    names = ["Y", *(f"Y_{state}" for state in STATES[case.operator])]
    outputs = {key: to_layout(case, key, value) for key, value in zip(names, reference(case, wide))}
    data = {key: to_layout(case, key, value) for key, value in data.items()}
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    inputs = [key if key in data else "" for key in order]
    while not inputs[-1]:
        inputs.pop()
    node = helper.make_node(case.operator, inputs, names, hidden_size=case.hidden, **case.attributes)
    fed = {key: value for key, value in data.items() if key not in WEIGHTS}
    graph = helper.make_graph(
        [node], "case",
        [value_info(key, value) for key, value in fed.items()],
        [value_info(key, value.astype(np.float32)) for key, value in outputs.items()],
        [numpy_helper.from_array(value, key) for key, value in data.items() if key in WEIGHTS])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", case.opset)])
    if case.opset <= 17:
        onnx.checker.check_model(model)
    return pack(case.name, model, fed, outputs)


ALL = ("B", "initial", "sequence_lens")
LBR = {"linear_before_reset": 1}
CASES = [
    *(Case(f"{operator} opset {opset}", operator, ("B",), {}, opset)
      for operator in GATES for opset in (7, 14, 22)),
    *(Case(f"{operator} {direction} {' '.join(extra)}{' layout 1' if layout else ''}", operator, extra,
           {"direction": direction, **({"layout": 1} if layout else {})})
      for operator in GATES for direction in ("forward", "reverse", "bidirectional")
      for extra, layout in ((ALL, 0), (("B", "initial"), 1))),
    *(Case(f"GRU reset after {direction} {'with' if 'B' in extra else 'without'} biases", "GRU", extra,
           {"direction": direction, **LBR})
      for direction in ("forward", "reverse", "bidirectional") for extra in (ALL, ())),
    Case("GRU reset before without biases", "GRU"),
    *(Case(f"LSTM peepholes {direction}", "LSTM", (*ALL, "P"), {"direction": direction})
      for direction in ("forward", "reverse", "bidirectional")),
    *(Case(f"RNN relu {direction}", "RNN", ALL, {"direction": direction, "activations": ["Relu"] * count})
      for direction, count in (("forward", 1), ("bidirectional", 2))),
    *(Case(f"RNN {name} clip {direction}", "RNN", ALL, {"direction": direction, "clip": 0.7, "activations": [name] * count})
      for name in ("Tanh", "Relu") for direction, count in (("forward", 1), ("reverse", 1), ("bidirectional", 2))),
    *(Case(f"GRU clip {direction}", "GRU", ALL, {"direction": direction, "clip": 0.6, **LBR})
      for direction in ("forward", "bidirectional")),
    *(Case(f"LSTM clip{' coupled' if coupled else ''}{' peepholes' if 'P' in extra else ''} {direction}", "LSTM", extra,
           {"direction": direction, "clip": 0.5, **({"input_forget": 1} if coupled else {})})
      for direction in ("forward", "bidirectional") for coupled in (False, True) for extra in (ALL, (*ALL, "P"))),
    Case("LSTM coupled", "LSTM", ALL, {"input_forget": 1}),
    Case("LSTM default activations spelled out", "LSTM", ALL, {"activations": ["Sigmoid", "Tanh", "Tanh"]}),
    Case("RNN sigmoid forward", "RNN", ALL, {"activations": ["Sigmoid"]}),
    Case("RNN affine clip bidirectional", "RNN", ALL, {
        "direction": "bidirectional", "activations": ["Affine"] * 2, "activation_alpha": [1.0] * 2, "activation_beta": [0.0], "clip": 0.8}),
    Case("RNN sigmoid clip reverse", "RNN", ALL, {"direction": "reverse", "activations": ["SIGMOID"], "clip": 0.7}),
    Case("GRU reset after sigmoid, relu forward", "GRU", ALL, {
        "activations": ["Sigmoid", "Relu"], "activation_alpha": [0.3], "activation_beta": [7.0, 8.0], **LBR}),
    Case("GRU reset after tanh, sigmoid clip bidirectional", "GRU", ALL, {
        "direction": "bidirectional", "activations": ["Tanh", "Sigmoid"] * 2, "clip": 0.6, **LBR}),
    *(Case(f"GRU reset before clip {direction}", "GRU", ALL, {"direction": direction, "clip": 0.6})
      for direction in ("forward", "reverse", "bidirectional")),
    Case("GRU reset before relu, affine clip bidirectional", "GRU", ALL, {
        "direction": "bidirectional", "activations": ["Relu", "Affine"] * 2, "activation_alpha": [1.0] * 2, "clip": 0.6}),
    Case("GRU reset before sigmoid, relu forward", "GRU", ALL, {"activations": ["Sigmoid", "Relu"]}),
    Case("GRU reset before tanh, sigmoid reverse", "GRU", ALL, {"direction": "reverse", "activations": ["Tanh", "Sigmoid"]}),
    Case("LSTM sigmoid, relu, sigmoid forward", "LSTM", ALL, {"activations": ["Sigmoid", "relu", "sigmoid"]}),
    Case("LSTM tanh, sigmoid, affine peepholes reverse", "LSTM", (*ALL, "P"), {
        "direction": "reverse", "activations": ["Tanh", "Sigmoid", "Affine"], "activation_alpha": [1.0]}),
    Case("LSTM relu, affine, relu clip peepholes bidirectional", "LSTM", (*ALL, "P"), {
        "direction": "bidirectional", "activations": ["Relu", "Affine", "Relu"] * 2, "activation_alpha": [1.0] * 2,
        "clip": 0.5}),
    Case("LSTM affine, tanh, sigmoid coupled clip bidirectional", "LSTM", ALL, {
        "direction": "bidirectional", "activations": ["Affine", "Tanh", "Sigmoid"] * 2, "activation_alpha": [1.0] * 2,
        "clip": 0.5, "input_forget": 1}),
]


def graph_case(name, nodes, weights, inputs, outputs):
    """A graph of several nodes, with outputs that have been computed."""
    graph = helper.make_graph(
        nodes, "case", [value_info(key, value) for key, value in inputs.items()],
        [value_info(key, value.astype(np.float32)) for key, value in outputs.items()],
        [numpy_helper.from_array(value, key) for key, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    onnx.checker.check_model(model)
    return pack(name, model, inputs, outputs)


def convolution_case(random, windowed):
    """A convolution over time that sees the past alone, which an input has or which is zeros, after Conv's specification."""
    steps, batch, inputs, outputs, width, dilation = 6, 3, 4, 5, 3, 2
    past = (width - 1) * dilation
    x = random.uniform(-2, 2, (steps, batch, inputs)).astype(np.float32)
    w = random.uniform(-1, 1, (outputs, inputs, width)).astype(np.float32)
    b = random.uniform(-1, 1, outputs).astype(np.float32)
    window = random.uniform(-2, 2, (past, batch, inputs)).astype(np.float32) if windowed else np.zeros((past, batch, inputs), np.float32)
    both = np.concatenate([window, x]).astype(np.float64)
    y = np.tanh(b + sum(both[k * dilation:k * dilation + steps] @ w[:, :, k].T.astype(np.float64) for k in range(width)))
    weights = {"W": w, "B": b}
    before, padding = [], {"pads": [past, 0]}
    if windowed:
        weights |= {"start": np.array([-past]), "end": np.array([2**63 - 1]), "axis": np.array([0])}
        before = [
            helper.make_node("Concat", ["window", "X"], ["both"], axis=0),
            helper.make_node("Slice", ["both", "start", "end", "axis"], ["final"]),
        ]
        padding = {}
    nodes = [
        *before,
        helper.make_node("Transpose", ["both" if windowed else "X"], ["channels"], perm=[1, 2, 0]),
        helper.make_node("Conv", ["channels", "W", "B"], ["convolved"], dilations=[dilation], **padding),
        helper.make_node("Transpose", ["convolved"], ["sum"], perm=[2, 0, 1]),
        helper.make_node("Tanh", ["sum"], ["Y"]),
    ]
    return graph_case(
        f"Conv {'behind a window' if windowed else 'padded'}", nodes, weights,
        {"X": x, **({"window": window} if windowed else {})}, {"Y": y, **({"final": both[-past:]} if windowed else {})})


def one_hot_case(random):
    """Indices that a GRU sees as one-hot vectors."""
    case = Case("OneHot", "GRU", inputs=7)
    indices = random.integers(0, case.inputs, (case.steps, case.batch))
    weights = {
        "W": random.uniform(-1, 1, (1, 3 * case.hidden, case.inputs)).astype(np.float32),
        "R": random.uniform(-1, 1, (1, 3 * case.hidden, case.hidden)).astype(np.float32),
        "depth": np.array(case.inputs), "values": np.array([0, 1], np.float32),
    }
    data = {"X": np.eye(case.inputs)[indices], **{key: weights[key].astype(np.float64) for key in "WR"}}
    nodes = [
        helper.make_node("OneHot", ["X", "depth", "values"], ["vectors"]),
        helper.make_node("GRU", ["vectors", "W", "R"], ["Y", "Y_h"], hidden_size=case.hidden),
    ]
    return graph_case(case.name, nodes, weights, {"X": indices}, dict(zip(["Y", "Y_h"], reference(case, data))))


def node_cases():
    """ONNX's own, the weights made initializers."""
    node = importlib.import_module("onnx.backend.test.case.node")
    for module in ("rnn", "lstm", "gru"):
        importlib.import_module(f"onnx.backend.test.case.node.{module}")
    for case in node._NodeTestCases:
        graph = case.model.graph
        if graph.node[0].op_type not in GATES:
            continue
        inputs, outputs = case.data_sets[0]
        values = {info.name: np.asarray(value) for info, value in zip(graph.input, inputs)}
        fixed = {name: value for name, value in values.items() if name in WEIGHTS}
        fed = {name: value for name, value in values.items() if name not in WEIGHTS}
        kept = [info for info in graph.input if info.name in fed]
        del graph.input[:]
        graph.input.extend(kept)
        graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in fixed.items())
        expected = {info.name: np.asarray(value) for info, value in zip(graph.output, outputs)}
        yield pack(case.name, case.model, fed, expected)


class Tagger(torch.nn.Module):
    """Recurrent layers and a head at every step, or at the last one."""

    def __init__(self, recurrent, outputs, activation=None, last=None, vocabulary=None):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, recurrent.input_size) if vocabulary else None
        self.recurrent = recurrent
        width = recurrent.hidden_size * (2 if recurrent.bidirectional else 1)
        self.head = torch.nn.Linear(width, outputs)
        self.activation = activation
        self.last = last

    def forward(self, x, *states):
        x = self.embedding(x) if self.embedding else x
        return self.outputs(*self.recurrent(x, *([states if len(states) > 1 else states[0]] if states else [])))

    def outputs(self, y, final):
        if self.last == "output":
            y = y[:, -1] if self.recurrent.batch_first else y[-1]
        if self.last == "state":
            h = final[0] if isinstance(final, tuple) else final
            y = torch.cat([h[-2], h[-1]], dim=1) if self.recurrent.bidirectional else h[-1]
        y = self.head(y)
        return (self.activation(y) if self.activation else y), *(final if isinstance(final, tuple) else (final,))


class Packed(Tagger):
    """Sequences of different lengths. Without a bias of the head, so that zeros behind a sequence's end stay zeros."""

    def __init__(self, recurrent, outputs, **options):
        super().__init__(recurrent, outputs, **options)
        self.head = torch.nn.Linear(self.head.in_features, outputs, bias=False)

    def forward(self, x, lengths):
        first = self.recurrent.batch_first
        y, final = self.recurrent(torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=first))
        return self.outputs(torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=first)[0], final)


class Learned(Tagger):
    """An initial state that is learned, one for all sequences."""

    def __init__(self, recurrent, outputs):
        super().__init__(recurrent, outputs)
        directions = 2 if recurrent.bidirectional else 1
        self.initial = torch.nn.Parameter(torch.rand(directions * recurrent.num_layers, 1, recurrent.hidden_size) * 2 - 1)

    def forward(self, x):
        return super().forward(x, self.initial.expand(-1, x.shape[0 if self.recurrent.batch_first else 1], -1).contiguous())


def torch_case(name, module, inputs, opset, fold=True, dynamic=False):
    module.eval()
    names = ["x", *(["lengths"] if isinstance(module, Packed) else ["h0", "c0"])][:len(inputs)]
    with torch.no_grad():
        outputs = module(*inputs)
    output_names = ["y", "hn", "cn"][:len(outputs)]
    file = io.BytesIO()
    batch_axis = 0 if module.recurrent.batch_first else 1
    axes = {"x": {batch_axis: "batch", 1 - batch_axis: "time"}, "lengths": {0: "batch"}}
    axes = {key: axes[key] for key in names if key in axes} if dynamic else None
    torch.onnx.export(
        module, tuple(inputs), file, input_names=names, output_names=output_names, opset_version=opset,
        do_constant_folding=fold, dynamic_axes=axes)
    return pack(
        name, file.getvalue(), dict(zip(names, (value.numpy() for value in inputs))),
        dict(zip(output_names, (value.numpy() for value in outputs))))


def torch_cases():
    torch.manual_seed(SEED)

    def x(*shape):
        return torch.rand(shape) * 2 - 1

    softmax = torch.nn.Softmax(dim=-1)
    for opset in (9, 11, 13, 16):
        lstm = torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True)
        yield torch_case(f"torch LSTM 2 layers both ways opset {opset}", Tagger(lstm, 2, softmax), [x(6, 2, 3)], opset)
    yield torch_case("torch LSTM dynamic", Tagger(torch.nn.LSTM(3, 5), 2, torch.sigmoid), [x(6, 2, 3)], 13, dynamic=True)
    yield torch_case(
        "torch LSTM states as inputs", Tagger(torch.nn.LSTM(3, 5, num_layers=2), 2), [x(6, 2, 3), x(2, 2, 5), x(2, 2, 5)], 13)
    yield torch_case(
        "torch GRU batch first", Tagger(torch.nn.GRU(3, 5, num_layers=2, batch_first=True), 2, torch.tanh), [x(2, 6, 3)], 13)
    yield torch_case(
        "torch GRU unfolded both ways", Tagger(torch.nn.GRU(3, 5, bidirectional=True), 2, torch.relu), [x(6, 2, 3)], 12, fold=False)
    yield torch_case("torch GRU without biases", Tagger(torch.nn.GRU(3, 5, bias=False), 2), [x(6, 2, 3), x(1, 2, 5)], 14)
    yield torch_case("torch RNN relu", Tagger(torch.nn.RNN(3, 5, nonlinearity="relu"), 2), [x(6, 2, 3)], 14, dynamic=True)
    yield torch_case("torch RNN last output", Tagger(torch.nn.RNN(3, 5, batch_first=True), 2, last="output"), [x(2, 6, 3)], 14)
    yield torch_case(
        "torch LSTM last state", Tagger(torch.nn.LSTM(3, 5, num_layers=2), 2, softmax, last="state"), [x(6, 2, 3)], 13, dynamic=True)
    yield torch_case(
        "torch GRU last states both ways", Tagger(torch.nn.GRU(3, 5, bidirectional=True), 2, last="state"), [x(6, 2, 3)], 13)
    yield torch_case(
        "torch embedding", Tagger(torch.nn.GRU(3, 5, batch_first=True), 2, softmax, vocabulary=7), [torch.randint(0, 7, (2, 6))], 13,
        dynamic=True)
    yield torch_case("torch LSTM one unit", Tagger(torch.nn.LSTM(3, 1), 2), [x(6, 2, 3)], 13, dynamic=True)
    yield torch_case(
        "torch LSTM one unit both ways", Tagger(torch.nn.LSTM(3, 1, num_layers=2, bidirectional=True), 2), [x(6, 2, 3)], 13, dynamic=True)
    yield torch_case(
        "torch GRU one unit both ways last states", Tagger(torch.nn.GRU(3, 1, bidirectional=True, batch_first=True), 2, last="state"),
        [x(2, 6, 3)], 13)
    for kind in ("LSTM", "GRU", "RNN"):
        for both, first, last in ((False, kind != "GRU", None), (True, kind == "GRU", "state" if kind == "LSTM" else None)):
            recurrent = getattr(torch.nn, kind)(3, 4, bidirectional=both, batch_first=first)
            yield torch_case(
                f"torch {kind} packed{' both ways' if both else ''}{' batch first' if first else ''}{' last states' if last else ''}",
                Packed(recurrent, 2, last=last), [x(2, 6, 3) if first else x(6, 2, 3), torch.tensor([6, 4])], 13, dynamic=True)
    yield torch_case(
        "torch GRU learned initial state", Learned(torch.nn.GRU(3, 4, num_layers=2, bidirectional=True), 2), [x(6, 2, 3)], 13,
        dynamic=True)


def main():
    random = np.random.default_rng(SEED)
    cases = [
        *node_cases(), *(spec_case(case, random) for case in CASES), convolution_case(random, True), convolution_case(random, False),
        one_hot_case(random), *torch_cases(),
    ]
    golden_file.write("onnx_files.json", "ONNX", onnx.__version__, SEED, cases)


if __name__ == "__main__":
    main()
