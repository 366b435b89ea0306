using FastRnn.Cells;

namespace FastRnn.Tests.Cells;

/// <summary>How many of what a cell has.</summary>
internal interface ICellSizes
{
    static abstract (int Gates, int States, int Coefficients) Sizes { get; }
}

/// <summary>A cell of any sizes whose steps do what a test asks for.</summary>
internal readonly struct BadCell<TSizes> : ICell<BadCell<TSizes>>
    where TSizes : struct, ICellSizes
{
    internal delegate void ForwardStep(CellStep<BadCell<TSizes>> units);

    internal delegate void BackwardStep(CellGradient<BadCell<TSizes>> units);

    [field: ThreadStatic]
    internal static ForwardStep? OnForward { get; set; }

    [field: ThreadStatic]
    internal static BackwardStep? OnBackward { get; set; }

    public static int Gates => TSizes.Sizes.Gates;

    public static int States => TSizes.Sizes.States;

    public static int Coefficients => TSizes.Sizes.Coefficients;

    public static bool KeepsRecurrent => false;

    public static void Forward(CellStep<BadCell<TSizes>> units)
    {
        for (int state = 0; state < States; state++)
        {
            units.SetState(state, units.Input(0));
        }

        OnForward?.Invoke(units);
    }

    public static void Backward(CellGradient<BadCell<TSizes>> units)
    {
        for (int state = 0; state < States; state++)
        {
            units.SetPreviousGradient(state, units.Gradient(state));
        }

        OnBackward?.Invoke(units);
    }
}
