using FastRnn.Onnx.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Onnx;

/// <summary>The cells with ONNX's clip and activations: their gradients against slopes of the loss, in directions that leave the bound
/// alone.</summary>
public sealed class OnnxCellTests
{
    private const int Inputs = 3, Hidden = 9, Steps = 5, Batch = 4, Seed = 41;
    private const float Bound = 0.4f;

    /// <summary>Slopes between two losses in float, of which some cross a bound.</summary>
    private const double Relative = 0.02;

    private static readonly Dictionary<string, OnnxCell> Cells = new()
    {
        ["RNN tanh"] = new("RNN", [Activation.Tanh]),
        ["RNN relu"] = new("RNN", [Activation.Relu]),
        ["RNN sigmoid"] = new("RNN", [Activation.Sigmoid]),
        ["RNN affine"] = new("RNN", [Activation.Identity]),
        ["GRU"] = new("GRU", OnnxCell.Defaults("GRU")) { ResetsAfter = true },
        ["GRU tanh, sigmoid"] = new("GRU", [Activation.Tanh, Activation.Sigmoid]) { ResetsAfter = true },
        ["GRU sigmoid, affine"] = new("GRU", [Activation.Sigmoid, Activation.Identity]) { ResetsAfter = true },
        ["GRU before"] = new("GRU", OnnxCell.Defaults("GRU")),
        ["GRU before tanh, sigmoid"] = new("GRU", [Activation.Tanh, Activation.Sigmoid]),
        ["GRU before sigmoid, relu"] = new("GRU", [Activation.Sigmoid, Activation.Relu]),
        ["LSTM"] = new("LSTM", OnnxCell.Defaults("LSTM")),
        ["LSTM coupled"] = new("LSTM", OnnxCell.Defaults("LSTM")) { IsCoupled = true },
        ["LSTM tanh, sigmoid, affine"] = new("LSTM", [Activation.Tanh, Activation.Sigmoid, Activation.Identity]),
        ["LSTM sigmoid, relu, tanh"] = new("LSTM", [Activation.Sigmoid, Activation.Relu, Activation.Tanh]),
        ["LSTM coupled sigmoid, affine, sigmoid"]
            = new("LSTM", [Activation.Sigmoid, Activation.Identity, Activation.Sigmoid]) { IsCoupled = true },
    };

    public static TheoryData<string> All => [.. Cells.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_nothingClipped_isTheSlope(string name)
    {
        const float Distance = 5e-3f;
        Slope(name, OnnxCell.Unbound, Distance, gradient => RandomData.Uniform(Seed, gradient.Length));
    }

    /// <summary>Along the gradient, where a short way is steep: few values come to their bound on it.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_muchClipped_isTheSlopeAlongItself(string name)
    {
        const float Distance = 1e-3f;
        Slope(name, Bound, Distance, gradient => Array.ConvertAll(gradient, value => (float)(value / Norm(gradient))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_Run_muchClipped_differsFromNothingClipped(string name)
    {
        const float Noticed = 0.01f;
        float[] clipped = Outputs(Bound), free = Outputs(OnnxCell.Unbound);
        Assert.True(clipped.Zip(free, (x, y) => Math.Abs(x - y)).Max() > Noticed);

        float[] Outputs(float bound)
        {
            (RnnSpec spec, float[] parameters, _) = Network(name, bound);
            var outputs = new float[Steps * Batch * Hidden];
            RnnModel.FromParameters(spec, parameters).Run(
                RandomData.Uniform(Seed, Steps * Batch * Inputs), outputs, new() { Steps = Steps, Sequences = Batch });
            return outputs;
        }
    }

    /// <summary>A network of one cell, and which of its parameters are the bound's.</summary>
    private static (RnnSpec Spec, float[] Parameters, Range Bounds) Network(string name, float bound)
    {
        OnnxCell described = Cells[name] with { Clip = bound };
        var spec = new RnnSpec(Inputs, described.ToCell(Hidden));
        float[] parameters = RandomData.Uniform(Seed, RnnModel.Create(spec, Seed).ParameterCount, 0.5f);
        int start = parameters.Length - (described.HasMemory ? 4 : 1) * Hidden;
        Range bounds = described.HasBound ? start..(start + Hidden) : ..0;
        parameters.AsSpan(bounds).Fill(bound);
        return (spec, parameters, bounds);
    }

    private static void Slope(string name, float bound, float distance, Func<float[], float[]> directionOf)
    {
        (RnnSpec spec, float[] parameters, Range bounds) = Network(name, bound);
        float[] inputs = RandomData.Uniform(Seed, Steps * Batch * Inputs), targets = RandomData.Uniform(Seed + 1, Steps * Batch * Hidden);
        using var backpropagation = new Backpropagation(spec, parameters);
        backpropagation.Forward(Loss.HalfSquaredError, inputs, targets, new() { Steps = Steps, Sequences = Batch });
        backpropagation.Backward(inputs);
        float[] gradient = backpropagation.Gradients.All.ToArray();
        Assert.All(gradient[bounds], value => Assert.Equal(0, value));
        float[] direction = directionOf(gradient);
        direction.AsSpan(bounds).Clear();
        double expected = (LossAt(distance) - LossAt(-distance)) / (2 * distance);
        double actual = gradient.Select((value, i) => (double)value * direction[i]).Sum();
        Compare.Within(expected, actual, Relative * Math.Abs(expected), name);

        double LossAt(float way)
        {
            float[] moved = [.. parameters.Select((value, i) => value + way * direction[i])];
            using var other = new Backpropagation(spec, moved);
            return other.Forward(Loss.HalfSquaredError, inputs, targets, new() { Steps = Steps, Sequences = Batch });
        }
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
