"""Writes saved_files.json beside this file: what PyTorch computes with Files/saved_*.safetensors, which SavedWeightsTests.cs lets the
library write and holds to the files and to these outputs.

PyTorch loads them by load_state_dict, strictly, into modules that have the layers in a list of that name, and computes in double.
"""

import pathlib

import torch
from torch import nn

import golden_file
import safetensors_file
from golden_file import numbers

SEED = 20260104
STEPS, BATCH = 6, 2
FOLDER = pathlib.Path(__file__).with_name("Files")


class RmsNorm(nn.Module):
    """Which this version of PyTorch does not have."""

    def __init__(self, size, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(size)), epsilon

    def forward(self, values):
        return values / torch.sqrt((values ** 2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Convolution(nn.Conv1d):
    """Over time-major values, with zeros around the steps."""

    def __init__(self, inputs, outputs, width, ahead=0, **options):
        super().__init__(inputs, outputs, width, **options)
        self.ahead = ahead

    def forward(self, values):
        reach = (self.kernel_size[0] - 1) * self.dilation[0]
        padded = nn.functional.pad(values.permute(1, 2, 0), (reach - self.ahead, self.ahead))
        return super().forward(padded).permute(2, 0, 1)


def by_step(module):
    """A module of rows, over steps and sequences."""
    forward = module.forward
    module.forward = lambda values: forward(values.flatten(0, 1)).reshape(values.shape)
    return module


class Residual(nn.Module):
    """Branches of layers: the first one has none."""

    def __init__(self, *layers):
        super().__init__()
        self.branches = nn.ModuleList([nn.ModuleList([]), nn.ModuleList(layers)])

    def forward(self, values):
        result = values
        for layer in self.branches[1]:
            result = layer(result)
            result = result[0] if isinstance(layer, nn.RNNBase) else result
        return values + result


class Network(nn.Module):
    """Layers of a list, with activations by their places."""

    def __init__(self, layers, activations):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.activations = activations

    def forward(self, values):
        for i, layer in enumerate(self.layers):
            values = layer(values)
            values = values[0] if isinstance(layer, nn.RNNBase) else values
            values = self.activations.get(i, lambda v: v)(values)
        return values


def case(name, network, inputs=0, vocabulary=0):
    tensors = safetensors_file.read(FOLDER / f"{name}.safetensors")
    network.load_state_dict({key: torch.from_numpy(values.copy()) for key, values in tensors.items()}, strict=True)
    network.double().eval()
    x = torch.randint(vocabulary, (STEPS, BATCH)) if vocabulary else torch.rand(STEPS, BATCH, inputs) * 2 - 1
    with torch.no_grad():
        outputs = network(x if vocabulary else x.double())
    return {"name": name, "options": {}, "steps": STEPS, "batch": BATCH, "inputs": numbers(x), "outputs": numbers(outputs)}


def main():
    torch.manual_seed(SEED)
    cases = [
        case("saved_lstm_gru", Network(
            [nn.LSTM(3, 4, bidirectional=True), nn.GRU(8, 5), nn.Linear(5, 4), nn.Linear(4, 2)], {2: torch.relu}), inputs=3),
        case("saved_rnn", Network(
            [nn.RNN(2, 3), nn.RNN(3, 4, nonlinearity="relu", bidirectional=True), nn.Dropout(0.5), nn.Linear(8, 2)],
            {3: torch.tanh}), inputs=2),
        case("saved_embedding", Network(
            [nn.Embedding(7, 4), nn.GRU(4, 3, bidirectional=True), nn.LSTM(6, 6), nn.Linear(6, 3)],
            {3: lambda o: torch.softmax(o, -1)}), vocabulary=7),
        case("saved_layers", Network(
            [Convolution(3, 6, 3, ahead=1, dilation=2, groups=3), by_step(nn.BatchNorm1d(6)), by_step(nn.PReLU(6)), nn.LayerNorm(6),
             Convolution(6, 4, 1, bias=False), RmsNorm(4, 1e-6), nn.PReLU(), Residual(nn.GRU(4, 4), nn.Linear(4, 4)),
             nn.LSTM(4, 3, bidirectional=True), nn.Linear(3, 2)],
            {0: torch.tanh, 8: lambda o: o[..., :3] + o[..., 3:]}), inputs=3),
    ]
    golden_file.write("saved_files.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
