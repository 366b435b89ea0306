"""Writes onnx_graphs.json beside this file: graphs as exporters write them, of operators and of what stands for operators, in several
opsets and layouts, with inputs and what ONNX Runtime computes with them, for OnnxGraphGoldenTests.cs. With a folder, a number and a seed
as arguments it writes that many random graphs there instead, to search for differences.

Run it with a Python that has onnx and numpy, and with the .NET SDK, which takes ONNX Runtime from NuGet.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import golden_file

SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 20260106
RANDOM = np.random.default_rng(SEED)
OPSETS = (11, 13, 17, 20)
ROUNDS = 2

PROJECT = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>
<ImplicitUsings>enable</ImplicitUsings></PropertyGroup><ItemGroup>
<PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" /></ItemGroup></Project>"""

# For each NAME.onnx with its inputs in NAME.x, one number a line behind the sizes, writes NAME.y in the same way.
PROGRAM = """using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL };
foreach (string path in Directory.GetFiles(args[0], "*.onnx"))
{
    string[] lines = File.ReadAllLines(Path.ChangeExtension(path, ".x"));
    int[] shape = lines[0].Split(' ').Select(int.Parse).ToArray();
    float[] values = lines.Skip(1).Select(float.Parse).ToArray();
    using var session = new InferenceSession(path, options);
    using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(values, shape))]);
    var y = results.First().AsTensor<float>();
    File.WriteAllLines(
        Path.ChangeExtension(path, ".y"), [string.Join(' ', y.Dimensions.ToArray()), .. y.Select(value => value.ToString("R"))]);
}
"""


class Graph:
    """A graph in the making: nodes, constants, and what its last value is."""

    def __init__(self, opset, tmajor, F):
        self.opset = opset
        self.time_major = tmajor
        self.nodes = []
        self.initializers = []
        self.count = 0
        self.features = F
        self.is_reduced = False

    def new_name(self):
        self.count += 1
        return f'v{self.count}'

    def constant(self, a, dt=np.float32):
        a = np.asarray(a, dt)
        n = self.new_name()
        if RANDOM.random() < 0.5:
            self.initializers.append(numpy_helper.from_array(a, n))
        else:
            self.nodes.append(helper.make_node('Constant', [], [n], value=numpy_helper.from_array(a, n)))
        return n

    def integers(self, a):
        return self.constant(a, np.int64)

    def node(self, op, ins, outs=1, **at):
        o = [self.new_name() for _ in range(outs)]
        self.nodes.append(helper.make_node(op, ins, o, **at))
        return o[0] if outs == 1 else o

    def weights(self, *sh):
        return (RANDOM.standard_normal(sh) * 0.6).astype(np.float32)

    def squeeze(self, x, ax):
        return self.node('Squeeze', [x], axes=ax) if self.opset < 13 else self.node('Squeeze', [x, self.integers(ax)])

    def unsqueeze(self, x, ax):
        return self.node('Unsqueeze', [x], axes=ax) if self.opset < 13 else self.node('Unsqueeze', [x, self.integers(ax)])

    def reduce_sum(self, x, ax, k):
        return self.node('ReduceSum', [x], axes=ax, keepdims=k) if self.opset < 13 else self.node('ReduceSum', [x, self.integers(ax)], keepdims=k)

    def reduce(self, op, x, ax, k):
        return self.node(op, [x], axes=ax, keepdims=k) if self.opset < 18 else self.node(op, [x, self.integers(ax)], keepdims=k)

    def slice(self, x, a, b, ax):
        return self.node('Slice', [x, self.integers([a]), self.integers([b]), self.integers([ax])])

    @property
    def rank(self):
        return 2 if self.is_reduced else 3

    @property
    def time_axis(self):
        return 0 if self.time_major else 1


