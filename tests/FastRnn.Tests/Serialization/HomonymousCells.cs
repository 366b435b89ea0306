using FastRnn.Cells;
using FastRnn.Kernels;

namespace FastRnn.Tests.Serialization;

/// <summary>Where one of two cells of the same name stands.</summary>
internal static class One
{
    /// <summary>h = z</summary>
    internal readonly struct HomonymousCell<T> : ICell<HomonymousCell<T>>
    {
        public static int Gates => 1;

        public static int States => 1;

        public static int UnitWeights => 0;

        public static bool SplitsGates => false;

        public static void Forward<TVector>(CellStep<HomonymousCell<T>, TVector> units)
            where TVector : struct, IVector<TVector>
            => units.SetState(0, units.Gate(0));

        public static void Backward<TVector>(CellGradient<HomonymousCell<T>, TVector> units)
            where TVector : struct, IVector<TVector>
            => units.SetDelta(0, units.Gradient(0));
    }
}

/// <summary>Where one of two cells of the same name stands.</summary>
internal static class Other
{
    /// <summary>h = 2·z</summary>
    internal readonly struct HomonymousCell<T> : ICell<HomonymousCell<T>>
    {
        public static int Gates => 1;

        public static int States => 1;

        public static int UnitWeights => 0;

        public static bool SplitsGates => false;

        public static void Forward<TVector>(CellStep<HomonymousCell<T>, TVector> units)
            where TVector : struct, IVector<TVector>
            => units.SetState(0, units.Gate(0) + units.Gate(0));

        public static void Backward<TVector>(CellGradient<HomonymousCell<T>, TVector> units)
            where TVector : struct, IVector<TVector>
            => units.SetDelta(0, units.Gradient(0) + units.Gradient(0));
    }
}
