namespace FastRnn.Tests.Reference;

/// <summary>The sizes and functions of an Elman network: I, H, g₁ and, with a head, O and g₂.</summary>
public sealed record NetworkShape(int Inputs, int Hidden, Activation Activation, Activation? Head, int HeadOutputs)
{
    /// <summary>What g₁ may be.</summary>
    internal static readonly Activation[] CellActivations = [Activation.Tanh, Activation.Relu];

    /// <summary>What g₂ may be; null is no head.</summary>
    internal static readonly Activation?[] Heads = [null, Activation.Identity, Activation.Sigmoid, Activation.Softmax];

    /// <summary>O; H without a head.</summary>
    public int Outputs => Head is null ? Hidden : HeadOutputs;

    public int ParameterCount => Hidden * (Inputs + Hidden + 1) + (Head is null ? 0 : HeadOutputs * (Hidden + 1));

    internal RnnSpec ToSpec()
    {
        CellSpec cell = Cell.Elman(Hidden, Activation);
        return Head is { } head ? new RnnSpec(Inputs, cell, Layer.Dense(HeadOutputs, head)) : new RnnSpec(Inputs, cell);
    }
}
