namespace FastRnn.Onnx.Import;

/// <summary>What makes a flow of the flows that it comes from.</summary>
internal abstract record FlowOperation
{
    /// <summary>Whether it makes one row of all steps.</summary>
    internal virtual bool ReducesTime => false;

    /// <summary>Whether each step goes by itself.</summary>
    internal virtual bool IsStepwise => true;

    /// <summary>Whether it may stand in several branches that share it: it has no state, and few weights if any.</summary>
    internal virtual bool CanRepeat => true;
}

/// <summary>The network's input.</summary>
/// <param name="Name">of the graph's input</param>
/// <param name="IsIndices">whether indices stand for one-hot vectors</param>
internal sealed record NetworkInput(string Name, bool IsIndices) : FlowOperation;

/// <summary>W·x.</summary>
/// <param name="Weights">W [O, I]</param>
/// <param name="InputSize">I</param>
internal sealed record DenseOperation(float[] Weights, int InputSize) : FlowOperation;

/// <summary>The sum of the features of a step: one feature.</summary>
internal sealed record FeatureSumOperation : FlowOperation;

/// <summary>One feature that is repeated.</summary>
/// <param name="Size">how often</param>
internal sealed record BroadcastOperation(int Size) : FlowOperation;

/// <summary>Some of the features, in some order.</summary>
/// <param name="Columns">which</param>
internal sealed record SelectOperation(int[] Columns) : FlowOperation;

/// <summary>scale ⊙ x + shift, with one number for all features or one for each.</summary>
internal sealed record AffineOperation(double[] Scale, double[] Shift) : FlowOperation
{
    /// <summary>The scale, if it is one number and there is no shift; null otherwise.</summary>
    internal double? Factor => Scale is [var scale] && Array.TrueForAll(Shift, value => value == 0) ? scale : null;
}

/// <summary>An activation; <paramref name="Slopes"/> are those of a PRelu, null for others.</summary>
internal sealed record ActivationOperation(Activation Activation, float[]? Slopes = null) : FlowOperation;

/// <summary>What has no layer of its own, but makes up one with others.</summary>
/// <param name="Function">which function it is</param>
internal sealed record IntermediateOperation(IntermediateFunction Function) : FlowOperation;

/// <summary>The functions of <see cref="IntermediateOperation"/>.</summary>
internal enum IntermediateFunction
{
    Erf, Sqrt, Reciprocal, SoftmaxOverTime,
}

/// <summary>x², or x³.</summary>
internal sealed record PowerOperation(int Exponent) : FlowOperation;

/// <summary>(x − μ)/√(σ² + ε) over the features, or x/√(mean of x² + ε).</summary>
internal sealed record NormalizationOperation(float Epsilon, bool IsCentered) : FlowOperation;

/// <summary>Rows of a table, for indices.</summary>
/// <param name="Table">[V, E]</param>
/// <param name="Size">E</param>
internal sealed record EmbeddingOperation(float[] Table, int Size) : FlowOperation
{
    internal override bool CanRepeat => false;
}

/// <summary>A recurrent layer.</summary>
/// <param name="Node">its states</param>
/// <param name="Layer">what it is</param>
/// <param name="Fill">writes its parameters</param>
/// <param name="InputSize">I</param>
/// <param name="Hidden">h before the first step</param>
/// <param name="Memory">c before the first step; null where there is none</param>
internal sealed record RecurrentOperation(
    RecurrentNode Node, LayerSpec Layer, Action<Span<float>> Fill, int InputSize, InitialState Hidden, InitialState? Memory) : FlowOperation
{
    internal override bool IsStepwise => false;

    internal override bool CanRepeat => false;
}

/// <summary>A convolution over time.</summary>
/// <param name="Layer">what it is, without an activation</param>
/// <param name="Weights">[O, width·I/groups]</param>
/// <param name="Bias">[O]; null for none</param>
/// <param name="InputSize">I</param>
/// <param name="Window">its state; null where it looks ahead</param>
/// <param name="Initial">the window before the first step</param>
internal sealed record TimeDelayOperation(
    TimeDelaySpec Layer, float[] Weights, float[]? Bias, int InputSize, RecurrentNode? Window, InitialState Initial) : FlowOperation
{
    internal override bool IsStepwise => false;

    internal override bool CanRepeat => false;
}

/// <summary>The last step.</summary>
/// <param name="EachDirection">whether a reverse direction's is its own last one, the first step</param>
/// <param name="IsPlace">whether it is a place along the axis of time, whatever the lengths are</param>
internal sealed record LastStepOperation(bool EachDirection, bool IsPlace) : FlowOperation
{
    internal override bool ReducesTime => true;

    internal override bool IsStepwise => false;
}

/// <summary>The first step of a layer in both directions, of which only what the reverse one has made is a layer's output.</summary>
internal sealed record FirstStepOperation : FlowOperation
{
    internal override bool ReducesTime => true;

    internal override bool IsStepwise => false;
}

/// <summary>The mean, maximum or sum over all steps.</summary>
internal sealed record PoolingOperation(Pooling Function) : FlowOperation
{
    internal override bool ReducesTime => true;

    internal override bool IsStepwise => false;

    internal override bool CanRepeat => false;
}

/// <summary>A weighted mean of all steps.</summary>
/// <param name="Weights">w [I], of the scores</param>
internal sealed record AttentionPoolingOperation(float[] Weights) : FlowOperation
{
    internal override bool ReducesTime => true;

    internal override bool IsStepwise => false;

    internal override bool CanRepeat => false;
}

/// <summary>Several flows that become one.</summary>
internal sealed record MergeOperation(Merge Merge) : FlowOperation;
