namespace FastRnn.Onnx.Import;

/// <summary>A layer of the network that is made, with its weights.</summary>
/// <param name="Node">the node that it comes from, for messages</param>
/// <param name="InputSize">I</param>
internal abstract record LayerPart(NodeReader Node, int InputSize)
{
    /// <summary>O.</summary>
    internal abstract int OutputSize { get; }

    /// <summary>What the layer is.</summary>
    internal abstract LayerSpec ToSpec();

    /// <summary>Writes all parameters, in the order of the spec.</summary>
    internal abstract void Fill(Span<float> parameters);

    /// <summary>The number of parameters.</summary>
    internal long ParameterCount() => ToSpec().GetParameters(InputSize).Sum(shape => shape.Length);
}

/// <summary>g(W·x + b).</summary>
/// <param name="Weights">W [O, I]</param>
/// <param name="Bias">b [O]; null for zeros</param>
/// <param name="Behind">g</param>
internal sealed record DensePart(NodeReader Node, int InputSize, float[] Weights, float[]? Bias, ActivationOperation? Behind)
    : LayerPart(Node, InputSize)
{
    internal override int OutputSize => Weights.Length / InputSize;

    internal override LayerSpec ToSpec() => Layer.Dense(OutputSize, Behind?.Activation ?? Activation.Identity);

    internal override void Fill(Span<float> parameters) => PartWriter.Fill(parameters, Weights, Bias ?? new float[OutputSize], Behind);
}

/// <summary>A convolution over time.</summary>
/// <param name="Operation">what it is</param>
/// <param name="Weights">[O, width·I/groups]</param>
/// <param name="Bias">[O]; null for none</param>
/// <param name="Behind">the activation</param>
internal sealed record TimeDelayPart(
    NodeReader Node, TimeDelayOperation Operation, float[] Weights, float[]? Bias, ActivationOperation? Behind)
    : LayerPart(Node, Operation.InputSize)
{
    internal override int OutputSize => Operation.Layer.OutputSize;

    internal override LayerSpec ToSpec()
        => Operation.Layer with { HasBias = Bias is not null, Activation = Behind?.Activation ?? Activation.Identity };

    internal override void Fill(Span<float> parameters) => PartWriter.Fill(parameters, Weights, Bias ?? [], Behind);
}

/// <summary>scale ⊙ x + shift.</summary>
/// <param name="Scale">one number for all features or one for each</param>
/// <param name="Shift">the same</param>
internal sealed record AffinePart(NodeReader Node, int InputSize, double[] Scale, double[] Shift) : LayerPart(Node, InputSize)
{
    /// <summary>Whether training changes it: not what is one number for all features, nor the scale of inputs or outputs.</summary>
    internal bool IsTrained { get; init; } = Scale.Length > 1 || Shift.Length > 1;

    internal override int OutputSize => InputSize;

    internal double ScaleOf(int feature) => Scale[Scale.Length == 1 ? 0 : feature];

    internal double ShiftOf(int feature) => Shift[Shift.Length == 1 ? 0 : feature];

    internal override LayerSpec ToSpec() => Layer.Affine(IsTrained);

    internal override void Fill(Span<float> parameters)
    {
        for (int i = 0; i < InputSize; i++)
        {
            parameters[i] = (float)ScaleOf(i);
            parameters[InputSize + i] = (float)ShiftOf(i);
        }
    }
}

/// <summary>An activation by itself.</summary>
internal sealed record ActivationPart(NodeReader Node, int InputSize, ActivationOperation Operation) : LayerPart(Node, InputSize)
{
    internal override int OutputSize => InputSize;

    internal override LayerSpec ToSpec() => Layer.Activation(Operation.Activation);

    internal override void Fill(Span<float> parameters) => PartWriter.Fill(parameters, [], [], Operation);
}

/// <summary>Some of the features; a dense layer of zeros and ones where nothing takes them.</summary>
internal sealed record SelectPart(NodeReader Node, int InputSize, int[] Columns) : LayerPart(Node, InputSize)
{
    internal override int OutputSize => Columns.Length;

    internal override LayerSpec ToSpec() => Layer.Dense(Columns.Length);

    internal override void Fill(Span<float> parameters)
    {
        parameters.Clear();
        for (int i = 0; i < Columns.Length; i++)
        {
            parameters[i * InputSize + Columns[i]] = 1;
        }
    }
}

/// <summary>A normalization over the features with what scales and shifts it.</summary>
internal sealed record NormalizationPart(NodeReader Node, int InputSize, NormalizationOperation Operation, float[] Gain, float[] Bias)
    : LayerPart(Node, InputSize)
{
    internal override int OutputSize => InputSize;

    internal override LayerSpec ToSpec()
        => Operation.IsCentered ? Layer.LayerNormalization(Operation.Epsilon) : Layer.RmsNormalization(Operation.Epsilon);

    internal override void Fill(Span<float> parameters)
    {
        Gain.CopyTo(parameters);
        if (Operation.IsCentered)
        {
            Bias.CopyTo(parameters[Gain.Length..]);
        }
    }
}

/// <summary>A layer whose weights stand as they are, if it has any: recurrent layers, embeddings, poolings.</summary>
/// <param name="Spec">what it is</param>
/// <param name="Weights">writes its parameters</param>
/// <param name="Operation">what it comes from</param>
internal sealed record WholePart(NodeReader Node, int InputSize, LayerSpec Spec, Action<Span<float>> Weights, FlowOperation Operation)
    : LayerPart(Node, InputSize)
{
    internal override int OutputSize => Spec.GetOutputSize(InputSize);

    internal override LayerSpec ToSpec() => Spec;

    internal override void Fill(Span<float> parameters) => Weights(parameters);
}

/// <summary>Branches that meet.</summary>
internal sealed record ParallelPart(NodeReader Node, int InputSize, int Outputs, Merge Merge, IReadOnlyList<LayerPart>[] Branches)
    : LayerPart(Node, InputSize)
{
    internal override int OutputSize => Outputs;

    internal override LayerSpec ToSpec()
        => Layer.Parallel(Merge, [.. Branches.Select(branch => branch.Select(part => part.ToSpec()).ToArray())]);

    internal override void Fill(Span<float> parameters)
    {
        foreach (LayerPart part in Branches.SelectMany(branch => branch))
        {
            int count = (int)part.ParameterCount();
            part.Fill(parameters[..count]);
            parameters = parameters[count..];
        }
    }
}

/// <summary>Writes the parameters of layers.</summary>
internal static class PartWriter
{
    /// <summary>Weights, bias and the slopes of an activation.</summary>
    internal static void Fill(Span<float> parameters, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ActivationOperation? behind)
    {
        weights.CopyTo(parameters);
        bias.CopyTo(parameters[weights.Length..]);
        (behind?.Slopes ?? []).CopyTo(parameters[(weights.Length + bias.Length)..]);
    }
}
