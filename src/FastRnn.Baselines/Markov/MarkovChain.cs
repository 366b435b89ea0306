using System.Numerics.Tensors;

namespace FastRnn.Baselines.Markov;

/// <summary>The logarithms of a chain's probabilities, its transitions by rows and by columns.</summary>
internal sealed class MarkovChain
{
    private readonly double[] _logOut;
    private readonly double[] _logInto;

    /// <param name="initial">[S]</param>
    /// <param name="transitions">[S, S], from the row's state to the column's</param>
    internal MarkovChain(ReadOnlySpan<double> initial, ReadOnlySpan<double> transitions)
    {
        StateCount = initial.Length;
        LogInitial = new double[StateCount];
        _logOut = new double[transitions.Length];
        _logInto = new double[transitions.Length];
        TensorPrimitives.Log(initial, LogInitial);
        TensorPrimitives.Log(transitions, _logOut);
        for (int from = 0; from < StateCount; from++)
        {
            for (int to = 0; to < StateCount; to++)
            {
                _logInto[to * StateCount + from] = _logOut[from * StateCount + to];
            }
        }
    }

    internal int StateCount { get; }

    /// <summary>ln π [S]</summary>
    internal double[] LogInitial { get; }

    /// <summary>ln of the transitions out of a state, by the state that comes after [S].</summary>
    internal ReadOnlySpan<double> LogOut(int from) => _logOut.AsSpan(from * StateCount, StateCount);

    /// <summary>ln of the transitions into a state, by the state that comes before [S].</summary>
    internal ReadOnlySpan<double> LogInto(int to) => _logInto.AsSpan(to * StateCount, StateCount);
}
