using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The activations within a cell, each with its gradient: that of gates, that of the candidate for the state, both perhaps of clipped
/// pre-activations z, and that of the state on its way out. A NaN stays NaN.
/// </summary>
internal interface IGateFunctions
{
    /// <summary>Whether a cell keeps z for the way back, and not what the activation has made of it; only then have the functions
    /// fields.</summary>
    static abstract bool KeepsInputs { get; }

    /// <summary>Whether an LSTM's gate f is 1 − i.</summary>
    bool IsCoupled { get; }

    /// <summary>y of a gate's z.</summary>
    TVector Gate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>;

    /// <summary>∂L/∂z.</summary>
    /// <param name="kept">z or y, as <see cref="KeepsInputs"/> says</param>
    /// <param name="y">as that of a gate's z</param>
    /// <param name="gradient">∂L/∂y</param>
    TVector GateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>;

    /// <summary>y of the candidate's z.</summary>
    TVector Candidate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>;

    /// <inheritdoc cref="GateGradient"/>
    TVector CandidateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>;

    /// <summary>y of the state, which is not clipped.</summary>
    TVector Output<TVector>(TVector x)
        where TVector : struct, IVector<TVector>;

    /// <summary>∂L/∂x of x, y and ∂L/∂y.</summary>
    TVector OutputGradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>;
}

/// <summary>σ of gates and tanh of the state, compiled into the cell; nothing is clipped.</summary>
/// <typeparam name="TCandidate">of the candidate, without parameters, and without need of z</typeparam>
internal readonly struct StandardFunctions<TCandidate> : IGateFunctions
    where TCandidate : struct, IActivation
{
    public static bool KeepsInputs => false;

    public bool IsCoupled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>
        => default(SigmoidActivation).Apply(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector GateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => default(SigmoidActivation).Gradient(y, y, gradient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Candidate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>
        => default(TCandidate).Apply(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector CandidateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => default(TCandidate).Gradient(y, y, gradient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Output<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => default(TanhActivation).Apply(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector OutputGradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => default(TanhActivation).Gradient(y, y, gradient);
}

/// <summary>Activations that are chosen at run time, clipped or not, as ONNX lets a cell have them; a call for each vector.</summary>
/// <param name="gate">of gates</param>
/// <param name="candidate">of the candidate</param>
/// <param name="output">of the state</param>
/// <param name="isCoupled">whether an LSTM's gate f is 1 − i</param>
internal readonly struct ChosenFunctions(
    ElementActivation gate, ElementActivation candidate, ElementActivation output, bool isCoupled) : IGateFunctions
{
    private readonly ElementActivation _gate = gate, _candidate = candidate, _output = output;

    public static bool KeepsInputs => true;

    public bool IsCoupled { get; } = isCoupled;

    public TVector Gate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>
        => _gate.Apply(z);

    public TVector GateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => _gate.Gradient(kept, y, gradient);

    public TVector Candidate<TVector>(TVector z)
        where TVector : struct, IVector<TVector>
        => _candidate.Apply(z);

    public TVector CandidateGradient<TVector>(TVector kept, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => _candidate.Gradient(kept, y, gradient);

    public TVector Output<TVector>(TVector x)
        where TVector : struct, IVector<TVector>
        => _output.Apply(x);

    public TVector OutputGradient<TVector>(TVector x, TVector y, TVector gradient)
        where TVector : struct, IVector<TVector>
        => _output.Gradient(x, y, gradient);
}
