using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Training;

/// <summary>Gradients of every cell and layer in every situation, against differences of the reference.</summary>
public sealed class StackGradientTests
{
    private const int Stacks = 100;

    private const int Hidden = 4;
    private const int Inputs = 3;
    private const int Steps = 5;
    private const int Batch = 3;

    /// <summary>Some values are within it, and some are not.</summary>
    private const float Bound = 0.5f;

    /// <summary>Small, as every parameter takes two runs of the reference.</summary>
    private static readonly StackLimits Small
        = new() { Layers = 3, Size = 5, Steps = 5, Batch = 3, Dropout = false, IndicesFedBack = false };

    private static readonly DenseCase Head = new(2, Activation.Identity);

    private static readonly Dictionary<string, CellCase> CellCases = new()
    {
        ["Elman, tanh"] = new ElmanCase(Hidden, Activation.Tanh),
        ["Elman, ReLU"] = new ElmanCase(Hidden, Activation.Relu),
        ["LSTM"] = new LstmCase(Hidden, Peepholes: false),
        ["LSTM with peepholes"] = new LstmCase(Hidden, Peepholes: true),
        ["GRU, reset after"] = new GruCase(Hidden, ResetAfter: true),
        ["GRU, reset before"] = new GruCase(Hidden, ResetAfter: false),
        ["Jordan, identity"] = new JordanCase(Hidden, 3, Activation.Tanh, Activation.Identity),
        ["Jordan, tanh"] = new JordanCase(Hidden, 3, Activation.Tanh, Activation.Tanh),
        ["Jordan, ReLU"] = new JordanCase(Hidden, 3, Activation.Tanh, Activation.Relu),
        ["Jordan, sigmoid"] = new JordanCase(Hidden, 3, Activation.Relu, Activation.Sigmoid),
        ["Jordan, softmax"] = new JordanCase(Hidden, 3, Activation.Tanh, Activation.Softmax),
    };

    private static readonly Dictionary<string, CellCase> OptionCases = new()
    {
        ["Elman, identity"] = new ElmanCase(Hidden, Activation.Identity),
        ["Elman, sigmoid, clipped"] = new ElmanCase(Hidden, Activation.Sigmoid) { Clip = Bound },
        ["Elman, ReLU, clipped"] = new ElmanCase(Hidden, Activation.Relu) { Clip = Bound },
        ["LSTM, tanh, sigmoid, identity"] = Lstm(Activation.Tanh, Activation.Sigmoid, Activation.Identity),
        ["LSTM, ReLU, identity, ReLU, with peepholes, clipped"]
            = Lstm(Activation.Relu, Activation.Identity, Activation.Relu) with { Peepholes = true, Clip = Bound },
        ["LSTM, coupled, with peepholes, clipped"] = new LstmCase(Hidden, Peepholes: true) { CoupledGates = true, Clip = Bound },
        ["LSTM, coupled, identity, tanh, sigmoid, clipped"]
            = Lstm(Activation.Identity, Activation.Tanh, Activation.Sigmoid) with { CoupledGates = true, Clip = Bound },
        ["GRU, reset after, tanh, sigmoid"] = Gru(resetAfter: true, Activation.Tanh, Activation.Sigmoid),
        ["GRU, reset after, identity, ReLU, clipped"] = Gru(resetAfter: true, Activation.Identity, Activation.Relu) with { Clip = Bound },
        ["GRU, reset before, ReLU, identity, clipped"] = Gru(resetAfter: false, Activation.Relu, Activation.Identity) with { Clip = Bound },
        ["GRU, reset before, clipped"] = new GruCase(Hidden, ResetAfter: false) { Clip = Bound },
    };

