namespace FastRnn.Baselines.Numerics;

/// <summary>
/// The minimum of a function of a few variables, each from 0 to 1, without its derivatives: a coarse grid, then the simplex method from
/// its best point, with points outside moved to the border. Source: J. A. Nelder and R. Mead, A simplex method for function minimization,
/// The Computer Journal 7, 1965.
/// </summary>
internal static class BoxMinimum
{
    private const int MaxIterations = 400;
    private const double Edge = 0.1;
    private const double Tolerance = 1e-10;

    /// <summary>The simplex shrinks flat against a border; a second one from there goes on along it.</summary>
    private const int Rounds = 3;

    private static readonly double[] Grid = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9];

    /// <param name="function">The function; NaN counts as +∞.</param>
    /// <param name="dimensions">How many variables.</param>
    internal static double[] Find(Func<double[], double> function, int dimensions)
    {
        Vertex best = Evaluate(function, new double[dimensions]);
        foreach (double[] point in GridPoints(dimensions))
        {
            best = Better(best, Evaluate(function, point));
        }

        for (int round = 0; round < Rounds; round++)
        {
            best = Simplex(function, best);
        }

        return best.Point;
    }

    private static IEnumerable<double[]> GridPoints(int dimensions)
        => dimensions == 0 ? [[]] : GridPoints(dimensions - 1).SelectMany(_ => Grid, (point, value) => (double[])[.. point, value]);

    private static Vertex Simplex(Func<double[], double> function, Vertex start)
    {
        int n = start.Point.Length;
        Vertex[] vertices = [start, .. Enumerable.Range(0, n).Select(Neighbor)];
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            Array.Sort(vertices, (a, b) => a.Value.CompareTo(b.Value));
            double size = vertices.Max(vertex => vertex.Point.Zip(vertices[0].Point, (a, b) => Math.Abs(a - b)).Max());
            if (size < Tolerance)
            {
                break;
            }

            double[] center = [.. Enumerable.Range(0, n).Select(d => vertices[..n].Average(vertex => vertex.Point[d]))];
            Vertex reflected = Along(1);
            if (reflected.Value < vertices[0].Value)
            {
                vertices[n] = Better(reflected, Along(2));
            }
            else if (reflected.Value < vertices[n - 1].Value)
            {
                vertices[n] = reflected;
            }
            else
            {
                Vertex contracted = Along(reflected.Value < vertices[n].Value ? 0.5 : -0.5);
                if (contracted.Value < Math.Min(reflected.Value, vertices[n].Value))
                {
                    vertices[n] = contracted;
                }
                else
                {
                    double[] first = vertices[0].Point;
                    for (int i = 1; i <= n; i++)
                    {
                        vertices[i] = Evaluate(function, [.. vertices[i].Point.Zip(first, (a, b) => 0.5 * (a + b))]);
                    }
                }
            }

            // From the worst vertex through the center of the others, and beyond it by a share of their distance.
            Vertex Along(double share)
                => Evaluate(function, [.. center.Zip(vertices[n].Point, (middle, worst) => middle + share * (middle - worst))]);
        }

        return vertices.MinBy(vertex => vertex.Value);

        Vertex Neighbor(int d)
        {
            double[] point = [.. start.Point];
            point[d] += point[d] + Edge <= 1 ? Edge : -Edge;
            return Evaluate(function, point);
        }
    }

    private static Vertex Evaluate(Func<double[], double> function, double[] point)
    {
        double[] inside = [.. point.Select(value => Math.Clamp(value, 0, 1))];
        double value = function(inside);
        return new Vertex(inside, double.IsNaN(value) ? double.PositiveInfinity : value);
    }

    private static Vertex Better(Vertex a, Vertex b) => b.Value < a.Value ? b : a;

    private readonly record struct Vertex(double[] Point, double Value);
}
