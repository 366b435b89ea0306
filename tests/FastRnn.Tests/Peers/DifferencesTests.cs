using FastRnn.Peers.Measuring;
using FastRnn.Peers.Workloads;

namespace FastRnn.Tests.Peers;

public sealed class DifferencesTests
{
    private static readonly PeerWork Work = new(WorkCell.Lstm, WorkMode.Train, 2, 3, 1, 2);

    [Fact]
    public void Differences_Between_same_isNone()
    {
        var found = Differences.Between(Filled(), Filled());

        Assert.True(found.Agree);
        Assert.Equal(0, found.OfOutputs);
    }

    [Theory]
    [InlineData(WorkTensors.Outputs, 0.9e-4f, true)]
    [InlineData(WorkTensors.Outputs, 1.1e-4f, false)]
    [InlineData(WorkTensors.FinalMemory, -1.1e-4f, false)]
    [InlineData(WorkTensors.BiasGradient, 1.9e-4f, true)]
    [InlineData(WorkTensors.BiasGradient, 2.1e-4f, false)]
    [InlineData(WorkTensors.InputGradient, float.NaN, false)]
    [InlineData(WorkTensors.Outputs, float.NaN, false)]
    [InlineData(WorkTensors.Outputs, float.PositiveInfinity, false)]
    public void Differences_Between_oneValueOff_agreesUpToTheBound(string tensor, float by, bool agree)
    {
        Tensors results = Filled();
        results[tensor].Span[1] += by;
        var found = Differences.Between(Filled(), results);

        Assert.Equal(agree, found.Agree);
        Assert.Equal(tensor, found.Worst);
        if (float.IsFinite(by))
        {
            bool isState = WorkTensors.States.Contains(tensor);
            Assert.Equal(isState ? Math.Abs(by) : 0, found.OfOutputs, 1e-6);
        }
    }

    [Fact]
    public void Differences_Between_zeroGradientAndAnother_doNotAgree()
    {
        Tensors reference = Filled(), results = Filled();
        reference[WorkTensors.BiasGradient].Span.Clear();
        results[WorkTensors.BiasGradient].Span.Clear();
        Assert.True(Differences.Between(reference, results).Agree);

        results[WorkTensors.BiasGradient].Span[0] = 1e-9f;
        Assert.False(Differences.Between(reference, results).Agree);
    }

    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 3.0, 1.0 }, 2.0)]
    [InlineData(new[] { 9.0, 1.0, 4.0 }, 4.0)]
    [InlineData(new[] { 9.0, 1.0, 4.0, 5.0 }, 4.5)]
    public void Median_Of_values_isTheMiddleOne(double[] values, double expected) => Assert.Equal(expected, Median.Of(values));

    /// <summary>Every tensor's largest value is 2.</summary>
    private static Tensors Filled()
    {
        Tensors results = WorkTensors.Results(Work);
        foreach (string name in results.Names)
        {
            results[name].Span.Fill(0.25f);
            results[name].Span[0] = -2;
        }

        return results;
    }
}
