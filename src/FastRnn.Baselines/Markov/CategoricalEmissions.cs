using System.Numerics.Tensors;
using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>Emissions of symbols: state j emits symbol v with the probability bⱼ(v).</summary>
public sealed class CategoricalEmissions : Emissions<int>
{
    private readonly double[] _probabilities;

    /// <summary>ln bⱼ(v) by symbol [V, S], so that a step is a row.</summary>
    private readonly double[] _logs;

    /// <param name="stateCount">S, at least 1.</param>
    /// <param name="symbolCount">V, at least 1.</param>
    /// <param name="probabilities">bⱼ(v) [S, V], at least 0, each row with the sum 1; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="ArgumentException">The length does not fit, a value is negative or NaN, or a row has another sum.</exception>
    public CategoricalEmissions(int stateCount, int symbolCount, ReadOnlySpan<double> probabilities)
        : base(stateCount, 1)
    {
        Guard.AtLeast(stateCount, 1, nameof(stateCount));
        Guard.AtLeast(symbolCount, 1, nameof(symbolCount));
        Guard.Probabilities(probabilities, stateCount, symbolCount, nameof(probabilities), "[S, V]");
        SymbolCount = symbolCount;
        _probabilities = probabilities.ToArray();
        _logs = new double[_probabilities.Length];
        for (int state = 0; state < stateCount; state++)
        {
            for (int symbol = 0; symbol < symbolCount; symbol++)
            {
                _logs[symbol * stateCount + state] = Math.Log(_probabilities[state * symbolCount + symbol]);
            }
        }
    }

    /// <summary>V, the number of symbols.</summary>
    public int SymbolCount { get; }

    /// <summary>bⱼ(v) [S, V].</summary>
    public ReadOnlySpan<double> Probabilities => _probabilities;

    internal override void Check(ReadOnlySpan<int> sequence, string parameter, string? name = null)
        => SequenceGuard.Symbols(sequence, SymbolCount, parameter, name);

    internal override double[] ComputeLogs(ReadOnlySpan<int> sequence)
    {
        var logs = new double[checked(sequence.Length * StateCount)];
        for (int t = 0; t < sequence.Length; t++)
        {
            _logs.AsSpan(sequence[t] * StateCount, StateCount).CopyTo(logs.AsSpan(t * StateCount));
        }

        return logs;
    }

    internal override EmissionFloors FloorsFor(IReadOnlyList<int[]> sequences, HiddenMarkovOptions options)
        => new(options.ProbabilityFloor, []);

    internal override CategoricalEmissions Reestimate(
        IReadOnlyList<int[]> sequences, IReadOnlyList<double[]> posteriors, EmissionFloors floors)
    {
        // By symbol [V, S], as the posteriors lie.
        var counts = new double[_probabilities.Length];
        for (int n = 0; n < sequences.Count; n++)
        {
            for (int t = 0; t < sequences[n].Length; t++)
            {
                Span<double> row = counts.AsSpan(sequences[n][t] * StateCount, StateCount);
                TensorPrimitives.Add(row, posteriors[n].AsSpan(t * StateCount, StateCount), row);
            }
        }

        var probabilities = new double[counts.Length];
        var ofState = new double[SymbolCount];
        for (int state = 0; state < StateCount; state++)
        {
            for (int symbol = 0; symbol < SymbolCount; symbol++)
            {
                ofState[symbol] = counts[symbol * StateCount + state];
            }

            FlooredShares.Estimate(
                ofState, _probabilities.AsSpan(state * SymbolCount, SymbolCount), floors.Probability,
                probabilities.AsSpan(state * SymbolCount, SymbolCount));
        }

        return new CategoricalEmissions(StateCount, SymbolCount, probabilities);
    }

    internal override void Draw(int state, Random random, Span<int> values)
        => values[0] = Drawing.Index(_probabilities.AsSpan(state * SymbolCount, SymbolCount), random);
}
