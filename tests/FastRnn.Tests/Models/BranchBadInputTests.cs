using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What branches, poolings and windows refuse: where they stand, and by which name.</summary>
public sealed class BranchBadInputTests
{
    /// <summary>The layers, and what the message says.</summary>
    private static readonly Dictionary<string, (LayerSpec[] Layers, string Rule)> Refusals = new()
    {
        ["residual of another size"] = (
            [Layer.Residual(Cell.Gru(5))],
            "layers[0] (Residual) has branches whose outputs have to meet, but branches[0] has 4 and branches[1] 5"),
        ["branch within a branch"] = (
            [Layer.Residual(Layer.Parallel(Merge.Concatenate, [], [Layer.Residual(Cell.Gru(5))]))],
            "layers[0] (Residual).branches[1][0] (Parallel Concatenate).branches[1][0] (Residual) has branches whose outputs have to meet, "
            + "but branches[0] has 4 and branches[1] 5"),
        ["product of other sizes"] = (
            [Cell.Gru(3), Layer.Parallel(Merge.Multiply, [Layer.Dense(3)], [], [Layer.Dense(2)])], "branches[0] has 3 and branches[2] 2"),
        ["pooling in one branch"] = (
            [Layer.Parallel(Merge.Concatenate, [Layer.MeanPooling()], [])], "all, or none, have to make one row of each sequence"),
        ["recurrent layer behind a pooling"] = (
            [Layer.MaxPooling(), Cell.Lstm(2)], "layers[1] (Lstm) runs over time, but a layer before it has made one row"),
        ["recurrent layer behind a pooling, in a branch"] = (
            [Layer.MaxPooling(), Layer.Residual(Cell.Lstm(4))], "layers[1] (Residual).branches[1][0] (Lstm) runs over time"),
        ["two poolings"] = (
            [Layer.AttentionPooling(), Layer.MeanPooling()], "layers[1] (MeanPooling) makes one row of each sequence, but a layer before"),
        ["groups that do not divide"] = (
            [Layer.TimeDelay(6, 2) with { Groups = 3 }], "layers[0] (TimeDelay) has 3 groups, which have to divide its inputs, but it has 4"),
        ["window beyond counting"] = (
            [Layer.TimeDelay(1, 10, 1 << 29) with { LookAhead = 1 << 29 }], "at most 1073741824 steps, (width − 1)·dilation, but has 4831838208"),
        ["last step of merged directions"] = (
            [Cell.Bidirectional(Cell.Gru(4), Merge.Sum), Layer.LastStep()], "layers[1] (LastStep) takes the last step of each direction"),
        ["last step of normalized directions"] = (
            [Cell.Bidirectional(Cell.Gru(4)), Layer.LayerNormalization(), Layer.LastStep()], "have mixed both directions"),
        ["last step of a residual of directions"] = (
            [Layer.Residual(Cell.Bidirectional(Cell.Gru(2))), Layer.LastStep()], "have mixed both directions"),
    };

    public static TheoryData<string> Names => [.. Refusals.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnSpec_layersThatCantStandThere_areRefusedByName(string name)
        => BadInput.Refused<ArgumentException>("layers", Refusals[name].Rule, "", () => _ = new RnnSpec(4, Refusals[name].Layers));

    [Fact]
    public void RnnSpec_Shape_poolingInManyToMany_isRefused()
        => BadInput.Refused<ArgumentException>(
            "Shape", "which keep all steps", "layers[1] (MaxPooling)",
            () => _ = new RnnSpec(2, Cell.Gru(2), Layer.MaxPooling()) with { Shape = SequenceShape.ManyToMany });

    [Fact]
    public void RnnModel_CreateSession_layersThatLookAhead_areNamedByTheirPath()
    {
        Refused("layers[0] (TimeDelay)", Layer.CenteredTimeDelay(4, 3));
        Refused("layers[1] (Residual).branches[1][0] (TimeDelay)", Layer.Dense(4), Layer.Residual(Layer.CenteredTimeDelay(4, 3)));
        Refused("layers[0] (Bidirectional Gru)", Cell.Bidirectional(Cell.Gru(2)));

        static void Refused(string name, params LayerSpec[] layers)
        {
            RnnModel model = RnnModel.Create(new RnnSpec(4, layers), 1);
            string message = Assert.Throws<InvalidOperationException>(() => model.CreateSession()).Message;
            Assert.Equal($"Expected layers that see no later step in a streaming session, but {name} sees later ones: use Run.", message);
        }
    }

    [Fact]
    public void Layer_branchesThatAreNone_areRefused()
    {
        BadInput.Refused<ArgumentException>("layers", "at least one layer", "none", () => Layer.Residual());
        BadInput.Refused<ArgumentException>("layers", "Expected layers", "layers[1] is null", () => Layer.Residual(Cell.Gru(1), null!));
        BadInput.Refused<ArgumentException>("branches", "at least 2 branches", "got 1", () => Layer.Parallel(Merge.Sum, [Cell.Gru(1)]));
        BadInput.Refused<ArgumentException>(
            "branches", "Expected layers", "branches[1][0] is null", () => Layer.Parallel(Merge.Sum, [], [null!]));
        LayerSpec[] deep = [Cell.Gru(1)];
        for (int depth = 0; depth < 12; depth++)
        {
            deep = [Layer.Residual(deep)];
        }

        Assert.Equal(1, new RnnSpec(1, deep).OutputSize);
        BadInput.Refused<ArgumentException>("branches", "at most 12 deep", "got 13", () => Layer.Residual(deep));
    }

    [Fact]
    public void BidirectionalSpec_Reverse_otherParameters_areNamed()
        => BadInput.Refused<ArgumentException>(
            "Reverse", "Lstm 3 with inputWeights, recurrentWeights, bias and a state of h, c",
            "got Lstm 3 with inputWeights, recurrentWeights, bias, coefficients and",
            () => _ = Cell.Bidirectional(Cell.Lstm(3)) with { Reverse = Cell.Lstm(3, peepholes: true) });

    /// <summary>Parts of other sizes and of other kinds, although the sums are the same.</summary>
    [Fact]
    public void EncoderDecoder_statesInBranchesThatDoNotMeet_areRefused()
    {
        Refused([Sides(4, 8)], [Sides(4, 16)], "h [4], h [16]");
        Refused([Sides(4, 400)], [Sides(4, 8)], "h [4], h [8]");
        Refused([Sides(4, 8)], [Sides(8, 4)], "h [8], h [4]");
        Refused([Cell.Gru(4), Layer.MaxPooling()], [Cell.Gru(4), Cell.Lstm(4)], "h [4], c [4]");
        Assert.NotNull(EncoderDecoder.Create(new RnnSpec(2, Sides(4, 8)), new RnnSpec(2, Sides(4, 8)), 1));

        static LayerSpec Sides(int first, int second) => Layer.Parallel(Merge.Concatenate, [Cell.Gru(first)], [Cell.Gru(second)]);

        static void Refused(LayerSpec[] encoder, LayerSpec[] decoder, string actual)
            => BadInput.Refused<ArgumentException>(
                "decoder", "states that meet", actual,
                () => EncoderDecoder.Create(new RnnSpec(2, encoder), new RnnSpec(2, decoder), 1));
    }
}
