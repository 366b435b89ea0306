namespace FastRnn.Tests.Reference;

/// <summary>The sizes and functions of an Elman network: I, H, g₁ and, with a head, O and g₂.</summary>
public sealed record NetworkShape(int Inputs, int Hidden, Activation Activation, HeadActivation? Head, int HeadOutputs)
{
    /// <summary>O; H without a head.</summary>
    public int Outputs => Head is null ? Hidden : HeadOutputs;

    public int ParameterCount => Hidden * (Inputs + Hidden + 1) + (Head is null ? 0 : HeadOutputs * (Hidden + 1));

    internal RnnSpec ToSpec()
        => new(Inputs, Cell.Elman(Hidden, Activation), Head switch
        {
            null => null,
            HeadActivation.Identity => FastRnn.Head.Linear(HeadOutputs),
            HeadActivation.Sigmoid => FastRnn.Head.Sigmoid(HeadOutputs),
            _ => FastRnn.Head.Softmax(HeadOutputs),
        });
}
