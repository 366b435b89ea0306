using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Onnx.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Onnx;

/// <summary>The cells with ONNX's clip: their gradients against slopes of the loss, in directions that leave the bound alone.</summary>
public sealed class ClippedCellTests
{
    private const int Inputs = 3, Hidden = 9, Steps = 5, Batch = 4, Seed = 41;
    private const float Bound = 0.4f, Unbound = float.MaxValue;

    /// <summary>Slopes between two losses in float, of which some cross a bound.</summary>
    private const double Relative = 0.02;

    /// <summary>Each with its coefficients, the bound's place among them.</summary>
    private static readonly Dictionary<string, (Cell Cell, int Coefficients, int Bound)> Cells = new()
    {
        ["RNN tanh"] = (Cell.Custom<ClippedElmanCell<TanhActivation>>(Hidden), 1, 0),
        ["RNN relu"] = (Cell.Custom<ClippedElmanCell<ReluActivation>>(Hidden), 1, 0),
        ["GRU"] = (Cell.Custom<ClippedGruCell>(Hidden), 2, 1),
        ["LSTM"] = (Cell.Custom<ClippedLstmCell<No>>(Hidden), 4, 0),
        ["LSTM coupled"] = (Cell.Custom<ClippedLstmCell<Yes>>(Hidden), 4, 0),
    };

    public static TheoryData<string> All => [.. Cells.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Backpropagation_nothingClipped_isTheSlope(string name)
    {
        const float Distance = 5e-3f;
        Slope(name, Unbound, Distance, gradient => RandomData.Uniform(Seed, gradient.Length));
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
        float[] clipped = Outputs(Bound), free = Outputs(Unbound);
        Assert.True(clipped.Zip(free, (x, y) => Math.Abs(x - y)).Max() > Noticed);

        float[] Outputs(float bound)
        {
            (RnnSpec spec, float[] parameters, _) = Network(name, bound);
            var outputs = new float[Steps * Batch * Hidden];
            RnnModel.FromParameters(spec, parameters).Run(RandomData.Uniform(Seed, Steps * Batch * Inputs), outputs, Steps, Batch);
            return outputs;
        }
    }

    private static (RnnSpec Spec, float[] Parameters, int BoundStart) Network(string name, float bound)
    {
        (Cell cell, int coefficients, int place) = Cells[name];
        var spec = new RnnSpec(Inputs, cell);
        float[] parameters = RandomData.Uniform(Seed, RnnModel.Create(spec, Seed).ParameterCount, 0.5f);
        int start = parameters.Length - (coefficients - place) * Hidden;
        Array.Fill(parameters, bound, start, Hidden);
        return (spec, parameters, start);
    }

    private static void Slope(string name, float bound, float distance, Func<float[], float[]> directionOf)
    {
        (RnnSpec spec, float[] parameters, int start) = Network(name, bound);
        float[] inputs = RandomData.Uniform(Seed, Steps * Batch * Inputs), targets = RandomData.Uniform(Seed + 1, Steps * Batch * Hidden);
        using var backpropagation = new Backpropagation(spec, parameters);
        backpropagation.Forward(Loss.SquaredError, inputs, targets, Steps, Batch);
        backpropagation.Backward(inputs);
        float[] gradient = backpropagation.Gradients.All.ToArray();
        Assert.All(gradient[start..(start + Hidden)], value => Assert.Equal(0, value));
        float[] direction = directionOf(gradient);
        Array.Clear(direction, start, Hidden);
        double expected = (LossAt(distance) - LossAt(-distance)) / (2 * distance);
        double actual = gradient.Select((value, i) => (double)value * direction[i]).Sum();
        Compare.Within(expected, actual, Relative * Math.Abs(expected), name);

        double LossAt(float way)
        {
            float[] moved = [.. parameters.Select((value, i) => value + way * direction[i])];
            using var other = new Backpropagation(spec, moved);
            return other.Forward(Loss.SquaredError, inputs, targets, Steps, Batch);
        }
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