def dense(graph, x, O=None):
    O = O or int(RANDOM.integers(1, 6))
    if graph.is_reduced and RANDOM.random() < 0.5:
        if RANDOM.random() < 0.5:
            y = graph.node('Gemm', [x, graph.constant(graph.weights(O, graph.features)), graph.constant(graph.weights(O))], transB=1)
        else:
            y = graph.node('Gemm', [x, graph.constant(graph.weights(graph.features, O)), graph.constant(graph.weights(O))], alpha=0.5, beta=2.0)
    else:
        y = graph.node('MatMul', [x, graph.constant(graph.weights(graph.features, O))])
        if RANDOM.random() < 0.8:
            y = graph.node('Add', [graph.constant(graph.weights(O)), y] if RANDOM.random() < 0.5 else [y, graph.constant(graph.weights(O))])
    graph.features = O
    return y


ACTIVATIONS = {'Sigmoid': {}, 'Tanh': {}, 'Relu': {}, 'Softplus': {}, 'Softsign': {}, 'Elu': {'alpha': 0.7}, 'Selu': {}, 'LeakyRelu': {'alpha': 0.2}, 'ThresholdedRelu': {'alpha': 0.4}, 'HardSigmoid': {}, 'Celu': {'alpha': 1.5}, 'Softmax': {'axis': -1}, 'LogSoftmax': {'axis': -1}}


def act(graph, x):
    a = RANDOM.choice(list(ACTIVATIONS))
    at = ACTIVATIONS[a]
    if a in ('Softmax', 'LogSoftmax') and graph.opset < 13:
        at = {'axis': graph.rank - 1}
    if a == 'Celu' and graph.opset < 12:
        a, at = ('Relu', {})
    return graph.node(a, [x], **at)


def hswish(graph, x):
    k = RANDOM.integers(3)
    if k == 0 and graph.opset >= 14:
        return graph.node('HardSwish', [x])
    if k == 1:
        return graph.node('Div', [graph.node('Mul', [x, graph.node('Clip', [graph.node('Add', [x, graph.constant(3.0)]), graph.constant(0.0), graph.constant(6.0)])]), graph.constant(6.0)])
    return graph.node('Mul', [x, graph.node('HardSigmoid', [x], alpha=1 / 6, beta=0.5)])


def silu(graph, x):
    return graph.node('Mul', [x, graph.node('Sigmoid', [x])][::1] if RANDOM.random() < 0.5 else [graph.node('Sigmoid', [x]), x])


def mish(graph, x):
    if graph.opset >= 18 and RANDOM.random() < 0.5:
        return graph.node('Mish', [x])
    return graph.node('Mul', [x, graph.node('Tanh', [graph.node('Softplus', [x])])])


def gelu(graph, x):
    k = RANDOM.integers(4)
    if graph.opset >= 20 and k == 0:
        return graph.node('Gelu', [x], approximate=str(RANDOM.choice(['none', 'tanh'])))
    e = graph.node('Add', [graph.node('Erf', [graph.node('Div', [x, graph.constant(2 ** 0.5)]) if k < 2 else graph.node('Mul', [x, graph.constant(0.5 ** 0.5)])]), graph.constant(1.0)])
    if k % 2:
        return graph.node('Mul', [graph.node('Mul', [x, e]), graph.constant(0.5)])
    return graph.node('Mul', [x, graph.node('Mul', [e, graph.constant(0.5)])]) if RANDOM.random() < 0.5 else graph.node('Mul', [graph.node('Mul', [x, graph.constant(0.5)]), e])


