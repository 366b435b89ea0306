"""Writes pytorch_layers.json beside this file: branches, merges, normalizations, convolutions and poolings computed and differentiated by
PyTorch, for LayerGoldenTests.cs.

Run it with a Python that has PyTorch; the file names the version that made it. A network is described as the library's own files
describe it. Parameters, inputs and targets are floats, everything is computed from them in double. Sequences are run one by one, each cut
to its length.
"""

import json

import torch
import torch.nn.functional as F
from torch import _VF

import golden_file
from golden_file import numbers

SEED = 20261201
STEPS, BATCH, INPUTS = 6, 3, 4
LENGTHS = [6, 2, 5]

ACTIVATIONS = {
    "identity": lambda x: x, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu,
    "softmax": lambda x: torch.softmax(x, -1),
}
# What the modules nn.RNN, nn.LSTM and nn.GRU call, and the gates.
RECURRENT = {"elman": (_VF.rnn_tanh, 1), "lstm": (_VF.lstm, 4), "gru": (_VF.gru, 3)}


def dense(size, activation="identity"):
    return {"kind": "dense", "outputSize": size, "activation": activation}


def elman(size):
    return {"kind": "elman", "hiddenSize": size, "activation": "tanh"}


def lstm(size):
    return {"kind": "lstm", "hiddenSize": size, "peepholes": False}


def gru(size):
    return {"kind": "gru", "hiddenSize": size, "resetAfter": True}


def both(cell, merge=None):
    return {"kind": "bidirectional", "cell": cell} | ({"merge": merge} if merge else {})


def parallel(merge, *branches):
    return {"kind": "parallel", "merge": merge, "branches": [{"layers": branch} for branch in branches]}


def residual(*layers):
    return parallel("sum", [], list(layers))


def convolution(size, width, dilation=1, activation="tanh", ahead=0, groups=1, bias=True):
    layer = {"kind": "timeDelay", "outputSize": size, "width": width, "dilation": dilation, "activation": activation}
    layer |= {"lookAhead": ahead} if ahead else {}
    layer |= {"groups": groups} if groups > 1 else {}
    return layer | ({} if bias else {"bias": False})


def pooling(function):
    return {"kind": "pooling", "function": function}


LAYER_NORM = {"kind": "layerNormalization", "epsilon": 1e-5}
RMS_NORM = {"kind": "rmsNormalization", "epsilon": 1e-5}
AFFINE = {"kind": "affine", "trained": True}
LAST_OF_EACH = {"kind": "lastStep", "eachDirection": True}
LAST_ROW = {"kind": "lastStep", "eachDirection": False}
ATTENTION = {"kind": "attentionPooling"}

CASES = {
    "residual": [dense(6), residual(lstm(6)), dense(2)],
    "residual of residuals": [residual(dense(4, "tanh"), residual(gru(4)), elman(4)), dense(3)],
    "skip": [parallel("concatenate", [], [gru(5)]), dense(2)],
    "three branches": [parallel("average", [elman(4)], [], [dense(4, "sigmoid"), lstm(4)])],
    "gate": [lstm(5), parallel("multiply", [dense(5, "tanh")], [dense(5, "sigmoid")], []), dense(2)],
    "lstm, sum": [both(lstm(5), "sum"), dense(3)],
    "gru, average": [both(gru(4), "average")],
    "rnn, product": [both(elman(5), "multiply"), dense(2)],
    "lstm, side by side": [both(lstm(3)), dense(2)],
    "layer normalization": [lstm(6), LAYER_NORM, dense(2)],
    "root mean squares": [gru(5), RMS_NORM, dense(2)],
    "affine": [AFFINE, gru(5), AFFINE],
    "convolution": [convolution(5, 3, 2), dense(2)],
    "convolution, same": [convolution(5, 3, ahead=1), gru(4)],
    "convolution, same, even": [convolution(3, 4, 2, ahead=3, bias=False)],
    "convolution, groups": [convolution(6, 2, groups=2), dense(2)],
    "convolution, depthwise": [convolution(8, 3, ahead=1, groups=4), dense(2)],
    "convolution, depthwise, causal": [convolution(4, 3, 2, groups=4, bias=False), dense(2)],
    "mean": [lstm(5), pooling("mean"), dense(2)],
    "maximum": [gru(5), pooling("max"), dense(2)],
    "sum": [pooling("sum"), dense(2)],
    "attention": [both(gru(3)), ATTENTION, dense(2)],
    "last of each direction": [both(lstm(3)), LAST_OF_EACH, dense(2)],
    "last row": [both(lstm(3)), LAST_ROW, dense(2)],
    "poolings": [
        lstm(4), parallel("concatenate", [pooling("mean")], [pooling("max")], [dense(3, "tanh"), ATTENTION]), LAYER_NORM, dense(2)],
}


