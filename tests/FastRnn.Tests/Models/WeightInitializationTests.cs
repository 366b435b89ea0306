using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>How weights start.</summary>
public sealed class WeightInitializationTests
{
    private const int I = 40, H = 60, O = 30;

    /// <summary>Of products of orthonormal vectors of float.</summary>
    private const double Tolerance = 2e-6;

    public static TheoryData<WeightDistribution> Random =>
    [
        WeightDistribution.XavierUniform, WeightDistribution.XavierNormal, WeightDistribution.HeUniform, WeightDistribution.HeNormal,
    ];

    [Theory]
    [MemberData(nameof(Random))]
    public void RnnModel_Create_distribution_hasItsVarianceInEachGate(WeightDistribution distribution)
    {
        var spec = new RnnSpec(I, Cell.Lstm(H), Layer.Dense(O));
        Dictionary<string, float[]> parts = Parts(spec, new() { Weights = distribution, RecurrentWeights = distribution });
        for (int gate = 0; gate < 4; gate++)
        {
            Check(parts["0.inputWeights"].AsSpan(gate * H * I, H * I), I, H);
            Check(parts["0.recurrentWeights"].AsSpan(gate * H * H, H * H), H, H);
        }

        Check(parts["1.weights"], H, O);

        void Check(ReadOnlySpan<float> values, int inputs, int outputs)
        {
            bool isHe = distribution is WeightDistribution.HeUniform or WeightDistribution.HeNormal;
            double expected = isHe ? 2.0 / inputs : 2.0 / (inputs + outputs), variance = 0, largest = 0, mean = 0;
            foreach (float value in values)
            {
                mean += value / (double)values.Length;
                variance += value * (double)value / values.Length;
                largest = Math.Max(largest, Math.Abs(value));
            }

            // The standard error of a variance of n normal values is √(2/n) of it; six of them.
            Assert.InRange(variance / expected, 1 - 6 * Math.Sqrt(2.0 / values.Length), 1 + 6 * Math.Sqrt(2.0 / values.Length));
            Assert.InRange(mean, -5 * Math.Sqrt(expected / values.Length), 5 * Math.Sqrt(expected / values.Length));
            bool isUniform = distribution is WeightDistribution.HeUniform or WeightDistribution.XavierUniform;
            Assert.Equal(isUniform, largest <= Math.Sqrt(3 * expected) * 1.000001);
        }
    }

    [Fact]
    public void RnnModel_Create_orthogonal_eachGateIs()
    {
        var spec = new RnnSpec(I, Cell.Gru(H), Cell.Bidirectional(Cell.Gru(7, resetAfter: false)), Layer.Dense(O));
        Dictionary<string, float[]> parts = Parts(
            spec, new() { Weights = WeightDistribution.Orthogonal, RecurrentWeights = WeightDistribution.Orthogonal });
        Check(parts["0.inputWeights"], 3, H, I);
        Check(parts["0.recurrentWeights"], 3, H, H);
        Check(parts["1.forward.recurrentWeights"], 2, 7, 7);
        Check(parts["1.backward.recurrentWeights.n"], 1, 7, 7);
        Check(parts["1.forward.inputWeights"], 2, 7, H);
        Check(parts["2.weights"], 1, O, 14);

        static void Check(float[] values, int gates, int rows, int columns)
        {
            for (int gate = 0; gate < gates; gate++)
            {
                int start = gate * rows * columns, count = Math.Min(rows, columns);
                for (int i = 0; i < count; i++)
                {
                    for (int j = 0; j <= i; j++)
                    {
                        double dot = rows <= columns
                            ? Enumerable.Range(0, columns).Sum(
                                k => (double)values[start + i * columns + k] * values[start + j * columns + k])
                            : Enumerable.Range(0, rows).Sum(
                                k => (double)values[start + k * columns + i] * values[start + k * columns + j]);
                        Compare.Within(i == j ? 1 : 0, dot, Tolerance, $"gate {gate}, vectors {i} and {j}");
                    }
                }
            }
        }
    }

    [Fact]
    public void RnnModel_Create_identity_isScaled()
    {
        var spec = new RnnSpec(I, Cell.Elman(5, Activation.Relu));
        float[] weights = Parts(spec, new() { RecurrentWeights = WeightDistribution.Identity, RecurrentGain = 0.5f, ZeroBiases = true })
            ["0.recurrentWeights"];
        Assert.Equal(Enumerable.Range(0, 25).Select(i => i % 6 == 0 ? 0.5f : 0), weights);
        BadInput.Refused<ArgumentException>(
            "initialization", "square recurrentWeights", "3 × 2",
            () => RnnModel.Create(new RnnSpec(2, Cell.Jordan(3, 2)), 1, new() { RecurrentWeights = WeightDistribution.Identity }));
    }

