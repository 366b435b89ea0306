using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Hopfield;

/// <summary>
/// The Hopfield network: n units of +1 or −1, symmetric weights W [n, n] with a zero diagonal, no thresholds. A unit takes the sign of
/// its field, sᵢ ← sign(Σⱼ wᵢⱼ·sⱼ); a field of 0 leaves it as it is. Stored patterns are fixed points as long as there are not too many.
/// Immutable, so any number of threads may use it.
/// </summary>
/// <remarks>
/// Capacity: with Hebbian storage of random patterns, recall breaks down between 0.13·n and 0.14·n patterns (0.138·n in the limit of large
/// n); with pseudo-inverse storage every pattern is a fixed point up to n linearly independent ones, though from about n/2 on the states
/// around a pattern lead elsewhere. Sources: J. J. Hopfield, Neural networks and physical systems with emergent collective computational
/// abilities, PNAS 79, 1982; D. J. Amit, H. Gutfreund and H. Sompolinsky, Storing infinite numbers of patterns in a spin-glass model of
/// neural networks, Physical Review Letters 55, 1985; L. Personnaz, I. Guyon and G. Dreyfus, Collective computational properties of neural
/// networks: new learning mechanisms, Physical Review A 34, 1986.
/// </remarks>
public sealed class HopfieldNetwork
{
    /// <summary>A field this close to 0 is 0 that has been rounded: fields are of the order of 1.</summary>
    private const double ZeroField = 1e-9;

    private readonly double[] _weights;

    private HopfieldNetwork(int size, double[] weights)
    {
        Size = size;
        _weights = weights;
    }

    /// <summary>n, the number of units.</summary>
    public int Size { get; }

    /// <summary>W [n, n], symmetric, with a zero diagonal.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Stores patterns by Hebb's rule: wᵢⱼ = (1/n)·Σ over patterns ξ of ξᵢ·ξⱼ for i ≠ j.</summary>
    /// <param name="patterns">At least one pattern, all of one length n, each value +1 or −1.</param>
    /// <exception cref="ArgumentException">There is no pattern, a pattern is null or has another length than the first one, or a value
    /// (NaN too) is neither +1 nor −1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n is so large that an array can't hold n² weights.</exception>
    public static HopfieldNetwork Hebbian(IReadOnlyList<float[]> patterns)
    {
        int size = PatternGuard.Patterns(patterns, nameof(patterns), areSigns: true);
        Guard.TableSize((Int128)size * size, nameof(patterns), size, "[n, n]");
        return FromSumOfProducts(patterns.Select(pattern => Precision.ToDouble(pattern)), size, 1.0 / size);
    }

    /// <summary>
    /// Stores patterns by the pseudo-inverse rule: W = X·(XᵀX)⁻¹·Xᵀ, the projection onto the space of the patterns, which are the columns
    /// of X; then the diagonal is set to 0. A pattern that depends linearly on others adds nothing, as it is in their space.
    /// </summary>
    /// <param name="patterns">At least one pattern, all of one length n, each value +1 or −1.</param>
    /// <exception cref="ArgumentException">There is no pattern, a pattern is null or has another length than the first one, or a value
    /// (NaN too) is neither +1 nor −1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">n is so large that an array can't hold n² weights.</exception>
    public static HopfieldNetwork PseudoInverse(IReadOnlyList<float[]> patterns)
    {
        int size = PatternGuard.Patterns(patterns, nameof(patterns), areSigns: true);
        Guard.TableSize((Int128)size * size, nameof(patterns), size, "[n, n]");
        var basis = new OrthonormalBasis();
        foreach (float[] pattern in patterns)
        {
            basis.TryAdd(Precision.ToDouble(pattern), out _);
        }

        return FromSumOfProducts(basis.Vectors, size, 1);
    }

