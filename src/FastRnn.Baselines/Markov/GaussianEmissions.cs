using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>
/// Emissions of vectors of D values: the density of state j is a mixture of K Gaussians with diagonal covariances,
/// bⱼ(x) = Σₖ cⱼₖ·Π over values d of exp(−½·(x_d − μⱼₖ_d)²/σ²ⱼₖ_d) / √(2π·σ²ⱼₖ_d). With K = 1 it is a single diagonal Gaussian.
/// </summary>
public sealed class GaussianEmissions : Emissions<float>
{
    private readonly double[] _weights;
    private readonly double[] _means;
    private readonly double[] _variances;

    /// <summary>1/σ [S, K, D]</summary>
    private readonly double[] _inverseDeviations;

    /// <summary>ln cⱼₖ − ½·Σ ln(2π·σ²) [S, K]</summary>
    private readonly double[] _logScales;

    /// <summary>A single diagonal Gaussian for each state.</summary>
    /// <param name="stateCount">S, at least 1.</param>
    /// <param name="size">D, at least 1.</param>
    /// <param name="means">μ [S, D], finite; copied.</param>
    /// <param name="variances">σ² [S, D], finite and above 0; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or a value is NaN, infinite, or no variance.</exception>
    public GaussianEmissions(int stateCount, int size, ReadOnlySpan<double> means, ReadOnlySpan<double> variances)
        : this(stateCount, 1, size, Ones(stateCount), means, variances)
    {
    }

    /// <summary>A mixture of Gaussians for each state.</summary>
    /// <param name="stateCount">S, at least 1.</param>
    /// <param name="componentCount">K, at least 1.</param>
    /// <param name="size">D, at least 1.</param>
    /// <param name="weights">c [S, K], at least 0, each row with the sum 1; copied.</param>
    /// <param name="means">μ [S, K, D], finite; copied.</param>
    /// <param name="variances">σ² [S, K, D], finite and above 0; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">A length does not fit, a value is NaN, infinite, or no variance, or weights are negative or have
    /// another sum.</exception>
    public GaussianEmissions(
        int stateCount, int componentCount, int size, ReadOnlySpan<double> weights, ReadOnlySpan<double> means,
        ReadOnlySpan<double> variances)
        : base(stateCount, size)
    {
        Guard.AtLeast(stateCount, 1, nameof(stateCount));
        Guard.AtLeast(componentCount, 1, nameof(componentCount));
        Guard.AtLeast(size, 1, nameof(size));
        Guard.Probabilities(weights, stateCount, componentCount, nameof(weights), "[S, K]");
        long length = (long)stateCount * componentCount * size;
        Guard.Length(means.Length, length, nameof(means), "[S, K, D]");
        Guard.Finite(means, nameof(means));
        Guard.Length(variances.Length, length, nameof(variances), "[S, K, D]");
        Guard.Finite(variances, nameof(variances));
        if (!(TensorPrimitives.Min(variances) > 0))
        {
            throw new ArgumentException(
                $"Expected variances above 0, but got {TensorPrimitives.Min(variances)}.", nameof(variances));
        }

        ComponentCount = componentCount;
        _weights = weights.ToArray();
        _means = means.ToArray();
        _variances = variances.ToArray();
        _inverseDeviations = new double[length];
        TensorPrimitives.ReciprocalSqrt(variances, _inverseDeviations);
        _logScales = new double[_weights.Length];
        for (int c = 0; c < _logScales.Length; c++)
        {
            double logs = 0;
            foreach (double variance in variances.Slice(c * size, size))
            {
                logs += Math.Log(2 * Math.PI) + Math.Log(variance);
            }

            _logScales[c] = Math.Log(_weights[c]) - 0.5 * logs;
        }
    }

    /// <summary>K, the number of Gaussians of a state.</summary>
    public int ComponentCount { get; }

    /// <summary>c [S, K].</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>μ [S, K, D].</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>σ² [S, K, D].</summary>
    public ReadOnlySpan<double> Variances => _variances;