    private static readonly Dictionary<string, Func<CellCase, StackCase>> CellSituations = new()
    {
        ["alone"] = cell => Many(cell),
        ["one step"] = cell => Many(cell, Head) with { Steps = 1 },
        ["dense behind"] = cell => Many(cell, Head),
        ["lengths"] = cell => Lengths(Many(cell, Head)),
        ["lengths alone"] = cell => Lengths(Many(cell)),
        ["dense before"] = cell => Lengths(Many(new DenseCase(4, Activation.Tanh), cell)),
        ["two layers"] = cell => Lengths(Many(cell, cell, Head)),
        ["both directions"] = cell => Many(Both(cell), Head),
        ["both directions of lengths"] = cell => Lengths(Many(Both(cell))),
        ["many to one"] = cell => ToOne(Many(cell, Head)),
        ["many to one of lengths"] = cell => ToOne(Lengths(Many(cell, cell))),
        ["many to one of both directions"] = cell => ToOne(Lengths(Many(Both(cell), Head))),
        ["many to one of time delays"] = cell => ToOne(Lengths(Many(Both(cell), new TimeDelayCase(3, 2, 1, Activation.Tanh), Head))),
        ["one to many"] = cell => ToMany(Many(cell, Head)),
        ["one to many of lengths"] = cell => ToMany(Lengths(Many(cell))),
        ["indices"] = cell => Lengths(Many(cell, Head)) with { TakesIndices = true },
        ["indices in both directions"] = cell => Lengths(Many(Both(cell))) with { TakesIndices = true },
        ["embedding"] = cell => Lengths(Many(new EmbeddingCase(3), cell, Head)) with { Inputs = 5, TakesIndices = true },
    };

    /// <summary>One for each way in which a layer calls its cell: the other situations are the same for a cell's options.</summary>
    private static readonly string[] OptionSituations
        = ["lengths", "both directions of lengths", "many to one of lengths", "one to many", "indices"];

    private static readonly Dictionary<string, LayerCase> LayerCases = new()
    {
        ["dense, identity"] = new DenseCase(3, Activation.Identity),
        ["dense, tanh"] = new DenseCase(3, Activation.Tanh),
        ["dense, ReLU"] = new DenseCase(3, Activation.Relu),
        ["dense, sigmoid"] = new DenseCase(3, Activation.Sigmoid),
        ["dense, softmax"] = new DenseCase(3, Activation.Softmax),
        ["time delay, width 1"] = new TimeDelayCase(3, 1, 1, Activation.Tanh),
        ["time delay, identity"] = new TimeDelayCase(3, 2, 1, Activation.Identity),
        ["time delay, dilated"] = new TimeDelayCase(3, 3, 2, Activation.Tanh),
        ["time delay, wider than the sequence"] = new TimeDelayCase(2, 4, 3, Activation.Tanh),
        ["time delay, ReLU"] = new TimeDelayCase(3, 2, 2, Activation.Relu),
        ["time delay, sigmoid"] = new TimeDelayCase(3, 3, 1, Activation.Sigmoid),
        ["time delay, softmax"] = new TimeDelayCase(3, 2, 1, Activation.Softmax),
        ["time delay, centered"] = new TimeDelayCase(3, 3, 2, Activation.Tanh) { Ahead = 0.5f },
        ["time delay, ahead"] = new TimeDelayCase(3, 2, 1, Activation.Tanh) { Ahead = 1, HasBias = false },
        ["time delay, depthwise"] = new TimeDelayCase(6, 2, 1, Activation.Tanh) { Grouping = Grouping.Depthwise },
        ["activation"] = new ActivationCase(Activation.Sigmoid),
        ["affine"] = new AffineCase(),
        ["layer normalization"] = new NormalizationCase(Centers: true, 0.1f),
        ["root mean squares"] = new NormalizationCase(Centers: false, 0.1f),
        ["residual"] = new ParallelCase(Merge.Sum, [[], [new ElmanCase(3, Activation.Tanh)]]),
        ["average"] = new ParallelCase(Merge.Average, [[new DenseCase(3, Activation.Tanh)], [], [new GruCase(2, ResetAfter: true)]]),
        ["gate"] = new ParallelCase(
            Merge.Multiply, [[new DenseCase(3, Activation.Sigmoid)], [new LstmCase(3, Peepholes: false)], [new AffineCase()]]),
        ["gate of trained slopes"] = new ParallelCase(
            Merge.Multiply, [[new ActivationCase(Activation.PRelu(perFeature: true))], [new NormalizationCase(Centers: true, 0.1f)]]),
        ["side by side"] = new ParallelCase(
            Merge.Concatenate, [[], [new ParallelCase(Merge.Sum, [[], [new TimeDelayCase(3, 2, 1, Activation.Tanh)]])]]),
    };

