"""Writes pytorch_files.json beside this file and Files/pytorch_*.safetensors: networks of PyTorch with what they compute, for
PyTorchWeightsTests.cs.

Run it with a Python that has PyTorch. Weights and inputs are of the precision that the file has them in, everything is computed from
them in double.
"""

import pathlib

import numpy
import torch
from torch import nn

import golden_file
import safetensors_file
from golden_file import numbers

SEED = 20260102
STEPS, BATCH = 7, 3
FOLDER = pathlib.Path(__file__).with_name("Files")
TYPES = {"F32": torch.float32, "F64": torch.float64, "F16": torch.float16, "BF16": torch.bfloat16}


def tensors_of(modules, kind):
    """Names and arrays of the modules' parameters, which are rounded to what the file will hold."""
    found = {}
    for prefix, module in modules.items():
        for name, buffer in module.named_buffers():
            if name.endswith("num_batches_tracked"):
                buffer.fill_(7)
            else:
                low = 0.25 if name.endswith("running_var") else -1
                buffer.uniform_(low, 1)
                buffer.copy_(buffer.float())
            found[prefix + name] = buffer.numpy() if buffer.dtype == torch.int64 else buffer.float().numpy()
        for name, parameter in module.named_parameters():
            # Gates and biases of a size that makes each of them matter.
            parameter.data.uniform_(-1, 1)
            stored = parameter.data.to(TYPES[kind])
            parameter.data.copy_(stored)
            values = stored.float() if kind == "BF16" else stored
            array = values.numpy()
            found[prefix + name] = safetensors_file.bfloat16(array) if kind == "BF16" else array
    return found


