namespace FastRnn.Benchmarks;

/// <summary>
/// How many matrices [H, H] a cell has, with I = H (and O = H where it has outputs of its own). They are what a limit counts: a cell's
/// elementwise arithmetic, biases and coefficients are of another order and no part of it.
/// </summary>
/// <param name="Input">those that inputs are multiplied by, which needs no state: all steps at once</param>
/// <param name="Feedback">those that the state is multiplied by</param>
/// <param name="Output">those between the hidden units and the state</param>
internal readonly record struct CellMatrices(int Input, int Feedback, int Output = 0)
{
    /// <summary>Those that a step has to wait for the step before it with.</summary>
    internal int Recurrent => Feedback + Output;

    internal int All => Input + Recurrent;
}
