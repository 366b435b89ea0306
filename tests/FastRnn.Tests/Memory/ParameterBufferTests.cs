using FastRnn.Memory;

namespace FastRnn.Tests.Memory;

public sealed class ParameterBufferTests
{
    /// <summary>Floats of the widest vector that .NET knows.</summary>
    private const int WidestVector = 16;

    [Fact]
    public void ParameterLayout_Add_slices_haveNoGapsAndKeepTheirNames()
    {
        var layout = new ParameterLayout();
        ParameterSlice a = layout.Add("a", 3, 5);
        ParameterSlice b = layout.Add("b", 1, 7);
        ParameterSlice c = layout.Add("c", 2, 2);
        Assert.Equal(["a", "b", "c"], layout.Slices.Select(slice => slice.Name));
        Assert.Equal([0, 15, 22], layout.Slices.Select(slice => slice.Offset));
        Assert.Equal([15, 7, 4], new[] { a, b, c }.Select(slice => slice.Length));
        Assert.Equal(26, layout.Length);
    }

    [Fact]
    public void ParameterLayout_Add_beyondAnInt_throws()
    {
        var layout = new ParameterLayout();
        Assert.Throws<OverflowException>(() => layout.Add("a", 1 << 16, 1 << 16));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void ParameterBuffer_Padded_anyLength_isZeroAndAMultipleOfEveryVector(int length)
    {
        var layout = new ParameterLayout();
        layout.Add("a", 1, length);
        var buffer = new ParameterBuffer(layout);
        Assert.Equal(length, buffer.All.Length);
        Assert.Equal(0, buffer.Padded.Length % WidestVector);
        Assert.True(buffer.Padded.Length >= length);
        Assert.False(buffer.Padded.ContainsAnyExcept(0f));
    }

    [Fact]
    public void ParameterBuffer_indexer_slices_areViewsOfAll()
    {
        var layout = new ParameterLayout();
        ParameterSlice[] slices = [layout.Add("a", 2, 3), layout.Add("b", 1, 5)];
        var buffer = new ParameterBuffer(layout);
        buffer[slices[0]].Fill(1);
        buffer[slices[1]].Fill(2);
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], buffer.All.ToArray());
        Assert.False(buffer.Padded[buffer.All.Length..].ContainsAnyExcept(0f));
        Assert.Same(layout, buffer.Layout);
    }
}
