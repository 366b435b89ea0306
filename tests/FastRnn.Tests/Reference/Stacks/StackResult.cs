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

    /// <summary>The outputs of each sequence up to its end, [N][T][O]: what a decoder attends to.</summary>
    internal double[][][] Memories()
        => [.. Enumerable.Range(0, stack.Batch).Select(n => Enumerable.Range(0, stack.OutputRows / stack.Batch)
            .Select(t => t * stack.Batch + n).Where(row => IsRow[row])
            .Select(row => Outputs[(row * stack.Outputs)..((row + 1) * stack.Outputs)]).ToArray())];

    /// <summary>The values of those rows only that are within their sequences.</summary>
    internal double[] WithinSequences(double[] values)
    {
        int width = values.Length / IsRow.Length;
        return values.Where((_, i) => IsRow[i / width]).ToArray();
    }
}
