namespace FastRnn.Onnx.Import;

/// <summary>What flows are multiples of.</summary>
internal static class Scaling
{
    /// <summary>Constants of a file are floats, or are written with six digits.</summary>
    private const double Tolerance = 1e-5;

    internal static bool IsNear(double value, double expected) => Math.Abs(value - expected) <= Tolerance * Math.Abs(expected);

    /// <summary>A flow as s·x + t with numbers for all features; 1·x + 0 where it is no such.</summary>
    internal static (double Scale, double Shift, Flow Inner) Linear(Flow flow)
        => flow.Operation is AffineOperation { Scale: [var scale], Shift: [var shift] } ? (scale, shift, flow.Inputs[0]) : (1, 0, flow);

    /// <summary>A flow as factor·x; 1·x where it is no such.</summary>
    internal static (double Factor, Flow Inner) Unscaled(Flow flow)
        => flow.Operation is AffineOperation { Factor: { } factor } && factor != 0 ? (factor, flow.Inputs[0]) : (1, flow);

    /// <summary>The x of which a value is a multiple and an argument is a given multiple, and the first multiple; null where there is
    /// none.</summary>
    internal static (Flow X, double Factor)? Common(Flow value, Flow argument, double multiple)
    {
        (double valueFactor, Flow valueInner) = Unscaled(value);
        (double argumentFactor, Flow argumentInner) = Unscaled(argument);
        return valueInner != argumentInner ? null
            : IsNear(argumentFactor, multiple) ? (valueInner, valueFactor)
            : IsNear(argumentFactor, multiple * valueFactor) ? (value, 1)
            : null;
    }

    /// <summary>The coefficients of a flow as a polynomial of another, up to the third power; null where it is none.</summary>
    internal static double[]? Polynomial(Flow flow, Flow x, int depth = 8)
    {
        if (flow == x)
        {
            return [0, 1, 0, 0];
        }

        double[]? Of(int input) => depth == 0 ? null : Polynomial(flow.Inputs[input], x, depth - 1);
        switch (flow.Operation)
        {
            case AffineOperation { Scale: [var scale], Shift: [var shift] } when Of(0) is { } inner:
                return [.. inner.Select((value, power) => scale * value + (power == 0 ? shift : 0))];
            case PowerOperation { Exponent: var exponent } when Of(0) is { } inner:
                return Enumerable.Repeat(inner, exponent - 1).Aggregate((double[]?)inner, Product);
            case MergeOperation { Merge: Merge.Sum } when flow.Inputs.Count == 2 && Of(0) is { } first && Of(1) is { } second:
                return [.. first.Zip(second, (a, b) => a + b)];
            case MergeOperation { Merge: Merge.Multiply } when flow.Inputs.Count == 2 && Of(0) is { } first && Of(1) is { } second:
                return Product(first, second);
            default:
                return null;
        }
    }

    /// <summary>The product of polynomials; null where its degree is too high.</summary>
    private static double[]? Product(double[]? first, double[] second)
    {
        if (first is null)
        {
            return null;
        }

        var product = new double[4];
        for (int i = 0; i < first.Length; i++)
        {
            for (int j = 0; j < second.Length; j++)
            {
                double term = first[i] * second[j];
                if (i + j < product.Length)
                {
                    product[i + j] += term;
                }
                else if (term != 0)
                {
                    return null;
                }
            }
        }

        return product;
    }
}
