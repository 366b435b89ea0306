using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// Random weights for a stack, and a batch of inputs, states, lengths and targets; what stands behind a sequence's end is random too.
/// </summary>
internal sealed class StackData
{
    /// <summary>Weights of a layer are at most this over the root of its longest sum: large enough to bend every activation.</summary>
    private const float WeightScale = 1.5f;

    private const float InputBound = 1.5f;

    internal StackData(StackCase stack)
    {
        Case = stack;
        var random = new Random(stack.Seed);
        Parameters = stack.Sized.SelectMany(sized => Weights(random, sized.Layer, sized.Inputs)).ToArray();
        Inputs = stack.TakesIndices
            ? new StackRows(RandomData.Indices(random, stack.InputRows, stack.Inputs), stack.InputRows)
            : new StackRows(RandomData.Uniform(random, stack.InputRows * stack.Inputs, InputBound), stack.InputRows);
        InitialState = RandomData.Uniform(random, stack.Batch * stack.StateSize);
        MakeStates();
        int[] lengths = RandomData.Indices(random, stack.Batch, stack.Steps);
        Lengths = stack.HasLengths ? Array.ConvertAll(lengths, length => length + 1) : null;
        Probabilities = RandomData.Uniform(random, stack.OutputRows * stack.Outputs).Select(value => (value + 1) / 2).ToArray();
        Classes = RandomData.Indices(random, stack.OutputRows, stack.Outputs);
        FinalGradient = RandomData.Uniform(random, stack.Batch * stack.StateSize);
    }

    internal StackCase Case { get; }

    internal float[] Parameters { get; }

    /// <summary>[T, N, I], [T, N] of indices; of the first step alone when outputs are fed back</summary>
    internal StackRows Inputs { get; }

    /// <summary>[N, S]</summary>
    internal float[] InitialState { get; }

    /// <summary>[N], or null when all sequences take all steps</summary>
    internal int[]? Lengths { get; }

    /// <summary>[T, N, O], or [N, O]: targets between 0 and 1</summary>
    internal float[] Probabilities { get; }

    /// <summary>[T, N], or [N]: targets that are indices</summary>
    internal int[] Classes { get; }

    /// <summary>∂L/∂(final state) [N, S] that comes from elsewhere</summary>
    internal float[] FinalGradient { get; }

    internal int LengthOf(int sequence) => Lengths?[sequence] ?? Case.Steps;

    /// <summary>The inputs in double, indices as one-hot vectors.</summary>
    internal double[] WideInputs()
    {
        if (Inputs.Indices is null)
        {
            return RandomData.ToDouble(Inputs.Values);
        }

        var oneHot = new double[Case.InputRows * Case.Inputs];
        for (int row = 0; row < Case.InputRows; row++)
        {
            oneHot[row * Case.Inputs + Inputs.Indices[row]] = 1;
        }

        return oneHot;
    }

    internal StackResult Reference()
        => new ReferenceStack(Case, RandomData.ToDouble(Parameters)).Forward(WideInputs(), RandomData.ToDouble(InitialState), Lengths);

    private void MakeStates()
    {
        Span<float> rest = InitialState;
        for (int sequence = 0; sequence < Case.Batch; sequence++)
        {
            foreach ((LayerCase layer, int inputs) in Case.Sized)
            {
                layer.MakeState(rest[..layer.StateSize(inputs)], inputs);
                rest = rest[layer.StateSize(inputs)..];
            }
        }
    }

    private static float[] Weights(Random random, LayerCase layer, int inputs)
        => RandomData.Uniform(random, layer.ParameterCount(inputs), WeightScale / MathF.Sqrt(layer.Widest(inputs)));
}