def outputs_of(layer, inputs):
    """The size of a layer's outputs."""
    kind = layer["kind"]
    if kind in RECURRENT:
        return layer["hiddenSize"]
    if kind == "bidirectional":
        return layer["cell"]["hiddenSize"] * (1 if "merge" in layer else 2)
    if kind == "parallel":
        sizes = [size_behind(branch["layers"], inputs) for branch in layer["branches"]]
        return sum(sizes) if layer["merge"] == "concatenate" else sizes[0]
    return layer.get("outputSize", inputs)


def size_behind(layers, inputs):
    for layer in layers:
        inputs = outputs_of(layer, inputs)
    return inputs


def cell_shapes(cell, inputs):
    """Wx, Wh, b, and for a GRU the recurrent bias of its candidate."""
    hidden = cell["hiddenSize"]
    rows = RECURRENT[cell["kind"]][1] * hidden
    return [(rows, inputs), (rows, hidden), (rows,)] + ([(hidden,)] if cell["kind"] == "gru" else [])


def shapes_of(layer, inputs):
    """The shapes of a layer's parameters, in the library's order."""
    kind = layer["kind"]
    if kind in RECURRENT:
        return cell_shapes(layer, inputs)
    if kind == "bidirectional":
        return 2 * cell_shapes(layer["cell"], inputs)
    if kind == "dense":
        return [(layer["outputSize"], inputs), (layer["outputSize"],)]
    if kind == "timeDelay":
        size = layer["outputSize"]
        weights = (size, layer["width"] * (inputs // layer.get("groups", 1)))
        return [weights] + ([(size,)] if layer.get("bias", True) else [])
    if kind in ("layerNormalization", "affine"):
        return [(inputs,), (inputs,)]
    if kind == "rmsNormalization":
        return [(inputs,)]
    if kind == "attentionPooling":
        return [(1, inputs)]
    if kind == "parallel":
        return [shape for branch in layer["branches"] for shape in shapes_behind(branch["layers"], inputs)]
    return []


def shapes_behind(layers, inputs):
    shapes = []
    for layer in layers:
        shapes += shapes_of(layer, inputs)
        inputs = outputs_of(layer, inputs)
    return shapes


def run_cell(cell, x, parameters, state):
    """[T, I] to [T, H]; appends the final state."""
    shapes = cell_shapes(cell, x.shape[1])
    weights = [parameters.pop(0) for _ in shapes]
    recurrent_bias = torch.zeros_like(weights[2])
    if cell["kind"] == "gru":
        recurrent_bias = torch.cat([recurrent_bias[: 2 * cell["hiddenSize"]], weights[3]])
    zeros = torch.zeros(1, 1, cell["hiddenSize"], dtype=torch.double)
    initial = (zeros, zeros) if cell["kind"] == "lstm" else zeros
    y, *final = RECURRENT[cell["kind"]][0](
        x[:, None], initial, weights[:3] + [recurrent_bias], True, 1, 0.0, False, False, False)
    state.append([part.flatten() for part in final])
    return y[:, 0]


def merged(merge, parts):
    if merge in (None, "concatenate"):
        return torch.cat(parts, -1)
    stacked = torch.stack(parts)
    return {"sum": stacked.sum(0), "average": stacked.mean(0), "multiply": stacked.prod(0)}[merge]


def run_layer(layer, x, parameters, state, behind):
    """One layer over a sequence [T, I]; behind is the layer before, for the end of a direction."""
    kind = layer["kind"]
    if kind in RECURRENT:
        return run_cell(layer, x, parameters, state)
    if kind == "bidirectional":
        directions = []
        forward = run_cell(layer["cell"], x, parameters, directions)
        reverse = run_cell(layer["cell"], x.flip(0), parameters, directions).flip(0)
        state.append([part for parts in zip(*directions) for part in parts])
        return merged(layer.get("merge"), [forward, reverse])
    if kind == "dense":
        return ACTIVATIONS[layer["activation"]](F.linear(x, parameters.pop(0), parameters.pop(0)))
    if kind == "timeDelay":
        width, groups, ahead = layer["width"], layer.get("groups", 1), layer.get("lookAhead", 0)
        weights = parameters.pop(0)
        weights = weights.reshape(weights.shape[0], width, -1).transpose(1, 2)
        bias = parameters.pop(0) if layer.get("bias", True) else None
        reach = (width - 1) * layer["dilation"]
        padded = F.pad(x.T[None], (reach - ahead, ahead))
        y = F.conv1d(padded, weights, bias, dilation=layer["dilation"], groups=groups)[0].T
        if ahead == 0:
            state.append([F.pad(x.T, (reach, 0)).T[len(x):].flatten()])
        return ACTIVATIONS[layer["activation"]](y)
    if kind == "layerNormalization":
        return F.layer_norm(x, x.shape[1:], parameters.pop(0), parameters.pop(0), layer["epsilon"])
    if kind == "rmsNormalization":
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + layer["epsilon"]) * parameters.pop(0)
    if kind == "affine":
        return x * parameters.pop(0) + parameters.pop(0)
    if kind == "pooling":
        count = torch.tensor([float(len(x)), 0], dtype=torch.double)
        if layer["function"] == "max":
            y = x.max(0, keepdim=True).values
            state.append([y.flatten(), count])
            return y
        total = x.sum(0, keepdim=True)
        state.append([total.flatten(), torch.zeros(x.shape[1], dtype=torch.double), count])
        return total / len(x) if layer["function"] == "mean" else total
    if kind == "attentionPooling":
        scores = F.linear(x, parameters.pop(0))
        weights = torch.exp(scores - scores.max())
        total = (weights * x).sum(0, keepdim=True)
        state.append([total.flatten(), weights.sum().reshape(1), scores.max().reshape(1)])
        return (torch.softmax(scores, 0) * x).sum(0, keepdim=True)
    if kind == "lastStep":
        if layer["eachDirection"] and behind and behind["kind"] == "bidirectional":
            half = x.shape[1] // 2
            return torch.cat([x[-1:, :half], x[:1, half:]], 1)
        return x[-1:]
    assert kind == "parallel"
    return merged(layer["merge"], [run(branch["layers"], x, parameters, state) for branch in layer["branches"]])


def run(layers, x, parameters, state):
    behind = None
    for layer in layers:
        x = run_layer(layer, x, parameters, state, behind)
        behind = layer
    return x


def reduces(layer):
    return layer["kind"] in ("pooling", "attentionPooling", "lastStep") or (
        layer["kind"] == "parallel" and all(any(map(reduces, branch["layers"])) for branch in layer["branches"]))


def make(name, layers, generator):
    """The case as it stands in the file."""

    def uniform(bound, *shape):
        return ((torch.rand(*shape, generator=generator, dtype=torch.double) * 2 - 1) * bound).float().double()

    shapes = shapes_behind(layers, INPUTS)
    parameters = [uniform((3 / shape[-1]) ** 0.5 if len(shape) > 1 else 0.7, *shape).requires_grad_() for shape in shapes]
    inputs = uniform(2, STEPS, BATCH, INPUTS).requires_grad_()
    size = size_behind(layers, INPUTS)
    is_one = any(map(reduces, layers))
    targets = uniform(1, 1 if is_one else STEPS, BATCH, size)
    outputs = torch.zeros_like(targets)
    states, loss, rows = [], 0, BATCH if is_one else sum(LENGTHS)
    for n, length in enumerate(LENGTHS):
        state, rest = [], list(parameters)
        y = run(layers, inputs[:length, n], rest, state)
        assert not rest
        outputs = outputs.clone()
        outputs[: len(y), n] = y
        loss = loss + ((y - targets[: len(y), n]) ** 2).sum() / 2
        states.append(torch.cat([part for parts in state for part in parts]) if state else torch.zeros(0))
    loss = loss / rows
    gradients = torch.autograd.grad(loss, [*parameters, inputs])
    return {
        "name": name,
        "spec": json.dumps({
            "inputSize": INPUTS, "takesIndices": False, "shape": "manyToOne" if is_one else "manyToMany", "layers": layers}),
        "steps": STEPS, "batch": BATCH, "lengths": LENGTHS,
        "parameters": numbers(torch.cat([parameter.flatten() for parameter in parameters])) if parameters else [],
        "inputs": numbers(inputs), "targets": numbers(targets), "outputs": numbers(outputs), "finalState": numbers(torch.stack(states)),
        "lossValue": float(loss), "inputGradients": numbers(gradients[-1]),
        "parameterGradients": numbers(torch.cat([gradient.flatten() for gradient in gradients[:-1]])) if parameters else [],
    }


def main():
    generator = torch.Generator().manual_seed(SEED)
    cases = [make(name, layers, generator) for name, layers in CASES.items()]
    golden_file.write("pytorch_layers.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