def gelutanh(graph, x):
    if RANDOM.random() < 0.7:
        if RANDOM.random() < 0.5:
            cube = graph.node('Pow', [x, graph.constant(3.0)])
        else:
            cube = graph.node('Mul', [graph.node('Mul', [x, x]), x])
        u = graph.node('Mul', [graph.node('Add', [x, graph.node('Mul', [cube, graph.constant(0.044715)])]), graph.constant((2 / np.pi) ** 0.5)])
    else:
        u = graph.node('Mul', [graph.node('Mul', [x, graph.constant(0.7978845608)]), graph.node('Add', [graph.node('Mul', [graph.node('Mul', [x, x]), graph.constant(0.044715)]), graph.constant(1.0)])])
    t = graph.node('Add', [graph.node('Tanh', [u]), graph.constant(1.0)])
    return graph.node('Mul', [graph.node('Mul', [x, graph.constant(0.5)]), t]) if RANDOM.random() < 0.5 else graph.node('Mul', [graph.constant(0.5), graph.node('Mul', [x, t])])


def hsig(graph, x):
    return graph.node('Div', [graph.node('Clip', [graph.node('Add', [x, graph.constant(3.0)]), graph.constant(0.0), graph.constant(6.0)]), graph.constant(6.0)])


def clip(graph, x):
    return graph.node('Clip', [x, graph.constant(-0.4), graph.constant(0.7)]) if RANDOM.random() < 0.5 else graph.node('Min', [graph.node('Max', [x, graph.constant(-0.2)]), graph.constant(0.5)])


def prelu(graph, x):
    return graph.node('PRelu', [x, graph.constant(graph.weights(graph.features) if RANDOM.random() < 0.5 else graph.weights(1))])


def affine(graph, x):
    v = lambda: graph.constant(graph.weights(graph.features) + 0.1) if RANDOM.random() < 0.6 else graph.constant(graph.weights(1)[0] + 0.1)
    for _ in range(int(RANDOM.integers(1, 4))):
        op = RANDOM.choice(['Add', 'Sub', 'Mul', 'Div'])
        if op == 'Div':
            y = [x, graph.constant(np.abs(graph.weights(graph.features)) + 0.5)]
        else:
            y = [x, v()] if RANDOM.random() < 0.6 else [v(), x]
        x = graph.node(op, y)
    return x


def rnn(graph, x, kind=None, bi=None):
    kind = kind or RANDOM.choice(['LSTM', 'GRU', 'RNN'])
    H = int(RANDOM.integers(2, 6))
    bi = RANDOM.random() < 0.4 if bi is None else bi
    D = 2 if bi else 1
    rev = not bi and RANDOM.random() < 0.2
    n = {'LSTM': 4, 'GRU': 3, 'RNN': 1}[kind]
    at = dict(hidden_size=H, direction='bidirectional' if bi else 'reverse' if rev else 'forward')
    if kind == 'GRU':
        at['linear_before_reset'] = int(RANDOM.integers(2))
    if RANDOM.random() < 0.25:
        names = {'RNN': ['Tanh', 'Relu', 'Elu', 'Softsign', 'LeakyRelu', 'HardSigmoid'], 'GRU': ['Sigmoid', 'HardSigmoid'], 'LSTM': ['Sigmoid', 'HardSigmoid']}[kind]
        a = []
        al = []
        be = []
        for d in range(D):
            f = str(RANDOM.choice(names))
            cell = [f] + {'RNN': [], 'GRU': ['Tanh'], 'LSTM': ['Softsign', 'Tanh']}[kind]
            for q in cell:
                if q in ('Elu', 'LeakyRelu'):
                    al.append(0.3)
                if q == 'HardSigmoid':
                    al.append(0.25)
                    be.append(0.45)
            a += cell
        at['activations'] = a
        if al:
            at['activation_alpha'] = al
        if be:
            at['activation_beta'] = be
    layout = 0
    xt = x if graph.time_major else graph.node('Transpose', [x], perm=[1, 0, 2])
    ins = [xt, graph.constant(graph.weights(D, n * H, graph.features)), graph.constant(graph.weights(D, n * H, H) * 0.5), graph.constant(graph.weights(D, 2 * n * H))]
    o = graph.node(kind, ins, outs=3 if kind == 'LSTM' else 2, **at)
    graph.hidden, graph.directions, graph.is_reverse, graph.final, graph.outputs = (H, D, rev, o[1], o[0])
    if bi:
        k = RANDOM.integers(5)
        if k == 0 and (not graph.keeps_directions):
            a = [graph.node('Gather', [o[0], graph.integers(d)], axis=1) for d in (0, 1)]
            y = graph.node(str(RANDOM.choice(['Add', 'Mul'])), a)
            graph.features = H
        elif k == 1 and (not graph.keeps_directions):
            y = graph.reduce('ReduceMean', o[0], [1], 0) if RANDOM.random() < 0.5 else graph.reduce_sum(o[0], [1], 0)
            graph.features = H
        else:
            y = graph.node('Reshape', [graph.node('Transpose', [o[0]], perm=[0, 2, 1, 3]), graph.integers([0, 0, -1])])
            graph.features = 2 * H
    else:
        y = graph.squeeze(o[0], [1])
        graph.features = H
    return y if graph.time_major else graph.node('Transpose', [y], perm=[1, 0, 2])


