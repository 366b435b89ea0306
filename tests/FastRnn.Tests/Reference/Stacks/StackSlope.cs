using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// What a loss of the reference gains along a random direction of all parameters, inputs and initial states at once, by a central
/// difference: two runs hold the gradients of a large network to it, where a difference for each value would take too long.
/// </summary>
internal sealed class StackSlope
{
    /// <summary>Small beside 1 over the length of a direction of thousands of values.</summary>
    private const double Step = 1e-6;

    internal StackSlope(StackData data, ReferenceLoss loss, int seed)
    {
        var random = new Random(seed);
        double[] parameters = RandomData.ToDouble(data.Parameters);
        double[] inputs = data.WideInputs();
        double[] initial = RandomData.ToDouble(data.InitialState);
        Parameters = Direction(random, parameters.Length);
        Inputs = Direction(random, data.Case.TakesIndices ? 0 : inputs.Length);
        InitialState = Direction(random, initial.Length);
        double Loss(double step) => StackDifferences.Loss(
            data, loss,
            new ReferenceStack(data.Case, Moved(parameters, Parameters, step))
                .Forward(Moved(inputs, Inputs, step), Moved(initial, InitialState, step), data.Lengths));
        Value = (Loss(Step) - Loss(-Step)) / (2 * Step);
    }

    /// <summary>The slope.</summary>
    internal double Value { get; }

    /// <summary>The direction's share of the parameters, each ±1.</summary>
    internal double[] Parameters { get; }

    internal double[] Inputs { get; }

    internal double[] InitialState { get; }

    private static double[] Direction(Random random, int length) => Array.ConvertAll(new double[length], _ => 2.0 * random.Next(2) - 1);

    private static double[] Moved(double[] values, double[] direction, double step)
        => direction.Length == 0 ? values : values.Zip(direction, (value, way) => value + step * way).ToArray();
}
