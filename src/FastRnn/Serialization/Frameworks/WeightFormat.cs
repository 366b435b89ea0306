namespace FastRnn.Serialization;

/// <summary>How a framework names and stores weights. Sources: torch/nn/modules/rnn.py of PyTorch; keras/src/layers/rnn of Keras 3.
/// </summary>
/// <param name="Framework">its name, for messages</param>
/// <param name="Separator">between the parts of names</param>
/// <param name="Order">whether matrices are transposed, and the order of gates</param>
/// <param name="InputWeights">the matrix of a cell's inputs</param>
/// <param name="RecurrentWeights">the matrix of its recurrent product</param>
/// <param name="Biases">one tensor each for the inputs and the recurrent product, or one for both</param>
/// <param name="DenseWeights">the matrix of a feed-forward layer</param>
/// <param name="DenseBias">its bias</param>
/// <param name="DepthwiseWeights">a name that a kernel of a depthwise convolution may have; null where there is no such layer</param>
/// <param name="Embeddings">the table of an embedding [V, E]</param>
/// <param name="Vectors">the names of normalizations and of PReLU</param>
/// <param name="HasResetBefore">whether there is a GRU that resets before the recurrent product</param>
/// <param name="Place">where the tensors of a layer of one direction are written</param>
/// <param name="BothPlaces">where those of the forward and of the reverse direction are</param>
internal sealed record WeightFormat(
    string Framework,
    char Separator,
    WeightOrder Order,
    string InputWeights,
    string RecurrentWeights,
    string[] Biases,
    string DenseWeights,
    string DenseBias,
    string? DepthwiseWeights,
    string Embeddings,
    VectorNames Vectors,
    bool HasResetBefore,
    CellPlace Place,
    CellPlace[] BothPlaces)
{
    /// <summary>Gates of an LSTM i, f, g, o, of a GRU r, z, n.</summary>
    internal static WeightFormat PyTorch { get; } = new(
        "PyTorch", '.', new WeightOrder(isTransposed: false, [0, 1, 2]), "weight_ih", "weight_hh", ["bias_ih", "bias_hh"], "weight", "bias",
        null, "weight", VectorNames.PyTorch, HasResetBefore: false, new CellPlace("", "_l0"),
        [new CellPlace("", "_l0"), new CellPlace("", "_l0_reverse")]);

    /// <summary>Gates of an LSTM i, f, c, o, where c is g, of a GRU z, r, h, where h is n; matrices are [inputs, outputs].</summary>
    internal static WeightFormat Keras { get; } = new(
        "Keras", '/', new WeightOrder(isTransposed: true, [1, 0, 2]), "kernel", "recurrent_kernel", ["bias"], "kernel", "bias",
        "depthwise_kernel", "embeddings", VectorNames.Keras, HasResetBefore: true, new CellPlace("", ""),
        [new CellPlace("bidirectional/forward_rnn/", ""), new CellPlace("bidirectional/backward_rnn/", "")]);

    /// <summary>Why the framework has no such layer, or why it is not written; null where it is.</summary>
    internal string? ReasonAgainst(LayerSpec layer) => layer switch
    {
        CellSpec cell => ReasonAgainst(cell),
        BidirectionalSpec both => ReasonAgainst(both.Inner) ?? (both.Reverse == both.Inner ? null : "its two directions differ"),
        ReversedSpec => "it runs in reverse alone",
        AttentionSpec => "it attends to an encoder",
        DenseSpec { Activation.HasWeights: true } or TimeDelaySpec { Activation.HasWeights: true }
            => "slopes that are trained need a Layer.Activation of their own behind the layer",
        DenseSpec or TimeDelaySpec or EmbeddingSpec or LayerNormalizationSpec or RmsNormalizationSpec or AffineSpec or ActivationSpec
            or DropoutSpec or LastStepSpec or PoolingSpec or AttentionPoolingSpec => null,
        _ => "it has no counterpart there",
    };

    /// <summary>Of a cell. Its parameters are Wx [G·H, I], Wh [G·H, H], b [G·H], and for a GRU that resets after the product c [H], the
    /// recurrent bias of its gate n.</summary>
    private string? ReasonAgainst(CellSpec cell) => cell switch
    {
        JordanSpec => "it is a Jordan network",
        ElmanSpec { Clip: < float.PositiveInfinity } or LstmSpec { Clip: < float.PositiveInfinity }
            or GruSpec { Clip: < float.PositiveInfinity } => "it clips",
        ElmanSpec { Activation.Kind: not (ActivationKind.Tanh or ActivationKind.Relu) } => "its activation is neither tanh nor ReLU",
        LstmSpec { Peepholes: true } => "it has peepholes",
        LstmSpec { CoupledGates: true } => "its gates are coupled",
        LstmSpec { IsStandard: false } or GruSpec { IsStandard: false } => "it has other activations than sigmoid and tanh",
        GruSpec { ResetAfter: false } when !HasResetBefore => "it resets before the recurrent product",
        ElmanSpec or LstmSpec or GruSpec => null,
        _ => "it is a cell of the caller's own",
    };

    internal static int GatesOf(CellSpec cell) => cell switch
    {
        ElmanSpec => 1,
        LstmSpec => 4,
        _ => 3,
    };

    /// <summary>The shape of each of <see cref="Biases"/>.</summary>
    internal int[][] BiasShapes(CellSpec cell)
    {
        int rows = GatesOf(cell) * cell.HiddenSize;
        return Biases.Length == 2 ? [[rows], [rows]] : cell is GruSpec { ResetAfter: true } ? [[2, rows]] : [[rows]];
    }
}

/// <summary>What stands before and after the parts of names of one direction's tensors.</summary>
internal readonly record struct CellPlace(string Before, string After)
{
    internal string this[string part] => Before + part + After;
}