def hn(graph, x):
    graph.keeps_directions = True
    rnn(graph, x)
    graph.keeps_directions = False
    graph.is_reduced = True
    if graph.directions == 1:
        y = graph.squeeze(graph.final, [0])
        graph.features = graph.hidden
        return y
    k = RANDOM.integers(3)
    if k == 0:
        y = graph.node('Concat', [graph.node('Gather', [graph.final, graph.integers(0)], axis=0), graph.node('Gather', [graph.final, graph.integers(1)], axis=0)], axis=1)
        graph.features = 2 * graph.hidden
    elif k == 1:
        y = graph.node('Reshape', [graph.node('Transpose', [graph.final], perm=[1, 0, 2]), graph.integers([0, 2 * graph.hidden])])
        graph.features = 2 * graph.hidden
    else:
        y = graph.node('Add', [graph.node('Gather', [graph.final, graph.integers(0)], axis=0), graph.node('Gather', [graph.final, graph.integers(1)], axis=0)])
        graph.features = graph.hidden
    return y


def last(graph, x):
    graph.is_reduced = True
    if RANDOM.random() < 0.5:
        return graph.node('Gather', [x, graph.integers(-1)], axis=graph.time_axis)
    return graph.squeeze(graph.slice(x, -1, 2 ** 31 - 1, graph.time_axis), [graph.time_axis])


def pool(graph, x):
    graph.is_reduced = True
    k = RANDOM.integers(5)
    if k == 0:
        return graph.reduce('ReduceMean', x, [graph.time_axis], 0)
    if k == 1:
        return graph.reduce('ReduceMax', x, [graph.time_axis], 0)
    if k == 2:
        return graph.reduce_sum(x, [graph.time_axis], 0)
    ct = graph.node('Transpose', [x], perm=[1, 2, 0] if graph.time_major else [0, 2, 1])
    return graph.squeeze(graph.node('GlobalAveragePool' if k == 3 else 'GlobalMaxPool', [ct]), [2])


def attn(graph, x):
    graph.is_reduced = True
    k = RANDOM.integers(4)
    ax = graph.time_axis
    if k == 0:
        rest = graph.reduce_sum(x, [2], 1)
    elif k == 1:
        rest = graph.node('MatMul', [x, graph.constant(graph.weights(graph.features, 1))])
        rest = graph.node('Add', [rest, graph.constant(graph.weights(1))])
    else:
        rest = graph.node('MatMul', [graph.node('Tanh', [graph.node('Add', [graph.node('MatMul', [x, graph.constant(graph.weights(graph.features, 3))]), graph.constant(graph.weights(3))])]), graph.constant(graph.weights(3, 1))])
    if graph.opset < 13:
        rest = graph.squeeze(rest, [2])
        rest = graph.node('Transpose', [rest], perm=[1, 0]) if graph.time_major else rest
        a = graph.node('Softmax', [rest], axis=1)
        if graph.time_major:
            a = graph.node('Transpose', [a], perm=[1, 0])
        a = graph.unsqueeze(a, [2])
    else:
        a = graph.node('Softmax', [rest], axis=ax)
    if k == 3 and (not graph.time_major):
        return graph.squeeze(graph.node('MatMul', [graph.node('Transpose', [a], perm=[0, 2, 1]), x]), [1])
    return graph.reduce_sum(graph.node('Mul', [a, x] if RANDOM.random() < 0.5 else [x, a]), [ax], 0)