    private static readonly Dictionary<string, Func<LayerCase, StackCase>> LayerSituations = new()
    {
        ["last"] = layer => Many(new GruCase(3, ResetAfter: true), layer),
        ["last of lengths"] = layer => Lengths(Many(new ElmanCase(3, Activation.Tanh), layer)),
        ["first"] = layer => Lengths(Many(layer, new LstmCase(3, Peepholes: false))),
        ["between"] = layer => Lengths(Many(new ElmanCase(3, Activation.Tanh), layer, new GruCase(2, ResetAfter: false))),
        ["twice"] = layer => Lengths(Many(new ElmanCase(3, Activation.Tanh), layer, layer)),
        ["many to one"] = layer => ToOne(Lengths(Many(new ElmanCase(3, Activation.Tanh), layer))),
        ["many to one, dense behind"] = layer => ToOne(Lengths(Many(Both(new ElmanCase(3, Activation.Tanh)), layer, Head))),
        ["one to many"] = layer => layer.IsCausal
            ? ToMany(Many(new ElmanCase(3, Activation.Tanh), layer))
            : Lengths(Many(layer, layer)),
        ["indices"] = layer => Lengths(Many(layer is DenseCase ? layer : new EmbeddingCase(2), layer)) with { TakesIndices = true },
    };

    private static readonly Dictionary<string, LayerCase> ReducingCases = new()
    {
        ["last step"] = new LastStepCase(EachDirection: true),
        ["last row"] = new LastStepCase(EachDirection: false),
        ["mean"] = new PoolingCase(Pooling.Mean),
        ["maximum"] = new PoolingCase(Pooling.Max),
        ["sum"] = new PoolingCase(Pooling.Sum),
        ["attention"] = new AttentionPoolingCase(),
        ["mean and maximum"] = new ParallelCase(
            Merge.Concatenate, [[new PoolingCase(Pooling.Mean)], [new DenseCase(2, Activation.Tanh), new PoolingCase(Pooling.Max)]]),
    };

    private static readonly Dictionary<string, Func<LayerCase, StackCase>> ReducingSituations = new()
    {
        ["first"] = layer => ToOne(Lengths(Many(layer, Head))),
        ["last"] = layer => ToOne(Lengths(Many(new LstmCase(3, Peepholes: false), layer))),
        ["behind directions"] = layer => ToOne(Lengths(Many(Both(new GruCase(2, ResetAfter: true)), new AffineCase(), layer, Head))),
        ["one sequence"] = layer => ToOne(Many(new ElmanCase(3, Activation.Tanh), layer, Head)) with { Batch = 1 },
        ["one step"] = layer => ToOne(Many(new ElmanCase(3, Activation.Tanh), layer)) with { Steps = 1 },
        ["embedding"] = layer => ToOne(Lengths(Many(new EmbeddingCase(3), layer, Head))) with { TakesIndices = true },
    };

    public static TheoryData<string, string> Reducing => Pairs(ReducingCases.Keys, ReducingSituations.Keys);

    /// <summary>Every place of an activation in a cell; the others are as usual.</summary>
    private static readonly Func<Activation, CellCase>[] Places =
    [
        activation => new ElmanCase(Hidden, activation),
        activation => new ElmanCase(Hidden, activation) { Clip = Bound },
        activation => new JordanCase(Hidden, 3, activation, Activation.Tanh),
        activation => new JordanCase(Hidden, 3, Activation.Tanh, activation),
        activation => Lstm(activation, Activation.Tanh, Activation.Tanh) with { Clip = 2 },
        activation => Lstm(activation, Activation.Tanh, Activation.Tanh) with { Clip = Bound, Peepholes = true },
        activation => Lstm(Activation.Sigmoid, activation, Activation.Tanh),
        activation => Lstm(Activation.Sigmoid, Activation.Tanh, activation) with { CoupledGates = true },
        activation => Gru(resetAfter: true, activation, Activation.Tanh) with { Clip = 2 },
        activation => Gru(resetAfter: true, Activation.Sigmoid, activation),
        activation => Gru(resetAfter: false, activation, Activation.Tanh) with { Clip = Bound },
        activation => Gru(resetAfter: false, activation, activation) with { Clip = 2 },
        activation => Gru(resetAfter: false, activation, Activation.Tanh),
        activation => Gru(resetAfter: false, Activation.Sigmoid, activation),
    ];