class Scaled(nn.Module):
    """A gain alone: a layer normalization without bias or an RMS normalization, which this version of PyTorch does not have."""

    def __init__(self, size, epsilon, is_centered):
        super().__init__()
        self.weight, self.epsilon, self.is_centered = nn.Parameter(torch.ones(size)), epsilon, is_centered

    def forward(self, values):
        if self.is_centered:
            values = values - values.mean(-1, keepdim=True)
        return values / torch.sqrt((values ** 2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def single(cell, values):
    """A cell over all steps."""
    state, outputs = None, []
    for x in values:
        state = cell(x, state)
        outputs.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(outputs)


def run(module, values):
    if isinstance(module, nn.RNNBase):
        return module(values)[0]
    if isinstance(module, nn.Conv1d):
        reach = (module.kernel_size[0] - 1) * module.dilation[0]
        behind = 0 if module.padding == "same" else reach
        return module(nn.functional.pad(values.permute(1, 2, 0), (behind, 0))).permute(2, 0, 1)
    if isinstance(module, (nn.BatchNorm1d, nn.PReLU)):
        return module(values.flatten(0, 1)).reshape(values.shape)
    return single(module, values) if isinstance(module, nn.RNNCellBase) else module(values)


def split(module, *names, dim=0):
    """Weight normalization in the spelling of this version."""
    for name in names:
        nn.utils.weight_norm(module, name, dim=dim)
    return module


def parametrized(name):
    """A name of weight normalization in the newer spelling."""
    module, _, part = name.rpartition(".")
    for end, original in {"_g": "original0", "_v": "original1"}.items():
        if part.startswith("weight") and part.endswith(end):
            return f"{module}.parametrizations.{part[:-len(end)]}.{original}"
    return name


def case(name, modules, inputs, options=None, vocabulary=0, chain=None, kind="F32", one_hot=False,
         rename=lambda name: name):
    """Writes a file with the modules by their prefixes. They, or the functions `chain`, are run one after the other."""
    modules = {prefix: module.double().eval() for prefix, module in modules.items()}
    tensors = {rename(key): values for key, values in tensors_of(modules, kind).items()}
    # The order of a file's tensors says nothing.
    safetensors_file.write(FOLDER / f"pytorch_{name}.safetensors", dict(sorted(tensors.items(), key=lambda pair: pair[0][::-1])))
    if vocabulary:
        x = torch.randint(vocabulary, (STEPS, BATCH))
        values = nn.functional.one_hot(x, vocabulary).double() if one_hot else x
    else:
        x = torch.rand(STEPS, BATCH, inputs) * 2 - 1
        values = x.double()
    with torch.no_grad():
        for step in chain or modules.values():
            values = run(step, values) if isinstance(step, nn.Module) else step(values)
    return {"name": f"pytorch_{name}", "options": options or {}, "steps": STEPS, "batch": BATCH,
            "inputs": numbers(x), "outputs": numbers(values)}


def head_case():
    """The order of the feed-forward modules, of equal sizes, is that of the numbers in their names."""
    gru = nn.GRU(4, 5)
    linear = [nn.Linear(5, 5), nn.Linear(5, 5), nn.Linear(5, 5)]
    modules = {"body.gru.": gru, "head.10.": linear[2], "head.0.": linear[0], "head.2.": linear[1]}
    chain = [gru, linear[0], torch.relu, linear[1], torch.tanh, linear[2], lambda o: torch.softmax(o, -1)]
    options = {"activations": {"head.0": "Relu", "head.2": "Tanh"}, "outputActivation": "Softmax"}
    return case("numbered_head", modules, 4, options, chain=chain)


def ordered_case():
    first, second = nn.LSTM(4, 4), nn.LSTM(4, 4)
    return case("ordered", {"b.": first, "a.": second}, 4, {"order": ["b", "a"]}, chain=[first, second])


def mixed_rnn_case():
    tanh, relu = nn.RNN(3, 4), nn.RNN(4, 5, nonlinearity="relu")
    return case("rnn_tanh_relu", {"lower.": tanh, "upper.": relu}, 3, {"activation": "Tanh", "activations": {"upper": "Relu"}})


def normalized_case():
    """Causal convolutions, the second one depthwise and without bias, and every module of vectors that this version has."""
    modules = [
        nn.Conv1d(3, 6, 3), nn.BatchNorm1d(6), nn.PReLU(6), nn.Conv1d(6, 6, 3, dilation=2, groups=6, bias=False), nn.PReLU(),
        nn.LSTM(6, 4), nn.LayerNorm(4), nn.Linear(4, 2),
    ]
    options = {
        "activations": {"layers.0": "Identity", "layers.3": "Tanh"},
        "vectorModules": {"layers.2": "PRelu", "layers.6": "LayerNormalization"},
        "convolutions": {"layers.0": {}, "layers.3": {"dilation": 2, "groups": 6}},
    }
    chain = [*modules[:4], torch.tanh, *modules[4:]]
    return case("normalized", {f"layers.{i}.": module for i, module in enumerate(modules)}, 3, options, chain=chain)


def centered_case():
    """Centered convolutions in groups, of an even width and of width 1, and normalizations with another epsilon than usual."""
    modules = [
        nn.Conv1d(4, 6, 4, dilation=3, groups=2, padding="same"), Scaled(6, 1e-6, False), Scaled(6, 1e-5, True),
        nn.BatchNorm1d(6, eps=0.5, affine=False), nn.Conv1d(6, 3, 1, groups=3),
    ]
    options = {
        "activations": {"layers.0": "Relu"}, "epsilons": {"layers.1": 1e-6, "layers.3": 0.5},
        "vectorModules": {"layers.1": "RmsNormalization", "layers.2": "LayerNormalization"},
        "convolutions": {"layers.0": {"lookAhead": None, "dilation": 3, "groups": 2}, "layers.4": {"groups": 3}},
    }
    chain = [modules[0], torch.relu, *modules[1:]]
    return case("centered", {f"layers.{i}.": module for i, module in enumerate(modules)}, 4, options, chain=chain)


def block_case():
    """A convolution, a batch normalization and ReLU, twice, and activations behind recurrent modules, the last one too."""
    modules = {
        "conv1.": nn.Conv1d(3, 5, 3, dilation=2), "bn1.": nn.BatchNorm1d(5), "conv2.": nn.Conv1d(5, 4, 3), "bn2.": nn.BatchNorm1d(4),
        "lstm.": nn.LSTM(4, 6), "gru.": nn.GRU(6, 2)}
    options = {
        "activations": {"conv1": "Identity", "bn1": "Relu", "conv2": "Identity", "bn2": "Relu", "lstm": "Sigmoid"},
        "outputActivation": "Softmax", "convolutions": {"conv1": {"dilation": 2}, "conv2": {}}}
    options["order"] = [name[:-1] for name in modules]
    m = list(modules.values())
    chain = [*m[:2], torch.relu, *m[2:4], torch.relu, m[4], torch.sigmoid, m[5], lambda o: torch.softmax(o, -1)]
    return case("convolution_blocks", modules, 3, options, chain=chain)


def merged_case():
    """Two directions that are summed, of a simple recurrent module in the middle and of another one that stands last."""
    first, last = nn.RNN(3, 4, bidirectional=True), nn.RNN(4, 5, bidirectional=True)
    options = {"activation": "Tanh", "merges": {"a": "Sum", "b": "Average"}}
    chain = [first, lambda o: o[..., :4] + o[..., 4:], last, lambda o: (o[..., :5] + o[..., 5:]) / 2]
    return case("rnn_merged", {"a.": first, "b.": last}, 3, options, chain=chain)


def split_case(name, rename):
    """Weights that weight normalization has split, under the names of a compiled module that is trained in parallel."""
    modules = [
        split(nn.Conv1d(3, 4, 2), "weight"), split(nn.LSTM(4, 5), "weight_ih_l0", "weight_hh_l0"), split(nn.Linear(5, 2), "weight")]
    prefixes = [f"module.body._orig_mod.{i}." for i in range(3)]
    options = {"activations": {"body.0": "Tanh"}, "convolutions": {"body.0": {}}}
    return case(
        name, dict(zip(prefixes, modules)), 3, options, chain=[modules[0], torch.tanh, *modules[1:]], rename=rename)


def dimensions_case():
    """Weights that weight normalization has split with norms of columns, of steps, of inputs, and of all values."""
    modules = {
        "0.": split(nn.Conv1d(3, 4, 3), "weight", dim=2), "1.": split(nn.Conv1d(4, 5, 2), "weight", dim=1),
        "2.": split(nn.Linear(5, 4), "weight", dim=1), "3.": split(nn.Linear(4, 2), "weight", dim=None)}
    options = {
        "activations": {"0": "Identity", "1": "Tanh", "2": "Identity"}, "convolutions": {"0": {}, "1": {}}}
    m = list(modules.values())
    return case("weight_norm_dimensions", modules, 3, options, chain=[*m[:2], torch.tanh, *m[2:]])


def main():
    torch.manual_seed(SEED)
    FOLDER.mkdir(exist_ok=True)
    cases = [
        case("rnn_tanh", {"rnn.": nn.RNN(3, 4)}, 3, {"activation": "Tanh"}),
        case("rnn_relu_2_no_bias", {"": nn.RNN(3, 4, 2, nonlinearity="relu", bias=False)}, 3, {"activation": "Relu"}),
        case("rnn_relu_bidirectional", {"m.": nn.RNN(2, 3, nonlinearity="relu", bidirectional=True)}, 2, {"activation": "Relu"}),
        mixed_rnn_case(),
        case("lstm", {"encoder.rnn.": nn.LSTM(3, 5)}, 3),
        case("lstm_no_bias", {"lstm.": nn.LSTM(4, 4, bias=False)}, 4),
        case("lstm_3_bidirectional", {"module.l0.": nn.LSTM(2, 3, 3, bidirectional=True)}, 2),
        case("gru", {"": nn.GRU(3, 5)}, 3),
        case("gru_3", {"gru.": nn.GRU(4, 4, 3)}, 4),
        case("gru_2_bidirectional_no_bias", {"weight.bias.": nn.GRU(3, 4, 2, bidirectional=True, bias=False)}, 3),
        case("rnn_cell", {"cell.": nn.RNNCell(3, 4)}, 3, {"activation": "Tanh"}),
        case("lstm_cell", {"": nn.LSTMCell(3, 4)}, 3),
        case("gru_cell_no_bias", {"a.b.c.": nn.GRUCell(3, 4, bias=False)}, 3),
        case("lstm_F16", {"rnn.": nn.LSTM(3, 4)}, 3, kind="F16"),
        case("gru_BF16", {"rnn.": nn.GRU(3, 4)}, 3, kind="BF16"),
        case("rnn_F64", {"rnn.": nn.RNN(3, 4)}, 3, {"activation": "Tanh"}, kind="F64"),
        case("tagger", {"embed.": nn.Embedding(9, 4), "lstm.": nn.LSTM(4, 3, bidirectional=True), "fc.": nn.Linear(6, 2)}, 0,
             vocabulary=9),
        case("tagger_no_bias", {"embed.": nn.Embedding(9, 3), "rnn.": nn.GRU(3, 5), "fc.": nn.Linear(5, 2, bias=False)}, 0,
             vocabulary=9),
        case("one_hot", {"rnn.": nn.GRU(6, 4), "out.": nn.Linear(4, 6)}, 0,
             {"takesIndices": True, "order": ["rnn", "out"]}, vocabulary=6, one_hot=True),
        case("values_no_bias", {"fc.": nn.Linear(4, 4, bias=False), "rnn.": nn.LSTM(4, 3)}, 4,
             {"takesIndices": False, "activations": {"fc": "Identity"}}),
        case("lstm_gru_linear", {"x.": nn.LSTM(3, 4, bidirectional=True), "y.": nn.GRU(8, 5), "z.": nn.Linear(5, 1)}, 3),
        head_case(),
        ordered_case(),
        normalized_case(),
        centered_case(),
        split_case("weight_norm", lambda name: name),
        split_case("weight_norm_parametrized", parametrized),
        block_case(),
        merged_case(),
        dimensions_case(),
    ]
    golden_file.write("pytorch_files.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
