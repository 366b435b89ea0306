using FastRnn.Tests.Cells;

namespace FastRnn.Tests.Support;

/// <summary>A small network of every cell and layer, by name, for what must hold of each of them.</summary>
internal static class Zoo
{
    internal const string Dropout = "dropout";

    /// <summary>Neither a vector's width nor a multiple of one.</summary>
    private const int H = 19;

    private const int I = 3, O = 3;

    /// <summary>Inputs, outputs and the vocabulary of those that take indices are all as many: every network can be fed back.</summary>
    private static readonly Dictionary<string, RnnSpec> Networks = new()
    {
        ["Elman"] = Values(Cell.Elman(H)),
        ["Elman, ReLU"] = Values(Cell.Elman(H, Activation.Relu)),
        ["Jordan"] = Values(Cell.Jordan(H, 5, outputActivation: Activation.Softmax)),
        ["LSTM"] = Values(Cell.Lstm(H)),
        ["LSTM with peepholes"] = Values(Cell.Lstm(H, peepholes: true)),
        ["GRU"] = Values(Cell.Gru(H)),
        ["GRU, reset before"] = Values(Cell.Gru(H, resetAfter: false)),
        ["Elman with options"] = Values(Cell.Elman(H, Activation.Sigmoid) with { Clip = 0.5f }),
        ["LSTM with options"] = Values(LstmWithOptions),
        ["GRU with options"] = Values(GruWithOptions),
        ["GRU with options, reset before"] = Values(GruWithOptions with { ResetAfter = false }),
        ["options in both directions"] = Values(
            Cell.Bidirectional(LstmWithOptions), Cell.Reversed(GruWithOptions), Cell.Bidirectional(Cell.Elman(4, Activation.Identity))),
        ["custom"] = Values(Cell.Custom<DecayingMemoryCell>(H)),
        ["feed-forward"] = Values(Layer.Dense(H, Activation.Sigmoid)),
        ["time delay"] = Values(Layer.TimeDelay(5, 3, 2)),
        [Dropout] = Values(Cell.Gru(H), Layer.Dropout(0.3f, 1), Layer.Residual(Cell.Lstm(H), Layer.Dropout(0.3f, 1))),
        ["without a dense layer"] = new RnnSpec(I, Cell.Lstm(H), Cell.Gru(O)),
        ["one-hot"] = RnnSpec.ForIndices(I, Cell.Gru(H), Layer.Dense(O)),
        ["embedding"] = RnnSpec.ForIndices(I, Layer.Embedding(4), Layer.TimeDelay(6, 2), Cell.Lstm(H), Layer.Dense(O)),
        ["residual"] = Values(Layer.Dense(H), Layer.Residual(Cell.Gru(H), Layer.Activation(Activation.Relu)), Layer.Residual(Cell.Lstm(H))),
        ["gate and skip"] = Values(
            Layer.Parallel(Merge.Concatenate, [], [Cell.Lstm(5)], [Layer.Dense(4), Cell.Gru(2)]),
            Layer.Parallel(Merge.Multiply, [Layer.Dense(7)], [Layer.Dense(7, Activation.Sigmoid)])),
        ["branches in branches"] = Values(
            Layer.Parallel(
                Merge.Average, [Layer.Residual(Layer.Parallel(Merge.Sum, [Cell.Elman(I)], []))], [Cell.Gru(I)])),
        ["normalized"] = Values(
            Layer.Affine(isTrained: false), Cell.Lstm(H), Layer.LayerNormalization(), Layer.Dense(7), Layer.RmsNormalization(),
            Layer.Activation(Activation.Tanh), Layer.Affine()),
        ["depthwise"] = Values(Layer.TimeDelay(2 * I, 3, 2) with { Groups = I, HasBias = false }),
        ["merged directions"] = Values(Cell.Bidirectional(Cell.Lstm(H), Merge.Sum), Cell.Bidirectional(Cell.Gru(4), Merge.Multiply)),
        ["centered"] = Values(Layer.CenteredTimeDelay(6, 4), Layer.CenteredTimeDelay(6, 3, 2) with { Groups = 2 }),
        ["mean pooling"] = Values(Cell.Gru(H), Layer.MeanPooling()),
        ["poolings side by side"] = Values(
            Cell.Lstm(5), Layer.Parallel(Merge.Concatenate, [Layer.MaxPooling()], [Layer.LastStep()], [Cell.Gru(4), Layer.SumPooling()])),
        ["attention pooling"] = Values(Cell.Bidirectional(Cell.Gru(H)), Layer.AttentionPooling()),
        ["both directions"] = Values(Cell.Bidirectional(Cell.Lstm(H, peepholes: true)), Cell.Bidirectional(Cell.Gru(4, resetAfter: false))),
        ["descending"] = Values(Cell.Reversed(Cell.Lstm(H, peepholes: true)), Cell.Reversed(Cell.Gru(4, resetAfter: false))),
        ["embedding in both directions"] = RnnSpec.ForIndices(I, Layer.Embedding(4), Cell.Bidirectional(Cell.Gru(H)), Layer.Dense(O)),
    };

    internal static TheoryData<string> Names => [.. Networks.Keys];

    internal static TheoryData<string> CausalNames => [.. Networks.Keys.Where(name => Networks[name].CanStream)];

    /// <summary>Every network in every shape that it can have.</summary>
    internal static TheoryData<string, SequenceShape> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, SequenceShape>();
            foreach ((string name, RnnSpec spec) in Networks)
            {
                shapes.Add(name, SequenceShape.ManyToOne);
                if (spec.Shape == SequenceShape.ManyToMany)
                {
                    shapes.Add(name, SequenceShape.ManyToMany);
                }

                if (spec.CanStream && spec.Shape == SequenceShape.ManyToMany)
                {
                    shapes.Add(name, SequenceShape.OneToMany);
                }
            }

            return shapes;
        }
    }

    /// <summary>Gates within [0, ½]: what is kept of a memory is no more than all of it, so that it can be carried on and on.</summary>
    private static LstmSpec LstmWithOptions => Cell.Lstm(H, peepholes: true) with
    {
        GateActivation = Activation.Relu,
        CandidateActivation = Activation.Sigmoid,
        OutputActivation = Activation.Identity,
        Clip = 0.5f,
        CoupledGates = true,
    };

    private static GruSpec GruWithOptions => Cell.Gru(H) with
    {
        GateActivation = Activation.Tanh,
        CandidateActivation = Activation.Identity,
        Clip = 0.5f,
    };

    internal static RnnSpec Spec(string name, SequenceShape shape) => Networks[name] with { Shape = shape };

    /// <summary>The network in its own shape.</summary>
    internal static RnnSpec Spec(string name) => Networks[name];

    private static RnnSpec Values(params LayerSpec[] layers) => new(I, [.. layers, Layer.Dense(O)]);
}