    public static TheoryData<string> CellActivations => [.. Activations.OfCells.Select(activation => activation.ToString())];

    public static TheoryData<string> LayerActivations => [.. Activations.OfLayers.Select(activation => activation.ToString())];

    public static TheoryData<string, string> Cells => Pairs(CellCases.Keys, CellSituations.Keys);

    public static TheoryData<string, string> Options => Pairs(OptionCases.Keys, OptionSituations);

    public static TheoryData<string, string> Layers => Pairs(LayerCases.Keys, LayerSituations.Keys);

    [Theory]
    [MemberData(nameof(Cells))]
    public void Backpropagation_everyCell_isTheDifference(string cell, string situation)
        => StackGradients.Check(CellSituations[situation](CellCases[cell]));

    [Theory]
    [MemberData(nameof(Options))]
    public void Backpropagation_everyCellOption_isTheDifference(string cell, string situation)
        => StackGradients.Check(CellSituations[situation](OptionCases[cell]));

    [Theory]
    [MemberData(nameof(Layers))]
    public void Backpropagation_everyLayer_isTheDifference(string layer, string situation)
        => StackGradients.Check(LayerSituations[situation](LayerCases[layer]));

    [Theory]
    [MemberData(nameof(Reducing))]
    public void Backpropagation_everyReducingLayer_isTheDifference(string layer, string situation)
        => StackGradients.Check(ReducingSituations[situation](ReducingCases[layer]));

    [Theory]
    [MemberData(nameof(CellActivations))]
    public void Backpropagation_activationAtEveryPlaceOfCells_isTheDifference(string name)
    {
        Activation activation = Activations.OfCells.First(known => known.ToString() == name);
        foreach (Func<Activation, CellCase> place in Places)
        {
            StackGradients.Check(Lengths(Many(place(activation), Head)));
        }
    }

    [Theory]
    [MemberData(nameof(LayerActivations))]
    public void Backpropagation_activationOfLayers_isTheDifference(string name)
    {
        Activation activation = Activations.OfLayers.First(known => known.ToString() == name);
        LayerCase[] layers = [new DenseCase(3, activation), new TimeDelayCase(3, 2, 1, activation)];
        foreach (LayerCase layer in layers)
        {
            StackGradients.Check(LayerSituations["last of lengths"](layer));
            StackGradients.Check(LayerSituations["first"](layer));
            StackGradients.Check(LayerSituations["many to one"](layer));
            StackGradients.Check(LayerSituations["one to many"](layer));
        }
    }

    [Fact]
    public void Backpropagation_randomStacks_isTheDifference() => Properties.ForAllStacks(Stacks, Small, StackGradients.Check);

    private static LstmCase Lstm(Activation gate, Activation candidate, Activation output)
        => new(Hidden, Peepholes: false) { GateActivation = gate, CandidateActivation = candidate, OutputActivation = output };

    private static GruCase Gru(bool resetAfter, Activation gate, Activation candidate)
        => new(Hidden, resetAfter) { GateActivation = gate, CandidateActivation = candidate };

    private static StackCase Many(params LayerCase[] layers)
        => new(Inputs, layers, Steps, Batch, SequenceShape.ManyToMany, TakesIndices: false, HasLengths: false, Seed: 1);

    private static StackCase Lengths(StackCase stack) => stack with { HasLengths = true };

    private static StackCase ToOne(StackCase stack) => stack with { Shape = SequenceShape.ManyToOne };

    private static StackCase ToMany(StackCase stack) => stack with { Shape = SequenceShape.OneToMany, Inputs = stack.Outputs };

    private static BidirectionalCase Both(CellCase cell) => new(cell);

    private static TheoryData<string, string> Pairs(IEnumerable<string> cases, IEnumerable<string> situations)
    {
        var pairs = new TheoryData<string, string>();
        foreach (string one in cases)
        {
            foreach (string situation in situations)
            {
                pairs.Add(one, situation);
            }
        }

        return pairs;
    }
}
