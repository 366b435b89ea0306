using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// Losses of the reference and their gradients by central differences: what a small change of a value does to them. Behind the losses
/// stands the sum of the final states weighted by the final gradient, whose gradients a final gradient must add.
/// </summary>
internal sealed class StackDifferences
{
    /// <summary>A central difference in double errs by Step² times a third derivative and by rounding / Step, both about 1e-10.</summary>
    private const double Step = 1e-5;

    private readonly StackData _data;
    private readonly ReferenceLoss[] _losses;
    private readonly double[] _parameters;
    private readonly double[] _inputs;
    private readonly double[] _initial;

    internal StackDifferences(StackData data, ReferenceLoss[] losses)
    {
        _data = data;
        _losses = losses;
        _parameters = RandomData.ToDouble(data.Parameters);
        _inputs = data.WideInputs();
        _initial = RandomData.ToDouble(data.InitialState);
        Losses = Values()[..^1];
        Parameters = By(_parameters);
        Inputs = data.Case.TakesIndices ? [] : By(_inputs);
        InitialState = By(_initial);
    }

    internal double[] Losses { get; }

    /// <summary>[loss][P]; the one behind the losses is the final gradient's.</summary>
    internal double[][] Parameters { get; }

    /// <summary>As <see cref="Parameters"/>, [loss][T, N, I]; empty for indices.</summary>
    internal double[][] Inputs { get; }

    /// <summary>As <see cref="Parameters"/>, [loss][N, S]</summary>
    internal double[][] InitialState { get; }

    /// <summary>The gradients of a loss and of the final states together.</summary>
    internal static double[] WithFinal(double[][] gradients, int loss) => gradients[loss].Zip(gradients[^1], (a, b) => a + b).ToArray();

    /// <summary>The loss of a forward pass over the data.</summary>
    internal static double Loss(StackData data, ReferenceLoss loss, StackResult result)
    {
        double[] targets = loss == ReferenceLoss.CrossEntropy ? RandomData.ToDouble(data.Classes) : RandomData.ToDouble(data.Probabilities);
        // The squared error looks at outputs behind any activation, so none is left to apply to them.
        double[] outputs = loss == ReferenceLoss.HalfSquaredError ? result.Outputs : result.Logits;
        return loss.Value(result.WithinSequences(outputs), result.WithinSequences(targets), result.Rows, sigmoid: false);
    }

    private double[] Values()
    {
        StackResult result = new ReferenceStack(_data.Case, _parameters).Forward(_inputs, _initial, _data.Lengths);
        double final = 0;
        for (int i = 0; i < result.FinalState.Length; i++)
        {
            final += _data.FinalGradient[i] * result.FinalState[i];
        }

        return [.. _losses.Select(loss => Loss(_data, loss, result)), final];
    }

    private double[][] By(double[] values)
    {
        double[][] gradients = Array.ConvertAll(new double[_losses.Length + 1][], _ => new double[values.Length]);
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Step;
            double[] above = Values();
            values[i] = value - Step;
            double[] below = Values();
            values[i] = value;
            for (int loss = 0; loss < gradients.Length; loss++)
            {
                gradients[loss][i] = (above[loss] - below[loss]) / (2 * Step);
            }
        }

        return gradients;
    }
}
