using System.Runtime.CompilerServices;
using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Cells;

/// <summary>How many of what a cell has.</summary>
internal interface ICellSizes
{
    static abstract (int Gates, int States, int UnitWeights) Sizes { get; }
}

/// <summary>A cell of any sizes whose steps do what a test asks for, with fewer units than the widest vectors have.</summary>
internal readonly struct BadCell<TSizes> : ICell<BadCell<TSizes>>
    where TSizes : struct, ICellSizes
{
    internal delegate void ForwardStep(CellStep<BadCell<TSizes>, PortableVector> units);

    internal delegate void BackwardStep(CellGradient<BadCell<TSizes>, PortableVector> units);

    [field: ThreadStatic]
    internal static ForwardStep? OnForward { get; set; }

    [field: ThreadStatic]
    internal static BackwardStep? OnBackward { get; set; }

    public static int Gates => TSizes.Sizes.Gates;

    public static int States => TSizes.Sizes.States;

    public static int UnitWeights => TSizes.Sizes.UnitWeights;

    public static bool SplitsGates => false;

    public static void Forward<TVector>(CellStep<BadCell<TSizes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        for (int state = 0; state < States; state++)
        {
            units.SetState(state, units.Gate(0));
        }

        if (typeof(TVector) == typeof(PortableVector))
        {
            OnForward?.Invoke(Unsafe.As<CellStep<BadCell<TSizes>, TVector>, CellStep<BadCell<TSizes>, PortableVector>>(ref units));
        }
    }

    public static void Backward<TVector>(CellGradient<BadCell<TSizes>, TVector> units)
        where TVector : struct, IVector<TVector>
    {
        for (int state = 0; state < States; state++)
        {
            units.SetPreviousGradient(state, units.Gradient(state));
        }

        if (typeof(TVector) == typeof(PortableVector))
        {
            OnBackward?.Invoke(Unsafe.As<CellGradient<BadCell<TSizes>, TVector>, CellGradient<BadCell<TSizes>, PortableVector>>(ref units));
        }
    }
}
