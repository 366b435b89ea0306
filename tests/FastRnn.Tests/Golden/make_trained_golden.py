"""Writes pytorch_trained.json beside this file and Trained/*.safetensors: random networks of PyTorch, their weights before and after 20
updates of Adam, and the losses, for TrainedByPyTorchTests.cs.

Run it with a Python that has PyTorch. Weights and data are floats, everything is computed from them in double. PyTorch has two biases where
a layer needs one: those of the recurrent product are zeros and are not trained, but for the one of a GRU's gate n.
"""

import pathlib
import random

import torch
import torch.nn.functional as F
from torch import nn

import golden_file
import safetensors_file
from golden_file import numbers

SEED = 20261204
COUNT, UPDATES, RATE = 20, 20, 0.01
FOLDER = pathlib.Path(__file__).with_name("Trained")


class Net(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            x = x[0] if isinstance(x, tuple) else x
        return x


def make(choose, name):
    takes_indices, classes = choose.random() < 0.5, choose.random() < 0.5
    size = choose.randint(2, 6)
    layers, width, activation = [], size, "tanh"
    if takes_indices:
        width = choose.randint(2, 5)
        layers.append(nn.Embedding(size, width))
    for _ in range(choose.randint(1, 2)):
        hidden, both = choose.randint(2, 7), choose.random() < 0.4
        kind = choose.choice(["rnn", "lstm", "gru"])
        if kind == "rnn":
            activation = choose.choice(["tanh", "relu"]) if not any(isinstance(layer, nn.RNN) for layer in layers) else activation
            layers.append(nn.RNN(width, hidden, nonlinearity=activation, bidirectional=both))
        else:
            layers.append((nn.LSTM if kind == "lstm" else nn.GRU)(width, hidden, bidirectional=both))
        width = hidden * (2 if both else 1)
        if choose.random() < 0.3:
            layers.append(nn.LayerNorm(width))
    outputs = choose.randint(2, 4)
    layers.append(nn.Linear(width, outputs))
    net = Net(layers)
    for layer in layers:
        for key, parameter in layer.named_parameters():
            parameter.data.copy_((parameter.data * (3 if key.startswith("weight_hh") else 1)).float())
            if key.startswith("bias_hh"):
                third = parameter.numel() // 3
                trained = torch.zeros_like(parameter)
                if isinstance(layer, nn.GRU):
                    trained[2 * third:] = 1
                parameter.data.mul_(trained)
                parameter.register_hook(lambda gradient, mask=trained: gradient * mask.to(gradient))
    steps, count = choose.randint(3, 8), choose.randint(1, 4)
    inputs = torch.randint(size, (steps, count)) if takes_indices else torch.rand(steps, count, size) * 2 - 1
    targets = torch.randint(outputs, (steps, count)) if classes else torch.rand(steps, count, outputs) * 2 - 1
    return net, inputs, targets, {
        "name": name, "steps": steps, "batch": count, "takesIndices": takes_indices, "classes": classes,
        "activation": activation if any(isinstance(layer, nn.RNN) for layer in layers) else None,
        "normalizes": any(isinstance(layer, nn.LayerNorm) for layer in layers),
        "inputs": numbers(inputs.flatten()), "targets": numbers(targets.flatten()),
    }


def write(net, name):
    safetensors_file.write(
        FOLDER / name, {key: value.detach().float().numpy() for key, value in net.state_dict().items()})


def main():
    torch.manual_seed(SEED)
    choose = random.Random(SEED)
    FOLDER.mkdir(exist_ok=True)
    cases = []
    for i in range(COUNT):
        name = f"{i:02d}"
        net, inputs, targets, case = make(choose, name)
        write(net, f"{name}_before.safetensors")
        net.double()
        inputs = inputs if case["takesIndices"] else inputs.double()
        targets = targets if case["classes"] else targets.double()
        optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
        losses = []
        for _ in range(UPDATES):
            outputs = net(inputs)
            loss = F.cross_entropy(outputs.flatten(0, 1), targets.flatten()) if case["classes"] else F.mse_loss(outputs, targets)
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        write(net, f"{name}_after.safetensors")
        cases.append(case | {"losses": losses})
    golden_file.write("pytorch_trained.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
