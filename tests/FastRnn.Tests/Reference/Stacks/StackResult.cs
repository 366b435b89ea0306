namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Everything that a forward pass over a batch is compared by.</summary>
internal sealed class StackResult(StackCase stack)
{
    /// <summary>[T, N, O] with zeros behind the ends, or [N, O]</summary>
    internal double[] Outputs { get; } = new double[stack.OutputRows * stack.Outputs];

    /// <summary>The outputs before the activation of a dense layer at the end; otherwise the outputs.</summary>
    internal double[] Logits { get; } = new double[stack.OutputRows * stack.Outputs];

    /// <summary>[N, S]</summary>
    internal double[] FinalState { get; } = new double[stack.Batch * stack.StateSize];

    /// <summary>Which rows are within their sequences.</summary>
    internal bool[] IsRow { get; } = new bool[stack.OutputRows];

    internal Smoothness Smoothness { get; } = new();

    internal int Rows => IsRow.Count(isRow => isRow);

    internal void SetRow(int row, double[] output, double[] logits)
    {
        IsRow[row] = true;
        output.CopyTo(Outputs, row * stack.Outputs);
        logits.CopyTo(Logits, row * stack.Outputs);
    }

    /// <summary>The values of those rows only that are within their sequences.</summary>
    internal double[] WithinSequences(double[] values)
    {
        int width = values.Length / IsRow.Length;
        return values.Where((_, i) => IsRow[i / width]).ToArray();
    }
}