    [Fact]
    public void RnnModel_Create_forgetBias_isThatOfTheGateAlone()
    {
        var spec = new RnnSpec(2, Layer.Residual(Cell.Lstm(2)), Cell.Gru(3));
        float[] before = Create(spec, WeightInitialization.Default), after = Create(spec, new() { ForgetBias = 1.5f });
        int bias = 4 * 2 * 2 + 4 * 2 * 2;
        for (int i = 0; i < before.Length; i++)
        {
            Assert.Equal(i == bias + 2 || i == bias + 3 ? 1.5f : before[i], after[i]);
        }

        Dictionary<string, float[]> zeros = Parts(spec, new() { ForgetBias = 1, ZeroBiases = true });
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0], zeros["0.branches.1.0.bias"]);
        Assert.All(zeros["1.bias"], value => Assert.Equal(0, value));
        Assert.Contains(zeros["1.coefficients"], value => value != 0);
    }

    [Fact]
    public void RnnModel_Create_chrono_spreadsTheTimesOfMemories()
    {
        const int Steps = 200, Units = 400;
        var spec = new RnnSpec(1, Cell.Lstm(Units), Cell.Gru(Units), Cell.Gru(Units, resetAfter: false));
        Dictionary<string, float[]> parts = Parts(spec, new() { ChronoSteps = Steps });
        float[] lstm = parts["0.bias"];
        Times(lstm.AsSpan(Units, Units));
        Assert.Equal(lstm[Units..(2 * Units)].Select(value => -value), lstm[..Units]);
        Assert.All(lstm[(2 * Units)..], value => Assert.InRange(Math.Abs(value), 0, 1 / MathF.Sqrt(Units)));
        Times(parts["1.bias"].AsSpan(Units, Units));
        Times(parts["2.bias"].AsSpan(Units, Units));
        Assert.All(parts["2.bias"][..Units], value => Assert.InRange(Math.Abs(value), 0, 1 / MathF.Sqrt(Units)));

        static void Times(ReadOnlySpan<float> biases)
        {
            double sum = 0;
            foreach (float bias in biases)
            {
                double time = Math.Exp(bias);
                Assert.InRange(time, 1 - 1e-6, Steps - 1 + 1e-3);
                sum += time / biases.Length;
            }

            // A mean of uniform values from 1 to 199, within five of its standard errors.
            Assert.InRange(sum, 100 - 5 * 198 / Math.Sqrt(12 * Units), 100 + 5 * 198 / Math.Sqrt(12 * Units));
        }
    }

    [Fact]
    public void RnnModel_Create_defaultInitialization_isThatWithoutOne()
    {
        var spec = RnnSpec.ForIndices(5, Layer.Embedding(3), Cell.Lstm(4, peepholes: true), Layer.Dense(2, Activation.PRelu()));
        Compare.SameBits(RnnModel.Create(spec, 3).Parameters.ToArray(), Create(spec, new(), 3), "parameter");
        Assert.Equal(
            RnnModel.Create(spec, 3).Parameters[..15].ToArray(), Create(spec, new() { Weights = WeightDistribution.HeNormal }, 3)[..15]);
    }

    [Fact]
    public void WeightInitialization_badInput_isRefused()
    {
        BadInput.Refused<ArgumentOutOfRangeException>(
            "Weights", "any matrix", "Identity", () => _ = new WeightInitialization { Weights = WeightDistribution.Identity });
        BadInput.Refused<ArgumentOutOfRangeException>(
            "RecurrentWeights", "one of", "99", () => _ = new WeightInitialization { RecurrentWeights = (WeightDistribution)99 });
        BadInput.Refused<ArgumentOutOfRangeException>(
            "ChronoSteps", "'2'", "1", () => _ = new WeightInitialization { ChronoSteps = 1 });
        BadInput.Refused<ArgumentOutOfRangeException>(
            "ForgetBias", "finite", "NaN", () => _ = new WeightInitialization { ForgetBias = float.NaN });
        var gru = new RnnSpec(1, Cell.Gru(2));
        BadInput.Refused<ArgumentException>(
            "initialization", "ForgetBias", "Gru", () => RnnModel.Create(gru, 1, new() { ForgetBias = 1 }));
        BadInput.Refused<ArgumentException>(
            "initialization", "both", "ForgetBias", () => RnnModel.Create(gru, 1, new() { ForgetBias = 1, ChronoSteps = 3 }));
        BadInput.Refused<ArgumentException>(
            "initialization", "ChronoSteps", "Elman", () => RnnModel.Create(new RnnSpec(1, Cell.Elman(2)), 1, new() { ChronoSteps = 3 }));
    }

    [Fact]
    public void RnnModel_WithAffine_replacesOneLayer()
    {
        var spec = new RnnSpec(2, Cell.Gru(3), Layer.Affine(isTrained: false), Layer.Dense(1));
        RnnModel model = RnnModel.Create(spec, 1), scaled = model.WithAffine(1, [1, 2, 3], [4, 5, 6]);
        int start = 9 * 2 + 9 * 3 + 9 + 3;
        float[] expected = model.Parameters.ToArray();
        ((float[])[1, 2, 3, 4, 5, 6]).CopyTo(expected, start);
        Assert.Equal(expected, scaled.Parameters.ToArray());
        BadInput.Refused<ArgumentException>("layer", "affine layer", "layers[0]", () => model.WithAffine(0, [1], [1]));
        BadInput.Refused<ArgumentException>("scale", "= 3", "got 1", () => model.WithAffine(1, [1], [1, 2, 3]));
        BadInput.Refused<ArgumentOutOfRangeException>("position", "0 to 2", "5", () => model.WithAffine(5, [1], [1]));
    }

    private static float[] Create(RnnSpec spec, WeightInitialization initialization, int seed = 1)
        => RnnModel.Create(spec, seed, initialization).Parameters.ToArray();

    /// <summary>The parameters by layer and name.</summary>
    private static Dictionary<string, float[]> Parts(RnnSpec spec, WeightInitialization initialization)
    {
        float[] all = Create(spec, initialization);
        var parts = new Dictionary<string, float[]>();
        int start = 0, size = spec.InputSize;
        foreach ((int i, LayerSpec layer) in spec.Layers.Index())
        {
            foreach (ParameterShape shape in layer.GetParameters(size))
            {
                parts.Add($"{i}.{shape.Name}", all[start..(start + (int)shape.Length)]);
                start += (int)shape.Length;
            }

            size = layer.GetOutputSize(size);
        }

        Assert.Equal(all.Length, start);
        return parts;
    }
}
