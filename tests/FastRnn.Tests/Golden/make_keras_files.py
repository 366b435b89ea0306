"""Writes keras_files.json beside this file and Files/keras_*.safetensors: networks of Keras 3 with what they compute, for
KerasWeightsTests.cs.

Keras itself has no part in it: the formulas are those of keras/src/layers/rnn (simple_rnn.py, lstm.py, gru.py), embedding.py and
dense.py, of convolutional, normalization, bidirectional.py and activations/prelu.py, written down in numpy, on kernels as Keras has
them. Weights and inputs are floats, everything is computed from them in double.
"""

import pathlib

import numpy

import golden_file
import safetensors_file
from golden_file import numbers

SEED = 20260103
STEPS, BATCH = 7, 3
FOLDER = pathlib.Path(__file__).with_name("Files")
random = numpy.random.default_rng(SEED)


def weight(*shape):
    return random.uniform(-1, 1, shape).astype(numpy.float32)


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def relu(x):
    return numpy.maximum(x, 0)


def softmax(x):
    e = numpy.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


class SimpleRnn:
    gates = 1

    def __init__(self, inputs, units, activation=numpy.tanh, use_bias=True):
        self.units, self.activation = units, activation
        self.weights = {"kernel": weight(inputs, self.gates * units), "recurrent_kernel": weight(units, self.gates * units)}
        if use_bias:
            self.weights["bias"] = weight(*self.bias_shape())

    def bias_shape(self):
        return (self.gates * self.units,)

    def bias(self):
        return self.weights["bias"].astype(float) if "bias" in self.weights else numpy.zeros(self.bias_shape())

    def names(self, prefix):
        return {prefix + name: values for name, values in self.weights.items()}

    def step(self, x, states):
        (h,) = states
        output = self.activation(x @ self.weights["kernel"].astype(float) + self.bias() + h @ self.weights["recurrent_kernel"].astype(float))
        return output, [output]

    def states(self):
        return [numpy.zeros((BATCH, self.units))]

    def run(self, values):
        states, outputs = self.states(), []
        for x in values:
            output, states = self.step(x, states)
            outputs.append(output)
        return numpy.stack(outputs)


class Lstm(SimpleRnn):
    gates = 4

    def states(self):
        return [numpy.zeros((BATCH, self.units))] * 2

    def step(self, x, states):
        h, c = states
        z = x @ self.weights["kernel"].astype(float) + h @ self.weights["recurrent_kernel"].astype(float) + self.bias()
        z_i, z_f, z_c, z_o = numpy.split(z, 4, axis=-1)
        c = sigmoid(z_f) * c + sigmoid(z_i) * numpy.tanh(z_c)
        h = sigmoid(z_o) * numpy.tanh(c)
        return h, [h, c]


class Gru(SimpleRnn):
    gates = 3

    def __init__(self, inputs, units, reset_after=True, use_bias=True):
        self.reset_after = reset_after
        super().__init__(inputs, units, use_bias=use_bias)

    def bias_shape(self):
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def step(self, x, states):
        (h,) = states
        bias = self.bias()
        input_bias, recurrent_bias = bias if self.reset_after else (bias, numpy.zeros_like(bias))
        x_z, x_r, x_h = numpy.split(x @ self.weights["kernel"].astype(float) + input_bias, 3, axis=-1)
        kernel = self.weights["recurrent_kernel"].astype(float)
        if self.reset_after:
            r_z, r_r, r_h = numpy.split(h @ kernel + recurrent_bias, 3, axis=-1)
            z, r = sigmoid(x_z + r_z), sigmoid(x_r + r_r)
            candidate = numpy.tanh(x_h + r * r_h)
        else:
            z = sigmoid(x_z + h @ kernel[:, :self.units])
            r = sigmoid(x_r + h @ kernel[:, self.units:2 * self.units])
            candidate = numpy.tanh(x_h + (r * h) @ kernel[:, 2 * self.units:])
        h = z * h + (1 - z) * candidate
        return h, [h]


class Bidirectional:
    def __init__(self, name, forward, backward, merge=lambda f, b: numpy.concatenate([f, b], axis=-1)):
        self.name, self.forward, self.backward, self.merge = name, forward, backward, merge

    def names(self, prefix):
        cell = f"{self.name}/{self.name}_cell/"
        return {**self.forward.names(f"{prefix}forward_{cell}"), **self.backward.names(f"{prefix}backward_{cell}")}

    def run(self, values):
        return self.merge(self.forward.run(values), self.backward.run(values[::-1])[::-1])


class Dense:
    def __init__(self, inputs, units, activation=lambda x: x, use_bias=True):
        self.activation = activation
        self.weights = {"kernel": weight(inputs, units)}
        if use_bias:
            self.weights["bias"] = weight(units)

    def names(self, prefix):
        return {prefix + name: values for name, values in self.weights.items()}

    def run(self, values):
        return self.activation(values @ self.weights["kernel"].astype(float) + self.weights.get("bias", numpy.zeros(1)).astype(float))


