using System.Runtime.CompilerServices;
using FastRnn.Kernels;

namespace FastRnn.Cells;

/// <summary>
/// The simple recurrent network: a⟨t⟩ = g₁(Waa·a⟨t−1⟩ + Wax·x⟨t⟩ + b). Source: J. L. Elman, Finding structure in time, Cognitive
/// Science 14 (1990), 179–211; ONNX, operator RNN, for the clip.
/// </summary>
/// <param name="functions">g₁ is that of the candidate</param>
/// <typeparam name="TFunctions">compiled in</typeparam>
internal readonly struct ElmanCell<TFunctions>(TFunctions functions) : ICell<ElmanCell<TFunctions>>
    where TFunctions : struct, IGateFunctions
{
    private readonly TFunctions _functions = functions;

    public static int Gates => 1;

    public static int States => 1;

    public static int UnitWeights => 0;

    public static bool SplitsGates => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<TVector>(CellStep<ElmanCell<TFunctions>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
        units.SetState(0, functions.Candidate(units.Gate(0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<TVector>(CellGradient<ElmanCell<TFunctions>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        TFunctions functions = TFunctions.KeepsInputs ? units.Self._functions : default;
        units.SetDelta(0, functions.CandidateGradient(units.Kept(0), units.State(0), units.Gradient(0)));
        units.SetPreviousGradient(0, TVector.Zero);
    }
}
