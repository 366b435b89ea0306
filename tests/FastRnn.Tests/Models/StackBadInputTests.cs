using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>A spec refuses layers that can't stand where they do, and names the one.</summary>
public sealed class StackBadInputTests
{
    [Fact]
    public void RnnSpec_noLayer_isRefused()
    {
        Refused("at least one layer", "none", () => _ = new RnnSpec(1));
        Refused("at least one layer", "none", () => RnnSpec.ForIndices(1));
    }

    [Fact]
    public void RnnSpec_ForIndices_nullLayer_isRefused()
        => Refused("Expected layers", "layers[2] is null", () => RnnSpec.ForIndices(3, Layer.Embedding(1), Cell.Gru(1), null!));

    [Fact]
    public void RnnSpec_ForIndices_sizeBelowOne_isRefused()
        => BadInput.SizeRefused("vocabularySize", size => RnnSpec.ForIndices(size, Cell.Elman(1)));

    [Fact]
    public void RnnSpec_embeddingThatDoesNotSeeIndices_isRefused()
    {
        const string Expected = "has to stand first, in a spec for indices";
        Refused(Expected, "layers[0] (Embedding)", () => _ = new RnnSpec(3, Layer.Embedding(2)));
        Refused(Expected, "layers[1] (Embedding)", () => _ = new RnnSpec(3, Cell.Lstm(2), Layer.Embedding(2)));
        Refused(Expected, "layers[1] (Embedding)", () => RnnSpec.ForIndices(3, Layer.Embedding(2), Layer.Embedding(2)));
    }

    [Fact]
    public void RnnSpec_layerOfValuesThatSeesIndices_isRefused()
    {
        Refused("an embedding has to stand before it", "layers[0] (TimeDelay)", () => RnnSpec.ForIndices(3, Layer.TimeDelay(2, 2)));
        Refused("takes values", "layers[0] (Dropout)", () => RnnSpec.ForIndices(3, Layer.Dropout(0.5f), Cell.Elman(2)));
        Assert.Equal(2, RnnSpec.ForIndices(3, Layer.Embedding(4), Layer.Dropout(0.5f), Layer.TimeDelay(2, 2)).OutputSize);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void RnnSpec_Shape_undefined_isRefused(int shape)
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "Shape", "enumeration", $"{shape}", () => _ = new RnnSpec(1, Cell.Elman(1)) { Shape = (SequenceShape)shape });

    [Fact]
    public void RnnSpec_Shape_oneToManyOfAnotherWidth_isRefused()
    {
        ShapeRefused("3 outputs", "layers[1] (Dense) has 2", new RnnSpec(3, Cell.Lstm(3), Layer.Dense(2)));
        ShapeRefused("3 outputs", "layers[0] (Gru) has 4", RnnSpec.ForIndices(3, Cell.Gru(4)));
        Assert.Equal(3, (new RnnSpec(3, Cell.Lstm(5), Layer.Dense(3)) with { Shape = SequenceShape.OneToMany }).OutputSize);
    }

    [Fact]
    public void RnnSpec_Shape_oneToManyThroughBothDirections_isRefused()
        => ShapeRefused(
            "no later step", "layers[1] (Bidirectional Lstm)",
            new RnnSpec(4, Cell.Gru(3), Cell.Bidirectional(Cell.Lstm(2))));

    [Fact]
    public void RnnSpec_weightsOfEveryLayer_thatNoArrayHolds_areRefused()
    {
        const int Huge = int.MaxValue;
        LayerSpec[] layers =
        [
            Cell.Lstm(Huge), Cell.Gru(Huge), Cell.Gru(Huge, resetAfter: false), Cell.Jordan(Huge, 1), Cell.Jordan(1, Huge),
            Cell.Bidirectional(Cell.Elman(Huge)), Layer.Dense(Huge), Layer.TimeDelay(Huge, 1), Layer.TimeDelay(1, Huge),
            Layer.TimeDelay(1, 2, Huge), Layer.TimeDelay(1, Huge, Huge),
        ];
        Assert.All(layers, layer => BadInput.Refused<ArgumentOutOfRangeException>(
            "layers", $"{Guard.LargestBuffer}", $"layers[1] ({layer.Kind}) on 1 inputs", () => _ = new RnnSpec(1, Cell.Elman(1), layer)));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "layers", $"{Guard.LargestBuffer}", "layers[0] (Embedding)", () => RnnSpec.ForIndices(Huge, Layer.Embedding(Huge)));
    }

    [Fact]
    public void RnnModel_CreateSession_layerOfBothDirections_isRefused()
    {
        RnnModel model = RnnModel.Create(new RnnSpec(2, Cell.Elman(3), Cell.Bidirectional(Cell.Gru(2)), Layer.Dense(1)), 1);
        string message = Assert.Throws<InvalidOperationException>(() => model.CreateSession()).Message;
        Assert.Contains("layers[1] (Bidirectional Gru)", message, StringComparison.Ordinal);
        Assert.Contains("Run", message, StringComparison.Ordinal);
    }

    private static void Refused(string expected, string actual, Action action)
        => BadInput.Refused<ArgumentException>("layers", expected, actual, action);

    private static void ShapeRefused(string expected, string actual, RnnSpec spec)
        => BadInput.Refused<ArgumentException>("Shape", expected, actual, () => _ = spec with { Shape = SequenceShape.OneToMany });
}
