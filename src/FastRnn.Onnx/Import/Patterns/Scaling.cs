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

    /// <summary>r for a value that is r·(x − shift), the same r for all features; null where it is no such.</summary>
    internal static double? Ratio(Flow value, Flow x, double shift = 0)
    {
        if (value == x && shift == 0)
        {
            return 1;
        }

        (AffineOperation? first, AffineOperation? second) = (value.Operation as AffineOperation, x.Operation as AffineOperation);
        if ((first is null ? value : value.Inputs[0]) != (second is null ? x : x.Inputs[0]))
        {
            return null;
        }

        (double[] scale, double[] start) = first is null ? ([1], [0]) : (first.Scale, first.Shift);
        (double[] otherScale, double[] otherStart) = second is null ? ([1], [0]) : (second.Scale, second.Shift);
        int count = new[] { scale.Length, start.Length, otherScale.Length, otherStart.Length }.Max();
        double? ratio = null;
        for (int i = 0; i < count; i++)
        {
            double factor = At(scale, i), otherFactor = At(otherScale, i), from = At(start, i), otherFrom = At(otherStart, i) - shift;
            ratio ??= factor / otherFactor;
            if (!double.IsFinite(ratio.Value) || ratio == 0 || !IsClose(factor, ratio.Value * otherFactor)
                || !IsClose(from, ratio.Value * otherFrom))
            {
                return null;
            }
        }

        return ratio;

        static double At(double[] values, int i) => values[values.Length == 1 ? 0 : i];

        static bool IsClose(double one, double other) => Math.Abs(one - other) <= 1e-6 * (Math.Abs(one) + Math.Abs(other)) + 1e-7;
    }

    /// <summary>The coefficients of a flow as a polynomial of another, up to the third power; null where it is none.</summary>
    internal static double[]? Polynomial(Flow flow, Flow x, int depth = 8)
    {
        if (Ratio(flow, x) is { } ratio)
        {
            return [0, ratio, 0, 0];
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