class Convolution(Dense):
    """kernel [width, inputs / groups, filters], padded before the steps, or around them."""

    def __init__(self, inputs, filters, width, dilation=1, groups=1, is_centered=False, activation=lambda x: x, use_bias=True):
        self.activation, self.dilation, self.groups, self.is_centered = activation, dilation, groups, is_centered
        self.weights = {"kernel": weight(width, inputs // groups, filters)}
        if use_bias:
            self.weights["bias"] = weight(filters)

    def part(self, window, group):
        """The outputs of a group of one window [width, N, inputs]."""
        kernel = self.weights["kernel"].astype(float)
        inputs, filters = kernel.shape[1], kernel.shape[2] // self.groups
        return numpy.einsum(
            "kni,kio->no", window[..., group * inputs:(group + 1) * inputs], kernel[..., group * filters:(group + 1) * filters])

    def run(self, values):
        width = self.weights["kernel"].shape[0]
        reach = (width - 1) * self.dilation
        before = reach // 2 if self.is_centered else reach
        padded = numpy.pad(values, ((before, reach - before), (0, 0), (0, 0)))
        windows = [padded[t:t + reach + 1:self.dilation] for t in range(len(values))]
        y = numpy.stack([numpy.concatenate([self.part(window, g) for g in range(self.groups)], -1) for window in windows])
        return self.activation(y + self.weights.get("bias", numpy.zeros(1)).astype(float))


class Depthwise(Convolution):
    """kernel [width, inputs, multiplier]: the outputs of each input side by side."""

    def __init__(self, inputs, multiplier, width, name="kernel", use_bias=True):
        super().__init__(inputs, inputs * multiplier, width, groups=inputs, use_bias=use_bias)
        self.name, self.weights["kernel"] = name, weight(width, inputs, multiplier)

    def part(self, window, group):
        return numpy.einsum("kn,ko->no", window[..., group], self.weights["kernel"].astype(float)[:, group])

    def names(self, prefix):
        return {prefix + (self.name if name == "kernel" else name): values for name, values in self.weights.items()}


class Vectors(Dense):
    """A layer with vectors of these names, of one size but for the slopes of a PReLU, and a formula."""

    def __init__(self, shapes, formula):
        self.weights, self.formula = {name: numpy.abs(weight(*shape)) for name, shape in shapes.items()}, formula

    def run(self, values):
        return self.formula(values, *(vector.astype(float) for vector in self.weights.values()))


def layer_normalization(x, gamma, beta):
    return (x - x.mean(-1, keepdims=True)) / numpy.sqrt(x.var(-1, keepdims=True) + 1e-3) * gamma + beta


def rms_normalization(x, scale):
    return x / numpy.sqrt((x ** 2).mean(-1, keepdims=True) + 1e-6) * scale


def batch_normalization(x, gamma, beta, mean, variance):
    return (x - mean) / numpy.sqrt(variance + 1e-3) * gamma + beta


def unscaled_batch_normalization(x, mean, variance):
    return (x - mean) / numpy.sqrt(variance + 0.5)


def prelu(x, alpha):
    return numpy.where(x > 0, x, alpha * x)


class Embedding:
    def __init__(self, size, units):
        self.table = weight(size, units)

    def names(self, prefix):
        return {prefix + "embeddings": self.table}

    def run(self, values):
        return self.table.astype(float)[values]


def case(name, layers, inputs, options=None, vocabulary=0, separator="/"):
    """Writes a file with the layers by their paths, and runs one after the other."""
    tensors = {}
    for path, layer in layers.items():
        tensors.update(layer.names(path))
    tensors = {key.replace("/", separator): values for key, values in sorted(tensors.items(), key=lambda pair: pair[0][::-1])}
    safetensors_file.write(FOLDER / f"keras_{name}.safetensors", tensors)
    x = random.integers(vocabulary, size=(STEPS, BATCH)) if vocabulary else weight(STEPS, BATCH, inputs)
    values = x if vocabulary else x.astype(float)
    for layer in layers.values():
        values = layer.run(values)
    return {"name": f"keras_{name}", "options": options or {}, "steps": STEPS, "batch": BATCH,
            "inputs": numbers(x), "outputs": numbers(values)}


def main():
    FOLDER.mkdir(exist_ok=True)
    cases = [
        case("simple_rnn", {"simple_rnn/simple_rnn_cell/": SimpleRnn(3, 4)}, 3, {"activation": "Tanh"}),
        case("simple_rnn_relu_no_bias", {"a/b/": SimpleRnn(3, 4, relu, use_bias=False)}, 3, {"activation": "Relu"}),
        case("lstm", {"sequential/lstm/lstm_cell/": Lstm(3, 5)}, 3),
        case("lstm_no_bias", {"": Lstm(4, 4, use_bias=False)}, 4),
        case("gru", {"gru/gru_cell/": Gru(3, 5)}, 3),
        case("gru_reset_before", {"gru/gru_cell/": Gru(3, 5, reset_after=False)}, 3),
        case("gru_no_bias", {"gru/gru_cell/": Gru(3, 4, use_bias=False)}, 3, {"resetAfter": True}),
        case("gru_reset_before_no_bias", {"gru/gru_cell/": Gru(3, 4, False, use_bias=False)}, 3, {"resetAfter": False}),
        case("dots", {"model/gru/gru_cell/": Gru(3, 4), "model/dense/": Dense(4, 2)}, 3, {"outputActivation": "Identity"},
             separator="."),
        case("bidirectional_lstm", {"bidirectional/": Bidirectional("lstm", Lstm(3, 4), Lstm(3, 4))}, 3),
        case("bidirectional_gru", {"": Bidirectional("gru", Gru(3, 4), Gru(3, 4))}, 3, {"bidirectional": True}),
        case("bidirectional_gru_reset_before", {"m/bi/": Bidirectional("gru", Gru(3, 4, False), Gru(3, 4, False))}, 3,
             {"bidirectional": True}),
        case("stack", {"lstm/lstm_cell/": Lstm(3, 4), "gru/gru_cell/": Gru(4, 5),
                       "bidirectional/": Bidirectional("gru", Gru(5, 3), Gru(5, 3)), "dense/": Dense(6, 2, use_bias=False)}, 3,
             {"outputActivation": "Identity"}),
        case("tagger", {"embedding/": Embedding(9, 4), "lstm/lstm_cell/": Lstm(4, 5), "dense/": Dense(5, 5, relu),
                        "dense_1/": Dense(5, 5, softmax)}, 0,
             {"order": ["embedding", "lstm/lstm_cell", "dense", "dense_1"], "activations": {"dense": "Relu"},
              "outputActivation": "Softmax"}, vocabulary=9),
        case("normalized", {"layers/0/": Convolution(3, 4, 3, dilation=2),
                            "layers/1/": Vectors(
                                {"gamma": (4,), "beta": (4,), "moving_mean": (4,), "moving_variance": (4,)}, batch_normalization),
                            "layers/2/": Vectors({"alpha": (1, 4)}, prelu), "layers/3/": Depthwise(4, 2, 3),
                            "layers/4/": Vectors({"gamma": (8,), "beta": (8,)}, layer_normalization),
                            "layers/5/": Vectors({"alpha": (1, 1)}, prelu), "layers/6/": Dense(8, 2)}, 3,
             {"activations": {"layers/0": "Identity", "layers/3": "Identity"}, "outputActivation": "Identity",
              "convolutions": {"layers/0": {"dilation": 2}, "layers/3": {}}, "vectorModules": {"layers/4": "LayerNormalization"}}),
        case("centered", {"conv1d/": Convolution(4, 6, 4, groups=2, is_centered=True, activation=relu, use_bias=False),
                          "rms_normalization/": Vectors({"scale": (6,)}, rms_normalization),
                          "depthwise_conv1d/": Depthwise(6, 1, 1, use_bias=False),
                          "batch_normalization/": Vectors(
                              {"moving_mean": (6,), "moving_variance": (6,)}, unscaled_batch_normalization),
                          "depthwise_conv1d_1/": Depthwise(6, 2, 2, "depthwise_kernel")}, 4,
             {"order": ["conv1d", "rms_normalization", "depthwise_conv1d", "batch_normalization", "depthwise_conv1d_1"],
              "activations": {"conv1d": "Relu", "depthwise_conv1d": "Identity"}, "outputActivation": "Identity",
              "epsilons": {"batch_normalization": 0.5},
              "convolutions": {"conv1d": {"lookAhead": None, "groups": 2}, "depthwise_conv1d": {"isDepthwise": True},
                               "depthwise_conv1d_1": {}}}),
        case("merged", {"bidirectional/": Bidirectional("lstm", Lstm(3, 4), Lstm(3, 4), numpy.multiply),
                        "bidirectional_1/": Bidirectional("gru", Gru(4, 3), Gru(4, 3), numpy.add),
                        "bidirectional_2/": Bidirectional("lstm", Lstm(3, 5), Lstm(3, 5), lambda f, b: (f + b) / 2)}, 3,
             {"merges": {"bidirectional": "Multiply", "bidirectional_1": "Sum", "bidirectional_2": "Average"}}),
    ]
    golden_file.write("keras_files.json", "Formulas of Keras 3 in numpy", numpy.__version__, SEED, cases)


if __name__ == "__main__":
    main()
