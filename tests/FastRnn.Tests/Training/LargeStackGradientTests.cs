using FastRnn.Layers;
using FastRnn.Tests.Reference;
using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Gradients of stacks of several panels of units, against the slopes of the reference along random directions.</summary>
public sealed class LargeStackGradientTests
{
    private const int Directions = 4;

    /// <summary>Of the gradients' length: what a random direction meets of errors that are a small share of the largest gradient.</summary>
    private const double Tolerance = 1e-4;

    private static readonly Dictionary<string, CellCase> CellCases = new()
    {
        ["Elman"] = new ElmanCase(37, Activation.Tanh),
        ["Jordan"] = new JordanCase(41, 37, Activation.Tanh, Activation.Sigmoid),
        ["LSTM"] = new LstmCase(37, Peepholes: false),
        ["LSTM with peepholes"] = new LstmCase(37, Peepholes: true),
        ["GRU, reset after"] = new GruCase(37, ResetAfter: true),
        ["GRU, reset before"] = new GruCase(37, ResetAfter: false),
        ["LSTM with options"] = new LstmCase(37, Peepholes: true)
        {
            GateActivation = Activation.Tanh,
            CandidateActivation = Activation.Sigmoid,
            OutputActivation = Activation.Identity,
            CoupledGates = true,
        },
        ["GRU with options, reset before"] = new GruCase(37, ResetAfter: false)
        {
            // A candidate without bounds grows with gates below 0, and its rounding errors with it.
            GateActivation = Activation.Tanh,
            CandidateActivation = Activation.Sigmoid,
        },
    };

    public static TheoryData<string> Cells => new(CellCases.Keys);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Backpropagation_largeStack_isTheSlope(string cell)
        => Check(new StackCase(
            19, [CellCases[cell], new TimeDelayCase(23, 3, 1, Activation.Tanh), new DenseCase(9, Activation.Softmax)], 15, 7,
            SequenceShape.ManyToMany, TakesIndices: false, HasLengths: true, Seed: 2));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Backpropagation_largeStackOfBothDirections_isTheSlope(string cell)
        => Check(new StackCase(
            40, [new EmbeddingCase(18), new BidirectionalCase(CellCases[cell]), new DenseCase(9, Activation.Softmax)], 15, 7,
            SequenceShape.ManyToOne, TakesIndices: true, HasLengths: true, Seed: 2));

    private static void Check(StackCase stack)
    {
        StackData data = stack.Create();
        GradientScope scope = stack.TakesIndices ? GradientScope.Parameters : GradientScope.Inputs;
        using var bptt = new Backpropagation(stack.ToSpec(), data.Parameters, scope);
        bptt.Forward(
            Loss.CrossEntropy, data.Inputs.ToData(), data.Classes,
            new() { Steps = stack.Steps, Sequences = stack.Batch, Lengths = data.Lengths }, data.InitialState);
        var inputs = new float[data.Inputs.Values.Length];
        var initial = new float[data.InitialState.Length];
        bptt.Backward(data.Inputs.ToData(), inputs, initial);
        float[] gradients = [.. bptt.Gradients.All, .. inputs, .. initial];
        double length = Math.Sqrt(gradients.Sum(gradient => (double)gradient * gradient));
        for (int seed = 0; seed < Directions; seed++)
        {
            var slope = new StackSlope(data, ReferenceLoss.CrossEntropy, seed);
            double[] direction = [.. slope.Parameters, .. slope.Inputs, .. slope.InitialState];
            double along = gradients.Zip(direction, (gradient, way) => gradient * way).Sum();
            Compare.Within(slope.Value, along, Tolerance * length, $"slope along direction {seed}");
        }
    }
}