    internal override void Check(ReadOnlySpan<float> sequence, string parameter, string? name = null)
        => SequenceGuard.Vectors(sequence, Width, parameter, name);

    internal override double[] ComputeLogs(ReadOnlySpan<float> sequence)
    {
        int steps = sequence.Length / Width;
        var logs = new double[checked(steps * StateCount)];
        var ofState = new double[ComponentCount];
        var scratch = new double[Width];
        double[] values = Precision.ToDouble(sequence);
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<double> x = values.AsSpan(t * Width, Width);
            for (int state = 0; state < StateCount; state++)
            {
                ComponentLogs(state, x, ofState, scratch);
                logs[t * StateCount + state] = ComponentCount == 1 ? ofState[0] : LogSum.Of(ofState);
            }
        }

        return logs;
    }

    internal override EmissionFloors FloorsFor(IReadOnlyList<float[]> sequences, HiddenMarkovOptions options)
    {
        double[] floors = OverallMoments.Of(sequences, Width).Variances;
        TensorPrimitives.Multiply(floors, options.VarianceFloorShare, floors);
        TensorPrimitives.Max(floors, options.VarianceFloor, floors);
        return new EmissionFloors(options.ProbabilityFloor, floors);
    }

    internal override GaussianEmissions Reestimate(
        IReadOnlyList<float[]> sequences, IReadOnlyList<double[]> posteriors, EmissionFloors floors)
    {
        var moments = new GaussianMoments(_means, Width);
        var shares = new double[ComponentCount];
        var scratch = new double[Width];
        for (int n = 0; n < sequences.Count; n++)
        {
            double[] values = Precision.ToDouble(sequences[n]);
            for (int i = 0; i < posteriors[n].Length; i++)
            {
                double posterior = posteriors[n][i];
                if (posterior > 0)
                {
                    int state = i % StateCount;
                    ReadOnlySpan<double> x = values.AsSpan(i / StateCount * Width, Width);
                    ComponentLogs(state, x, shares, scratch);
                    LogSum.Normalize(shares);
                    for (int k = 0; k < ComponentCount; k++)
                    {
                        moments.Add(state * ComponentCount + k, posterior * shares[k], x);
                    }
                }
            }
        }

        double[] weights = [.. _weights], means = [.. _means], variances = [.. _variances];
        moments.Estimate(means, variances, floors.Variances);
        for (int first = 0; first < weights.Length; first += ComponentCount)
        {
            FlooredShares.Estimate(
                moments.Weights.Slice(first, ComponentCount), _weights.AsSpan(first, ComponentCount), floors.Probability,
                weights.AsSpan(first, ComponentCount));
        }

        return new GaussianEmissions(StateCount, ComponentCount, Width, weights, means, variances);
    }

    internal override void Draw(int state, Random random, Span<float> values)
    {
        int component = state * ComponentCount + Drawing.Index(_weights.AsSpan(state * ComponentCount, ComponentCount), random);
        for (int d = 0; d < Width; d++)
        {
            int i = component * Width + d;
            values[d] = (float)(_means[i] + Math.Sqrt(_variances[i]) * Drawing.Normal(random));
        }
    }

    private static double[] Ones(int count)
    {
        var ones = new double[Math.Max(0, count)];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>ln cⱼₖ·N(x; μⱼₖ, σ²ⱼₖ) of the components of a state [K].</summary>
    private void ComponentLogs(int state, ReadOnlySpan<double> x, Span<double> logs, Span<double> scratch)
    {
        for (int k = 0; k < logs.Length; k++)
        {
            int component = state * ComponentCount + k;
            TensorPrimitives.Subtract(x, _means.AsSpan(component * Width, Width), scratch);
            TensorPrimitives.Multiply(scratch, _inverseDeviations.AsSpan(component * Width, Width), scratch);
            logs[k] = _logScales[component] - 0.5 * TensorPrimitives.SumOfSquares<double>(scratch);
        }
    }
}
