using System.Numerics.Tensors;

namespace FastRnn.Layers;

/// <summary>
/// The row of each sequence that counts in a many-to-one network: that of its last step, but for columns of a reverse direction, which
/// has been through the whole sequence at the first step.
/// </summary>
internal static class LastRows
{
    /// <summary>Copies them. Of sequences that go on in later steps it is the row so far, to be replaced when those come.</summary>
    /// <param name="sequences">all steps, or the next few of them</param>
    /// <param name="rows">[R, width]</param>
    /// <param name="width">the floats of a row</param>
    /// <param name="reverseColumn">the first column of the reverse direction; null where there is none</param>
    /// <param name="last">[N, width]</param>
    internal static void Gather(
        in Sequences sequences, ReadOnlySpan<float> rows, int width, int? reverseColumn, Span<float> last)
    {
        int column = reverseColumn ?? width;
        for (int i = 0; i < sequences.Batch; i++)
        {
            rows.Slice((sequences.Start(sequences.Length(i) - 1) + i) * width, column).CopyTo(last[(i * width)..]);
            rows.Slice(i * width + column, width - column).CopyTo(last[(i * width + column)..]);
        }
    }

    /// <summary>Adds gradients of the rows that <see cref="Gather"/> takes of whole sequences.</summary>
    /// <param name="sequences">all steps</param>
    /// <param name="last">[N, width]</param>
    /// <param name="width">the floats of a row</param>
    /// <param name="reverseColumn">as there</param>
    /// <param name="rows">[R, width], added to</param>
    internal static void ScatterAdd(
        in Sequences sequences, ReadOnlySpan<float> last, int width, int? reverseColumn, Span<float> rows)
    {
        int column = reverseColumn ?? width;
        for (int i = 0; i < sequences.Batch; i++)
        {
            ReadOnlySpan<float> gradient = last.Slice(i * width, width);
            Span<float> end = rows.Slice((sequences.Start(sequences.Length(i) - 1) + i) * width, column);
            TensorPrimitives.Add(end, gradient[..column], end);
            Span<float> beginning = rows.Slice(i * width + column, width - column);
            TensorPrimitives.Add(beginning, gradient[column..], beginning);
        }
    }
}
