using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

public sealed class OptimizerTests
{
    private const int Updates = 50;

    /// <summary>Every update rounds a few times: 50 of them, of parameters up to 3.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>A buffer of parameters is as long as a multiple of this.</summary>
    private const int Line = 16;

    [Theory]
    [InlineData(Line)]
    [InlineData(20 * Line)]
    public void GradientDescent_Update_manyUpdates_isTheFormula(int length)
        => Check(
            new Sgd(0.05f), length,
            (parameters, gradients) => ReferenceOptimizers.Sgd(parameters, gradients, 0.05f));

    [Theory]
    [InlineData(Line, 1e-3f, 0.9f, 0.999f, 1e-8f)]
    [InlineData(20 * Line, 0.02f, 0.9f, 0.999f, 1e-8f)]
    [InlineData(Line, 0.02f, 0.5f, 0.8f, 0.1f)]
    [InlineData(Line, 0.02f, 0f, 0f, 1e-3f)]
    public void Adam_Update_manyUpdates_isTheFormula(int length, float rate, float beta1, float beta2, float epsilon)
    {
        var reference = new ReferenceOptimizers.Adam(length, rate, beta1, beta2, epsilon);
        Check(new Adam(rate, beta1, beta2, epsilon), length, reference.Update);
    }

    [Fact]
    public void Adam_Update_zeroGradients_changesNothing()
    {
        float[] parameters = RandomData.Uniform(1, Line);
        float[] expected = [.. parameters];
        var moments = new float[2 * Line];
        OptimizerRuns.Update(new Adam(), parameters, new float[Line], moments, 1);
        Compare.SameBits(expected, parameters);
    }

    [Fact]
    public void Optimizer_LearningRate_changed_isUsed()
    {
        var optimizer = new Sgd(1f) { LearningRate = 0.25f };
        float[] parameters = new float[Line];
        float[] gradients = new float[Line];
        Array.Fill(gradients, 2f);
        OptimizerRuns.Update(optimizer, parameters, gradients, [], 1);
        Assert.All(parameters, value => Assert.Equal(-0.5f, value));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Optimizer_LearningRate_notAFinitePositiveValue_isRefused(float rate)
    {
        Refused("learningRate", "finite value above 0", rate, () => _ = new Sgd(rate));
        Refused("learningRate", "finite value above 0", rate, () => _ = new Adam(rate));
        var optimizer = new Adam(0.5f);
        Refused("LearningRate", "finite value above 0", rate, () => optimizer.LearningRate = rate);
        Assert.Equal(0.5f, optimizer.LearningRate);
        Refused("epsilon", "finite value above 0", rate, () => _ = new Adam(epsilon: rate));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void Adam_constructor_decayOutOfRange_isRefused(float decay)
    {
        Refused("beta1", "from 0", decay, () => _ = new Adam(beta1: decay));
        Refused("beta2", "from 0", decay, () => _ = new Adam(beta2: decay));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(5000)]
    public void GradientClipping_ByNorm_beyondTheNorm_scalesDownToIt(int length)
    {
        var gradients = new Guarded(RandomData.Uniform(length, length, 3));
        double[] expected = RandomData.ToDouble(gradients.Span);
        double norm = ReferenceOptimizers.Clip(expected, 0.5);
        Compare.Within(norm, GradientClipping.ByNorm(gradients.Span, 0.5f), Tolerance * norm, "norm");
        Compare.Near(expected, gradients.Span, Tolerance, 0, "gradient");
        gradients.AssertIntact();
    }

    [Fact]
    public void GradientClipping_ByNorm_justBeyondTheNorm_scalesDownToIt()
    {
        float[] gradients = [3, -4, 0];
        Assert.Equal(5, GradientClipping.ByNorm(gradients, 4.5f));
        Compare.Near([2.7, -3.6, 0], gradients, Tolerance, 0, "gradient");
    }

    [Theory]
    [InlineData(5.001f)]
    [InlineData(float.PositiveInfinity)]
    public void GradientClipping_ByNorm_withinTheNorm_changesNothing(float limit)
    {
        float[] gradients = [3, -4, 0];
        Assert.Equal(5, GradientClipping.ByNorm(gradients, limit));
        Assert.Equal([3f, -4f, 0f], gradients);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void GradientClipping_ByNorm_notFinite_isReported(float bad)
        => Assert.False(double.IsFinite(GradientClipping.ByNorm([1, bad, 2], 1)));

    [Theory]
    [InlineData(1e25f)]
    [InlineData(1e-25f)]
    [InlineData(3e-40f)]
    public void GradientClipping_ByNorm_squaresBeyondFloat_isTheNorm(float unit)
    {
        float[] gradients = [3 * unit, -4 * unit, 0];
        double[] expected = RandomData.ToDouble(gradients).Select(value => value / 2).ToArray();
        double norm = 5 * (double)unit;
        Compare.Within(norm, GradientClipping.ByNorm(gradients, (float)(norm / 2)), 1e-4 * norm, "norm");
        Compare.Near(expected, gradients, 1e-4, 0, "gradient");
    }

    private static void Check(Optimizer optimizer, int length, Action<double[], double[]> reference)
    {
        var random = new Random(length);
        var parameters = new Guarded(RandomData.Uniform(random, length));
        double[] expected = RandomData.ToDouble(parameters.Span);
        var moments = new Guarded(new float[optimizer.MomentCount * length]);
        for (int update = 1; update <= Updates; update++)
        {
            float[] gradients = RandomData.Uniform(random, length, update % 7);
            OptimizerRuns.Update(optimizer, parameters.Span, gradients, moments.Span, update);
            reference(expected, RandomData.ToDouble(gradients));
            Compare.Near(expected, parameters.Span, Tolerance, Tolerance, $"update {update}, parameter");
        }

        parameters.AssertIntact();
        moments.AssertIntact();
    }

    private static void Refused(string parameter, string expected, float actual, Action action)
        => BadInput.Refused<ArgumentOutOfRangeException>(parameter, expected, $"{actual}", action);
}
