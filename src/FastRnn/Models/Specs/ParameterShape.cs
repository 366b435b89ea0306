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

    /// <summary>Random values start uniform between <see cref="Start"/> − bound and <see cref="Start"/> + bound.</summary>
    public float Bound { get; internal init; }

    /// <summary>The mean of random values.</summary>
    public float Start { get; internal init; }

    /// <summary>Whether training changes it.</summary>
    public bool IsTrained { get; internal init; } = true;

    internal static ParameterShape Matrix(string name, int rows, int columns, float bound)
        => new(name, rows, columns, IsVector: false) { Bound = bound };

    internal static ParameterShape Vector(string name, int length, float bound) => new(name, 1, length, IsVector: true) { Bound = bound };

    /// <summary>A vector that starts with one value throughout.</summary>
    internal static ParameterShape Constant(string name, int length, float start)
        => new(name, 1, length, IsVector: true) { Start = start };
}
