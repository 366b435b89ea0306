using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What is drawn, and sequences that a network goes on with.</summary>
public sealed class TokenSamplerTests
{
    private const int Draws = 20000;

    private static readonly float[] Probabilities = [0.1f, 0.4f, 0, 0.3f, 0.2f];

    public static TheoryData<float, int?, float?, float[]> Settings => new()
    {
        { 1, null, null, Probabilities },
        { 0.5f, null, null, Normalized(0.01f, 0.16f, 0, 0.09f, 0.04f) },
        { 2, null, null, Normalized(MathF.Sqrt(0.1f), MathF.Sqrt(0.4f), 0, MathF.Sqrt(0.3f), MathF.Sqrt(0.2f)) },
        { 1, 2, null, Normalized(0, 0.4f, 0, 0.3f, 0) },
        { 1, null, 0.75f, Normalized(0, 0.4f, 0, 0.3f, 0.2f) },
        { 1, null, 0.05f, Normalized(0, 1, 0, 0, 0) },
        { 1, 3, 0.5f, Normalized(0, 0.4f, 0, 0.3f, 0) },
        { 0.5f, 3, 1, Normalized(0, 0.16f, 0, 0.09f, 0.04f) },
        { 0, null, null, Normalized(0, 1, 0, 0, 0) },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void TokenSampler_Next_drawsByItsShares(float temperature, int? topK, float? topP, float[] expected)
    {
        TokenSampler Create() => new(7)
        {
            Temperature = temperature,
            TopK = topK,
            TopP = topP,
        };
        TokenSampler one = Create(), other = Create();
        float[] logits = [.. Probabilities.Select(p => MathF.Log(p) + 3)];
        int[] counts = new int[expected.Length];
        for (int i = 0; i < Draws; i++)
        {
            int index = one.Next(Probabilities);
            Assert.Equal(index, other.NextFromLogits(logits));
            counts[index]++;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            double deviation = Math.Sqrt(expected[i] * (1 - expected[i]) / Draws);
            Assert.InRange((double)counts[i] / Draws, expected[i] - 4 * deviation, expected[i] + 4 * deviation);
        }
    }

    /// <summary>What seed 7 draws, as SplitMix64 and the running sum of probabilities in another language give it: it stays so, on every
    /// machine and in every version.</summary>
    [Fact]
    public void TokenSampler_Next_seed_drawsWhatItHasAlwaysDrawn()
    {
        var sampler = new TokenSampler(7);
        int[] drawn = [.. Enumerable.Range(0, 20).Select(_ => sampler.Next(Probabilities))];
        Assert.Equal([3, 1, 0, 4, 1, 4, 3, 3, 3, 3, 1, 1, 1, 1, 4, 0, 4, 1, 1, 1], drawn);
    }

    /// <summary>Of indices as likely as each other the first stay, as the greedy choice is the first.</summary>
    [Fact]
    public void TokenSampler_Next_equallyLikely_keepsTheFirst()
    {
        float[] probabilities = [.. Enumerable.Repeat(0.02f, 50)];
        probabilities[40] = 0.5f;
        var drawn = new HashSet<int>();
        var topK = new TokenSampler(1) { TopK = 3 };
        for (int i = 0; i < 500; i++)
        {
            drawn.Add(topK.Next(probabilities));
        }

        Assert.Equal([0, 1, 40], drawn.Order());
        probabilities[40] = 0.02f;
        Assert.Equal(0, new TokenSampler(1) { TopK = 1 }.Next(probabilities));
        Assert.Equal(0, new TokenSampler(1) { TopP = 0.001f }.Next(probabilities));
        Assert.Equal(0, new TokenSampler(1) { Temperature = 0 }.Next(probabilities));
    }

    /// <summary>Small probabilities that differ have the same logarithm in float; the likeliest is still found.</summary>
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(1e-9f, null)]
    public void TokenSampler_Next_nearlyAsLikely_theLikeliest(float temperature, int? topK)
    {
        float[] probabilities = [.. Enumerable.Repeat(1e-5f, 9)];
        probabilities[6] = MathF.BitIncrement(1e-5f);
        Assert.Equal(MathF.Log(probabilities[0]), MathF.Log(probabilities[6]));
        var sampler = new TokenSampler(3)
        {
            Temperature = temperature,
            TopK = topK,
        };
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(6, sampler.Next(probabilities));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RnnSession_Generate_greedy_isTheLikeliestOfEachStep(bool isSoftmax)
    {
        RnnModel model = Create(isSoftmax ? Activation.Softmax : Activation.Identity);
        using RnnSession session = model.CreateSession(), byHand = model.CreateSession();
        int[] written = new int[12];
        float[] outputs = new float[6];
        Assert.Equal(12, session.Generate([3, 1], written, new TokenSampler(1) { Temperature = 0 }));
        byHand.Step(3, outputs);
        int given = 1;
        foreach (int index in written)
        {
            byHand.Step(given, outputs);
            Assert.Equal(outputs.AsSpan().IndexOf(outputs.Max()), index);
            given = index;
        }

        // Both have been given all but the last index.
        float[] one = new float[model.Spec.StateSize], other = new float[model.Spec.StateSize];
        session.CopyStateTo(one);
        byHand.CopyStateTo(other);
        Compare.SameBits(other, one, "state");
    }

    [Fact]
    public void RnnSession_Generate_seed_givesTheSameAndEnds()
    {
        RnnModel model = Create(Activation.LogSoftmax);
        int[] first = Written(5), second = Written(5), other = Written(6);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        using RnnSession session = model.CreateSession();
        int[] written = new int[40];
        int count = session.Generate([2], written, new TokenSampler(5), endIndex: first[7]);
        Assert.Equal(first[..Array.IndexOf(first, first[7])], written[..count]);
        using RnnSession lazy = model.CreateSession();
        Assert.Equal(first, lazy.EnumerateGenerated([2], new TokenSampler(5)).Take(40));

        int[] Written(int seed)
        {
            using RnnSession own = model.CreateSession();
            int[] indices = new int[40];
            Assert.Equal(40, own.Generate([2], indices, new TokenSampler(seed)));
            return indices;
        }
    }

    /// <summary>The same indices as steps by hand, whatever activation the last layer has, and with the prompt's memory as destination.
    /// </summary>
    [Theory]
    [InlineData(ActivationKind.Softmax)]
    [InlineData(ActivationKind.LogSoftmax)]
    [InlineData(ActivationKind.Identity)]
    public void RnnSession_Generate_drawn_isSteppingByHand(ActivationKind kind)
    {
        RnnModel model = Create(kind switch
        {
            ActivationKind.Softmax => Activation.Softmax,
            ActivationKind.LogSoftmax => Activation.LogSoftmax,
            _ => Activation.Identity,
        });
        using RnnSession session = model.CreateSession(), byHand = model.CreateSession();
        TokenSampler Sampler() => new(9)
        {
            Temperature = 1.5f,
            TopK = 4,
            TopP = 0.95f,
        };
        int[] written = [4, 2, .. new int[30]];
        Assert.Equal(32, session.Generate(written.AsSpan(0, 2), written, Sampler()));
        TokenSampler sampler = Sampler();
        float[] outputs = new float[6];
        byHand.Step(4, outputs);
        byHand.Step(2, outputs);
        foreach (int index in written)
        {
            int next = kind == ActivationKind.Softmax ? sampler.Next(outputs) : sampler.NextFromLogits(outputs);
            Assert.Equal(next, index);
            byHand.Step(next, outputs);
        }

        Assert.True(written.Distinct().Count() > 2);
    }

    [Fact]
    public void RnnSession_Generate_allocatesNothing()
    {
        using RnnSession session = Create(Activation.Softmax).CreateSession();
        var sampler = new TokenSampler(1)
        {
            Temperature = 0.8f,
            TopK = 5,
            TopP = 0.9f,
        };
        int[] written = new int[50];
        Assert.Equal(0, Allocation.Of(20, () => session.Generate([1, 2], written, sampler)));
    }

    [Fact]
    public void TokenSampler_badInput_isRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>("Temperature", "at least 0", "-1", () => _ = new TokenSampler(1) { Temperature = -1 });
        BadInput.Refused<ArgumentOutOfRangeException>("TopK", "'1'", "0", () => _ = new TokenSampler(1) { TopK = 0 });
        BadInput.Refused<ArgumentOutOfRangeException>("TopP", "up to 1", "1.5", () => _ = new TokenSampler(1) { TopP = 1.5f });
        var sampler = new TokenSampler(1);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "probabilities", "at least 0", "probabilities[1] is NaN", () => sampler.Next([1, float.NaN]));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "logits", "below ∞", "logits[0] is Infinity", () => sampler.NextFromLogits([float.PositiveInfinity]));
        BadInput.Refused<ArgumentException>("probabilities", "can be drawn", "none", () => sampler.Next([0, 0]));
        BadInput.Refused<ArgumentException>("logits", "can be drawn", "none", () => sampler.NextFromLogits([]));
        using RnnSession session = Create(Activation.Softmax).CreateSession();
        BadInput.Refused<ArgumentException>("prompt", "at least one", "none", () => session.Generate([], new int[1], sampler));
        BadInput.Refused<ArgumentOutOfRangeException>("prompt", "0 to 5", "6", () => session.Generate([6], new int[1], sampler));
        BadInput.Refused<ArgumentOutOfRangeException>("endIndex", "0 to 5", "9", () => session.EnumerateGenerated([1], sampler, 9));
        using RnnSession values = RnnModel.Create(new RnnSpec(2, Cell.Gru(3), Layer.Dense(2, Activation.Softmax)), 1).CreateSession();
        Assert.Contains(
            "layers[1] (Dense)", Assert.Throws<InvalidOperationException>(() => values.Generate([1], new int[1], sampler)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The weights of the last layer are NaN for what index 3 leads to: the step is named that put it out.</summary>
    [Theory]
    [InlineData(ActivationKind.Softmax)]
    [InlineData(ActivationKind.Identity)]
    public void RnnSession_Generate_notFinite_namesTheStep(ActivationKind kind)
    {
        RnnModel model = Create(kind == ActivationKind.Softmax ? Activation.Softmax : Activation.Identity);
        float[] parameters = model.Parameters.ToArray();
        parameters.AsSpan(3 * 4, 4).Fill(float.NaN);
        RnnModel bad = RnnModel.FromParameters(model.Spec, parameters);
        using RnnSession session = bad.CreateSession();
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => session.Generate([1, 3], new int[4], new TokenSampler(1)));
        Assert.Contains("step 1", exception.Message, StringComparison.Ordinal);
        session.Reset();
        Assert.Equal(
            exception.Message,
            Assert.Throws<InvalidOperationException>(() => session.EnumerateGenerated([1, 3], new TokenSampler(1)).First()).Message);
    }

    private static float[] Normalized(params float[] weights) => [.. weights.Select(weight => weight / weights.Sum())];

    private static RnnModel Create(Activation activation)
        => RnnModel.Create(RnnSpec.ForIndices(6, Layer.Embedding(4), Cell.Lstm(8), Layer.Dense(6, activation)), 3);
}