    /// <summary>The energy E = −½·Σᵢⱼ wᵢⱼ·sᵢ·sⱼ, which no asynchronous update raises.</summary>
    /// <param name="state">[n], each value +1 or −1.</param>
    /// <exception cref="ArgumentException">The length is not n, or a value (NaN too) is neither +1 nor −1.</exception>
    public double Energy(ReadOnlySpan<float> state)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: true);
        double[] units = Precision.ToDouble(state);
        double sum = 0;
        for (int i = 0; i < Size; i++)
        {
            sum += units[i] * Field(i, units);
        }

        return -0.5 * sum;
    }

    /// <summary>
    /// Updates one unit after the other, in a new random order in each sweep, until a sweep changes nothing. Always reaches a fixed point
    /// if it may take long enough, since every change lowers the energy.
    /// </summary>
    /// <param name="state">Where to start [n], each value +1 or −1; not changed.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <param name="maxSweeps">How many times all units are updated at most.</param>
    /// <exception cref="ArgumentException">The length is not n, or a value (NaN too) is neither +1 nor −1.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSweeps"/> is below 1.</exception>
    public HopfieldRecall RecallAsynchronously(ReadOnlySpan<float> state, int seed, int maxSweeps = 100)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: true);
        Guard.AtLeast(maxSweeps, 1, nameof(maxSweeps));
        double[] units = Precision.ToDouble(state);
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, Size)];
        for (int sweep = 1; sweep <= maxSweeps; sweep++)
        {
            random.Shuffle(order);
            bool isStable = true;
            foreach (int i in order)
            {
                double unit = Updated(units[i], Field(i, units));
                isStable &= unit == units[i];
                units[i] = unit;
            }

            if (isStable)
            {
                return new HopfieldRecall(Precision.ToFloat(units), sweep, HopfieldOutcome.Stable);
            }
        }

        return new HopfieldRecall(Precision.ToFloat(units), maxSweeps, HopfieldOutcome.Unfinished);
    }

    /// <summary>
    /// Updates all units at once from the state before, until nothing changes or the state is the last but one again. With symmetric
    /// weights it ends in one of these two ways.
    /// </summary>
    /// <param name="state">Where to start [n], each value +1 or −1; not changed.</param>
    /// <param name="maxSweeps">How many times all units are updated at most.</param>
    /// <exception cref="ArgumentException">The length is not n, or a value (NaN too) is neither +1 nor −1.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSweeps"/> is below 1.</exception>
    public HopfieldRecall RecallSynchronously(ReadOnlySpan<float> state, int maxSweeps = 100)
    {
        PatternGuard.State(state, Size, nameof(state), areSigns: true);
        Guard.AtLeast(maxSweeps, 1, nameof(maxSweeps));
        double[] beforeLast = [];
        double[] last = Precision.ToDouble(state);
        for (int sweep = 1; sweep <= maxSweeps; sweep++)
        {
            var units = new double[Size];
            for (int i = 0; i < Size; i++)
            {
                units[i] = Updated(last[i], Field(i, last));
            }

            bool isStable = units.AsSpan().SequenceEqual(last);
            if (isStable || units.AsSpan().SequenceEqual(beforeLast))
            {
                HopfieldOutcome outcome = isStable ? HopfieldOutcome.Stable : HopfieldOutcome.Alternating;
                return new HopfieldRecall(Precision.ToFloat(units), sweep, outcome);
            }

            (beforeLast, last) = (last, units);
        }

        return new HopfieldRecall(Precision.ToFloat(last), maxSweeps, HopfieldOutcome.Unfinished);
    }

    /// <summary>W = factor·Σ v·vᵀ with a zero diagonal.</summary>
    private static HopfieldNetwork FromSumOfProducts(IEnumerable<double[]> vectors, int size, double factor)
    {
        var weights = new double[size * size];
        foreach (double[] vector in vectors)
        {
            for (int i = 0; i < size; i++)
            {
                Span<double> row = weights.AsSpan(i * size, size);
                TensorPrimitives.MultiplyAdd(vector, factor * vector[i], row, row);
            }
        }

        for (int i = 0; i < size; i++)
        {
            weights[i * size + i] = 0;
        }

        return new HopfieldNetwork(size, weights);
    }

    private static double Updated(double unit, double field) => Math.Abs(field) <= ZeroField ? unit : Math.Sign(field);

    private double Field(int unit, ReadOnlySpan<double> units) => TensorPrimitives.Dot(_weights.AsSpan(unit * Size, Size), units);
}
