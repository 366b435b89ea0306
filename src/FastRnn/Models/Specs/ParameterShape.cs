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

    /// <summary>What it is for, by which it can start otherwise.</summary>
    internal ParameterRole Role { get; init; }

    /// <summary>The gates of a cell that stand one upon another in it, each with as many rows or values; 1 where there are none.</summary>
    internal int Gates { get; init; } = 1;

    /// <summary>Of a bias the gate that keeps the memory, f of an LSTM or z of a GRU; null where there is none.</summary>
    internal int? KeepingGate { get; init; }

    /// <summary>Of a bias the gate that lets into the memory, i of an LSTM; null where there is none.</summary>
    internal int? AdmittingGate { get; init; }

    internal static ParameterShape Matrix(string name, int rows, int columns, float bound)
        => new(name, rows, columns, IsVector: false)
        {
            Bound = bound,
            Role = ParameterRole.Weights,
        };

    internal static ParameterShape Vector(string name, int length, float bound)
        => new(name, 1, length, IsVector: true)
        {
            Bound = bound,
            Role = ParameterRole.Bias,
        };

    /// <summary>A vector that starts with one value throughout.</summary>
    internal static ParameterShape Constant(string name, int length, float start)
        => new(name, 1, length, IsVector: true) { Start = start };
}
