namespace FastRnn;

/// <summary>A matrix or a vector of a layer's parameters.</summary>
/// <param name="Name">The name within the layer, such as <c>inputWeights</c>.</param>
/// <param name="Rows">The rows of a matrix, its outputs; 1 for a vector.</param>
/// <param name="Columns">The columns of a matrix, its inputs; the length of a vector.</param>
/// <param name="IsVector">Whether it is a vector.</param>
public readonly record struct ParameterShape(string Name, int Rows, int Columns, bool IsVector)
{
    /// <summary>The number of values.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>Random values start uniform between start − bound and start + bound.</summary>
    public float Bound { get; internal init; }

    /// <summary>The middle of the values that random ones start with; 0 but for slopes of activations.</summary>
    public float Start { get; internal init; }

    internal static ParameterShape Matrix(string name, int rows, int columns, float bound)
        => new(name, rows, columns, IsVector: false) { Bound = bound };

    internal static ParameterShape Vector(string name, int length, float bound) => new(name, 1, length, IsVector: true) { Bound = bound };
}
