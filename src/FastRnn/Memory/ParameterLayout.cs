namespace FastRnn.Memory;

/// <summary>A named matrix (or, with one row, a vector) within a flat parameter buffer, row-major.</summary>
/// <param name="Name">unique in the layout</param>
/// <param name="Rows">of the matrix</param>
/// <param name="Columns">of the matrix</param>
/// <param name="Offset">floats before it</param>
/// <param name="IsVector">whether it is a vector, whose shape is [columns] outside of the library</param>
/// <param name="IsTrained">whether training changes it</param>
internal readonly record struct ParameterSlice(
    string Name, int Rows, int Columns, int Offset, bool IsVector, bool IsTrained = true)
{
    internal int Length => Rows * Columns;
}

/// <summary>Which parameters a network has and where each lies in its flat buffer; there are no gaps.</summary>
internal sealed class ParameterLayout
{
    private readonly List<ParameterSlice> _slices = [];

    internal IReadOnlyList<ParameterSlice> Slices => _slices;

    /// <summary>How many floats all parameters take together.</summary>
    internal int Length { get; private set; }

    internal ParameterSlice Add(string name, int rows, int columns, bool isVector = false, bool isTrained = true)
    {
        var slice = new ParameterSlice(name, rows, columns, Length, isVector, isTrained);
        Length = checked(Length + checked(rows * columns));
        _slices.Add(slice);
        return slice;
    }
}