def bn(graph, x):
    F = graph.features
    p = [graph.constant(np.abs(graph.weights(F)) + 0.3), graph.constant(graph.weights(F)), graph.constant(graph.weights(F)), graph.constant(np.abs(graph.weights(F)) + 0.2)]
    if graph.is_reduced:
        return graph.node('BatchNormalization', [x] + p, epsilon=0.001)
    y = graph.node('BatchNormalization', [graph.node('Transpose', [x], perm=[1, 2, 0] if graph.time_major else [0, 2, 1])] + p)
    return graph.node('Transpose', [y], perm=[2, 0, 1] if graph.time_major else [0, 2, 1])


def ln(graph, x):
    if graph.opset >= 17 and RANDOM.random() < 0.5:
        return graph.node('LayerNormalization', [x, graph.constant(graph.weights(graph.features) + 1), graph.constant(graph.weights(graph.features))], axis=-1, epsilon=0.0001)
    m = graph.reduce('ReduceMean', x, [-1], 1)
    d = graph.node('Sub', [x, m])
    q = graph.node('Pow', [d, graph.constant(2.0)]) if RANDOM.random() < 0.6 else graph.node('Mul', [d, d])
    sd = graph.node('Sqrt', [graph.node('Add', [graph.reduce('ReduceMean', q, [-1], 1), graph.constant(0.001)])])
    y = graph.node('Div', [d, sd]) if RANDOM.random() < 0.6 else graph.node('Mul', [d, graph.node('Reciprocal', [sd])])
    if RANDOM.random() < 0.8:
        y = graph.node('Add', [graph.node('Mul', [y, graph.constant(graph.weights(graph.features) + 1)]), graph.constant(graph.weights(graph.features))])
    return y


def rms(graph, x):
    q = graph.node('Pow', [x, graph.constant(2.0)]) if RANDOM.random() < 0.6 else graph.node('Mul', [x, x])
    v = graph.node('Add', [graph.reduce('ReduceMean', q, [-1], 1), graph.constant(0.01)])
    k = RANDOM.integers(3)
    y = graph.node('Div', [x, graph.node('Sqrt', [v])]) if k == 0 else graph.node('Mul', [x, graph.node('Reciprocal', [graph.node('Sqrt', [v])])]) if k == 1 else graph.node('Mul', [x, graph.node('Pow', [v, graph.constant(-0.5)])])
    return graph.node('Mul', [graph.constant(graph.weights(graph.features) + 1), y])


