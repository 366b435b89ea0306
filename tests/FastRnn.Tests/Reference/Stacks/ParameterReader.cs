namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Takes matrices and vectors off the front of a layer's flat parameters.</summary>
internal sealed class ParameterReader(ArraySegment<double> parameters)
{
    private int _next;

    internal ArraySegment<double> Vector(int length)
    {
        ArraySegment<double> vector = parameters.Slice(_next, length);
        _next += length;
        return vector;
    }

    internal Matrix Matrix(int rows, int columns) => new(Vector(rows * columns), columns);
}
