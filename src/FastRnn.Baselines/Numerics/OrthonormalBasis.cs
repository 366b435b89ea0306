using System.Numerics.Tensors;

namespace FastRnn.Baselines.Numerics;

/// <summary>
/// An orthonormal basis of the space that the vectors added so far span: Gram–Schmidt, twice for each vector, which leaves the basis
/// orthogonal to rounding. A vector that depends on the earlier ones adds nothing.
/// </summary>
internal sealed class OrthonormalBasis
{
    /// <summary>A vector counts as dependent when so little of its length lies outside the space.</summary>
    private const double Dependent = 1e-10;

    private const int Passes = 2;

    private readonly List<double[]> _vectors = [];

    internal IReadOnlyList<double[]> Vectors => _vectors;

    /// <summary>Splits a vector into its part within the space and the rest, whose direction joins the basis.</summary>
    /// <param name="vector">[n]</param>
    /// <param name="coefficients">Receives the coefficients of the vector in the basis, after it has grown [its count].</param>
    /// <returns>Whether the basis has grown.</returns>
    internal bool TryAdd(ReadOnlySpan<double> vector, out double[] coefficients)
    {
        double[] rest = vector.ToArray();
        var found = new List<double>(new double[_vectors.Count]);
        for (int pass = 0; pass < Passes; pass++)
        {
            for (int k = 0; k < _vectors.Count; k++)
            {
                double share = TensorPrimitives.Dot<double>(_vectors[k], rest);
                found[k] += share;
                TensorPrimitives.MultiplyAdd(_vectors[k], -share, rest, rest);
            }
        }

        double length = TensorPrimitives.Norm<double>(rest);
        bool grows = length > Dependent * TensorPrimitives.Norm(vector);
        if (grows)
        {
            TensorPrimitives.Divide(rest, length, rest);
            _vectors.Add(rest);
            found.Add(length);
        }

        coefficients = [.. found];
        return grows;
    }
}
