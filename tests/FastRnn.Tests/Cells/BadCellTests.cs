using System.Numerics;
using FastRnn.Cells;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Cells;

/// <summary>Cells that can't be are refused when the layer is described; what a cell has not got, when the cell asks for it.</summary>
public sealed class BadCellTests
{
    [Fact]
    public void Cell_Custom_countsThatCanNotBe_areRefused()
    {
        Refused<NoGate>("0 gates, 1 states and 0 unit weights");
        Refused<NoState>("1 gates, 0 states and 0 unit weights");
        Refused<NegativeUnitWeights>("1 gates, 1 states and -1 unit weights");
        Refused<TooMany>("7 gates, 4 states and 3 unit weights");
        Refused<Wrapping>($"{int.MaxValue} gates, 1 states and 0 unit weights");
    }

    /// <summary>2·7 + 3·5 + 2·1 + 1 is all the vectors that there are: the last of a row, too, are brought into them.</summary>
    [Fact]
    public void Cell_Custom_asManyVectorsAsThereAre_runsAndTrains()
    {
        var spec = new RnnSpec(2, Cell.Custom<BadCell<Most>>(Vector<float>.Count + 1));
        using var trainer = new RnnTrainer(spec, new Sgd(0.1f), Loss.HalfSquaredError, 1);
        Assert.True(trainer.Step(new float[2 * 3], new float[3 * spec.OutputSize], new() { Steps = 3, Sequences = 1 }).Applied);
    }

    [Fact]
    public void Cell_Custom_sizeBelowOne_isRefused() => BadInput.SizeRefused("hiddenSize", size => Cell.Custom<DecayingMemoryCell>(size));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public void CellStep_indexThatTheCellHasNot_isRefused(int index)
    {
        Forward("gate", index, units => units.Gate(index));
        Forward("gate", index, units => units.Keep(index, default));
        Forward("state", index, units => units.Previous(index));
        Forward("state", index, units => units.SetState(index, default));
        Forward("index", index, units => units.UnitWeight(index));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(int.MinValue)]
    public void CellGradient_indexThatTheCellHasNot_isRefused(int index)
    {
        Backward("gate", index, units => units.Kept(index));
        Backward("gate", index, units => units.SetDelta(index, default));
        Backward("state", index, units => units.Previous(index));
        Backward("state", index, units => units.State(index));
        Backward("state", index, units => units.Gradient(index));
        Backward("state", index, units => units.SetPreviousGradient(index, default));
        Backward("index", index, units => units.UnitWeight(index));
        Backward("index", index, units => units.AddUnitWeightGradient(index, default));
    }

    /// <summary>Without <see cref="ICell{TSelf}.SplitsGates"/> there is neither p nor q, only their sum.</summary>
    [Fact]
    public void CellStep_partsOfGatesThatAreNotSplit_areRefused()
    {
        const string Expected = "has none";
        RunForward("gate", Expected, "0", units => units.Input(0));
        RunForward("gate", Expected, "0", units => units.Recurrent(0));
        RunForward("gate", Expected, "0", units => units.KeepRecurrent(0, default));
        RunBackward("gate", Expected, "0", units => units.KeptRecurrent(0));
        RunBackward("gate", Expected, "0", units => units.SetRecurrentDelta(0, default));
    }

    private static void Refused<TSizes>(string actual)
        where TSizes : struct, ICellSizes
        => BadInput.Refused<ArgumentException>("TCell", $"≤ {UnitVectors.Capacity}", actual, () => Cell.Custom<BadCell<TSizes>>(1));

    private static void Forward(string parameter, int index, BadCell<Two>.ForwardStep use)
        => RunForward(parameter, "from 0 to 1 of the 2", $"{index}", use);

    private static void Backward(string parameter, int index, BadCell<Two>.BackwardStep use)
        => RunBackward(parameter, "from 0 to 1 of the 2", $"{index}", use);

    private static void RunForward(string parameter, string expected, string actual, BadCell<Two>.ForwardStep use)
    {
        BadCell<Two>.OnForward = use;
        try
        {
            BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, actual, () => Train(1));
            BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, actual, () => Train(Vector<float>.Count));
        }
        finally
        {
            BadCell<Two>.OnForward = null;
        }
    }

    private static void RunBackward(string parameter, string expected, string actual, BadCell<Two>.BackwardStep use)
    {
        BadCell<Two>.OnBackward = use;
        try
        {
            BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, actual, () => Train(1));
            BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, actual, () => Train(Vector<float>.Count));
        }
        finally
        {
            BadCell<Two>.OnBackward = null;
        }
    }

    private static void Train(int hidden)
    {
        var spec = new RnnSpec(1, Cell.Custom<BadCell<Two>>(hidden));
        using var trainer = new RnnTrainer(spec, new Sgd(1), Loss.HalfSquaredError, 1);
        trainer.Step(new float[1], new float[hidden], new() { Steps = 1, Sequences = 1 });
    }

    private readonly struct NoGate : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (0, 1, 0);
    }

    private readonly struct NoState : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (1, 0, 0);
    }

    private readonly struct NegativeUnitWeights : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (1, 1, -1);
    }

    /// <summary>One vector too many.</summary>
    private readonly struct TooMany : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (7, 4, 3);
    }

    /// <summary>Twice this is −2 in 32 bits.</summary>
    private readonly struct Wrapping : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (int.MaxValue, 1, 0);
    }

    private readonly struct Most : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (7, 5, 1);
    }

    private readonly struct Two : ICellSizes
    {
        public static (int Gates, int States, int UnitWeights) Sizes => (2, 2, 2);
    }
}