def conv(graph, x):
    k = int(RANDOM.integers(1, 4))
    d = int(RANDOM.integers(1, 3))
    reach = (k - 1) * d
    O = int(RANDOM.integers(1, 4))
    grp = 1
    if RANDOM.random() < 0.3:
        grp = graph.features
        O = O * graph.features
    at = dict(kernel_shape=[k], group=grp)
    if d > 1:
        at['dilations'] = [d]
    m = RANDOM.integers(4)
    if m < 3:
        p = [0, reach, reach // 2][m]
        at['pads'] = [reach - p, p]
    else:
        at['auto_pad'] = str(RANDOM.choice(['SAME_UPPER', 'SAME_LOWER'])) if d == 1 else 'NOTSET'
        if d > 1:
            at['pads'] = [reach, 0]
    ins = [graph.node('Transpose', [x], perm=[1, 2, 0] if graph.time_major else [0, 2, 1]), graph.constant(graph.weights(O, graph.features // grp, k))]
    if RANDOM.random() < 0.7:
        ins.append(graph.constant(graph.weights(O)))
    y = graph.node('Conv', ins, **at)
    if RANDOM.random() < 0.5:
        y = graph.node('Relu', [y])
    graph.features = O
    return graph.node('Transpose', [y], perm=[2, 0, 1] if graph.time_major else [0, 2, 1])


def tcn(graph, x):
    k = int(RANDOM.integers(2, 4))
    reach = k - 1
    O = int(RANDOM.integers(1, 4))
    y = graph.node('Conv', [graph.node('Transpose', [x], perm=[1, 2, 0] if graph.time_major else [0, 2, 1]), graph.constant(graph.weights(O, graph.features, k)), graph.constant(graph.weights(O))], pads=[reach, reach], kernel_shape=[k])
    y = graph.slice(y, 0, -reach, 2)
    graph.features = O
    return graph.node('Transpose', [y], perm=[2, 0, 1] if graph.time_major else [0, 2, 1])


def split(graph, x):
    if graph.features < 2:
        return dense(graph, x, 4)
    a = int(RANDOM.integers(1, graph.features))
    k = RANDOM.integers(4)
    F = graph.features
    if k == 0:
        if graph.opset < 13:
            y = graph.node('Split', [x], outs=2, axis=-1, split=[a, F - a])
        else:
            y = graph.node('Split', [x, graph.integers([a, F - a])], outs=2, axis=-1)
        y = graph.node('Concat', [y[1], y[0]], axis=-1)
    elif k == 1:
        y = graph.node('Concat', [graph.slice(x, 0, a, -1), graph.node('Tanh', [graph.slice(x, a, 2 ** 31 - 1, -1)])], axis=-1)
    elif k == 2:
        y = graph.slice(x, 0, a, -1)
        graph.features = a
    else:
        ix = RANDOM.integers(0, F, 3)
        y = graph.node('Gather', [x, graph.integers(ix)], axis=graph.rank - 1)
        graph.features = 3
    return y


def glu(graph, x):
    x = dense(graph, x, 6)
    if graph.opset < 13:
        a = graph.node('Split', [x], outs=2, axis=graph.rank - 1, split=[3, 3])
    else:
        a = graph.node('Split', [x, graph.integers([3, 3])], outs=2, axis=graph.rank - 1)
    graph.features = 3
    return graph.node('Mul', [a[0], graph.node('Sigmoid', [a[1]])])


def resid(graph, x):
    F = graph.features
    rest = x
    y = x
    for f in RANDOM.choice([dense, affine, silu, gelu, ln], int(RANDOM.integers(1, 3))):
        y = f(graph, y)
    if not graph.is_reduced and RANDOM.random() < 0.5:
        y = rnn(graph, y)
    if graph.features != F:
        y = dense(graph, y, F)
    op = RANDOM.choice(['Add', 'Sub', 'Mul'])
    y = graph.node(str(op), [rest, y] if RANDOM.random() < 0.5 else [y, rest])
    if RANDOM.random() < 0.3:
        y = graph.node('Add', [y, rest])
    return y


def concat2(graph, x):
    F = graph.features
    a = dense(graph, x)
    fa = graph.features
    graph.features = F
    b = act(graph, x)
    y = graph.node('Concat', [a, b] if RANDOM.random() < 0.5 else [b, a, x], axis=-1)
    graph.features = fa + F if len(graph.nodes[-1].input) == 2 else fa + 2 * F
    return y


def highway(graph, x):
    F = graph.features
    t = graph.node('Sigmoid', [dense(graph, x, F)])
    hh = graph.node('Relu', [dense(graph, x, F)])
    return graph.node('Add', [graph.node('Mul', [t, hh]), graph.node('Mul', [graph.node('Sub', [graph.constant(1.0), t]), x])])


def sumn(graph, x):
    F = graph.features
    a = dense(graph, x, F)
    graph.features = F
    b = graph.node('Tanh', [x])
    return graph.node(str(RANDOM.choice(['Sum', 'Mean'])), [a, x, b])


def gate1(graph, x):
    F = graph.features
    rest = graph.node('Sigmoid', [dense(graph, x, 1)])
    graph.features = F
    return graph.node('Mul', [rest, x])


def meanfeat(graph, x):
    y = graph.reduce('ReduceMean', x, [-1], 1) if RANDOM.random() < 0.5 else graph.reduce_sum(x, [-1], 1)
    if RANDOM.random() < 0.5:
        return graph.node('Sub', [x, y])
    graph.features = 1
    return y


def dql(graph, x):
    O = 3
    q = RANDOM.integers(-100, 100, (graph.features, O)).astype(np.int8)
    n = graph.new_name()
    graph.initializers.append(numpy_helper.from_array(q, n))
    if graph.opset >= 13 and RANDOM.random() < 0.5:
        w = graph.node('DequantizeLinear', [n, graph.constant(np.abs(graph.weights(O)) * 0.02 + 0.001), graph.constant(np.zeros(O), np.int8)], axis=1)
    else:
        w = graph.node('DequantizeLinear', [n, graph.constant(0.011), graph.constant(3, np.int8)])
    y = graph.node('MatMul', [x, w])
    graph.features = O
    return y


def half(graph, x):
    O = 3
    w = graph.node('Cast', [graph.constant(graph.weights(graph.features, O), np.float16)], to=1)
    y = graph.node('MatMul', [x, w])
    graph.features = O
    return graph.node('Cast', [y], to=1)


def power(graph, x):
    k = RANDOM.integers(3)
    return graph.node('Pow', [x, graph.constant(float(k + 1))])


def noop(graph, x):
    k = RANDOM.integers(3)
    if k == 0:
        return graph.node('Identity', [x])
    if k == 1:
        return graph.node('Dropout', [x]) if graph.opset < 12 else graph.node('Dropout', [x, graph.constant(0.5)])
    return graph.squeeze(graph.unsqueeze(x, [1]), [1])


def shared(graph, x):
    a = act(graph, x)
    F = graph.features
    b = dense(graph, a, F)
    return graph.node('Add', [graph.node('Mul', [a, b]), graph.node('Sub', [x, a])])


def flat(graph, x):
    if graph.is_reduced:
        return dense(graph, x)
    F = graph.features
    sh = graph.node('Shape', [x])
    y = graph.node('Reshape', [x, graph.integers([-1, F])])
    y = dense(graph, y)
    t = [graph.node('Gather', [sh, graph.integers([d])], axis=0) for d in (0, 1)]
    return graph.node('Reshape', [y, graph.node('Concat', t + [graph.integers([graph.features])], axis=0)])


def gatherbi(graph, x):
    graph.keeps_directions = True
    y = rnn(graph, x, bi=True)
    graph.keeps_directions = False
    H = graph.hidden
    graph.is_reduced = True
    a = graph.node('Gather', [graph.slice(y, 0, H, 2), graph.integers(-1)], axis=graph.time_axis)
    b = graph.node('Gather', [graph.slice(y, H, 2 * H, 2), graph.integers(0)], axis=graph.time_axis)
    graph.features = 2 * H
    return graph.node('Concat', [a, b], axis=-1)


def leftmul(graph, x):
    if graph.is_reduced:
        return dense(graph, x)
    O = 3
    y = graph.node('MatMul', [graph.constant(graph.weights(O, graph.features)), graph.node('Transpose', [x], perm=[0, 2, 1])])
    graph.features = O
    return graph.node('Transpose', [y], perm=[0, 2, 1])


STEP = [dense, act, hswish, silu, mish, gelu, gelutanh, hsig, clip, prelu, affine, bn, ln, rms, split, glu, resid, concat2, highway, sumn, gate1, meanfeat, dql, half, power, noop, shared, flat, leftmul]


TIME = [rnn, rnn, conv, tcn]


RED = [hn, last, pool, attn, gatherbi]


def make(kinds):
    """A model of layers of some kinds, one behind the other, and inputs for it."""
    opset = int(RANDOM.choice(OPSETS))
    time_major, features = bool(RANDOM.random() < 0.4), int(RANDOM.integers(1, 6))
    steps, batch = int(RANDOM.integers(2, 8)), int(RANDOM.integers(1, 4))
    graph = Graph(opset, time_major, features)
    graph.keeps_directions = False
    value = "x"
    for kind in kinds:
        value = kind(graph, value)
    graph.nodes.append(helper.make_node("Identity", [value], ["y"]))
    names, sizes = (["t", "n"], [steps, batch]) if time_major else (["n", "t"], [batch, steps])
    given = names if RANDOM.random() < 0.7 else sizes
    proto = helper.make_graph(
        graph.nodes, "case", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [*given, features])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], graph.initializers)
    proto.output[0].type.tensor_type.ClearField("shape")
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    return model, RANDOM.standard_normal([*sizes, features]).astype(np.float32), opset


def write(folder, name, model, x):
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
    lines = [" ".join(str(size) for size in x.shape), *(f"{value:.9g}" for value in x.flatten().tolist())]
    (folder / f"{name}.x").write_text("\n".join(lines))


def run(folder):
    """Has ONNX Runtime compute all models of a folder."""
    with tempfile.TemporaryDirectory() as project:
        (pathlib.Path(project) / "run.csproj").write_text(PROJECT)
        (pathlib.Path(project) / "Program.cs").write_text(PROGRAM)
        subprocess.run(["dotnet", "run", "-c", "Release", "--project", project, "--", str(folder)], check=True)


def tensor(lines):
    return {"shape": [int(size) for size in lines[0].split()], "values": golden_file.numbers(np.array([float(line) for line in lines[1:]]))}


def goldens(folder):
    """A few cases of each kind, those over time with layers around them."""
    for kind in STEP + TIME[1:] + RED:
        for number in range(ROUNDS):
            if kind in STEP:
                kinds = [kind] if number == 0 and kind not in (noop, power) else [rnn, kind, dense]
            else:
                kinds = [kind] if number == 0 else [dense, kind, affine]
            model, x, opset = make(kinds)
            write(folder, f"{kind.__name__} {number + 1} opset {opset}", model, x)
    run(folder)
    cases = []
    for file in sorted(folder.glob("*.onnx")):
        cases.append({
            "name": file.stem, "model": base64.b64encode(file.read_bytes()).decode(),
            "inputs": {"x": tensor(file.with_suffix(".x").read_text().split("\n"))},
            "outputs": {"y": tensor(file.with_suffix(".y").read_text().strip().split("\n"))},
        })
    golden_file.write("onnx_graphs.json", "ONNX Runtime", "1.31.1", SEED, cases)


def search(folder, count):
    """Random stacks of all kinds, with an index of what they are."""
    index = []
    for number in range(count):
        kinds = list(RANDOM.choice(STEP + TIME, int(RANDOM.integers(1, 4))))
        if RANDOM.random() < 0.5:
            kinds += [RED[int(RANDOM.integers(len(RED)))], *RANDOM.choice(STEP, int(RANDOM.integers(0, 2)))]
        model, x, opset = make(kinds)
        write(folder, str(number), model, x)
        index.append({"name": number, "opset": opset, "kinds": [kind.__name__ for kind in kinds]})
    (folder / "index.json").write_text(json.dumps(index))
    run(folder)


if len(sys.argv) > 2:
    search(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
else:
    with tempfile.TemporaryDirectory() as made:
        goldens(pathlib.Path(made))
