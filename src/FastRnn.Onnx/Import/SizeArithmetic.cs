namespace FastRnn.Onnx.Import;

/// <summary>
/// What exporters compute with the sizes of a shape, element by element, as the -1 in PyTorch's expand that leaves an axis as it is:
/// lists of whole numbers, of which some may be sizes that depend on the inputs.
/// </summary>
internal static class SizeArithmetic
{
    /// <summary>The node's value; null where the operator is not one of these.</summary>
    internal static GraphValue? Compute(NodeCall call)
    {
        int operands = call.Node.Operator switch { "Mul" or "Equal" => 2, "Where" => 3, _ => 0 };
        if (operands == 0 || call.Arguments.Any(argument => argument is Flow))
        {
            return null;
        }

        (long? Size, Axis? Axis)[][] lists = [.. Enumerable.Range(0, operands).Select(i => DynamicShapes.Sizes(call, i))];
        int count = lists.Max(list => list.Length);
        if (!Array.TrueForAll(lists, list => list.Length == count || list.Length == 1))
        {
            throw call.Node.Refused(
                "expected as many numbers in each input, or one, but there are "
                + string.Join(" and ", lists.Select(list => list.Length)));
        }

        (long? Size, Axis? Axis)[] results =
            [.. Enumerable.Range(0, count).Select(i => Of(call, Array.ConvertAll(lists, list => list[list.Length == 1 ? 0 : i])))];
        return DynamicShapes.Simplest(results, call.Arguments.All(IsScalar));
    }

    private static (long? Size, Axis? Axis) Of(NodeCall call, (long? Size, Axis? Axis)[] operands)
        => (call.Node.Operator, operands) switch
        {
            ("Mul", [({ } one, _), ({ } other, _)])
                when (Int128)one * other is var product && product >= long.MinValue && product <= long.MaxValue
                => ((long)product, null),
            ("Mul", [(1, _), var size]) => size,
            ("Mul", [var size, (1, _)]) => size,
            ("Equal", [({ } one, _), ({ } other, _)]) => (one == other ? 1 : 0, null),

            // A size is never below 0.
            ("Equal", [var one, var other]) when one.Size < 0 || other.Size < 0 => (0, null),
            ("Where", [({ } condition, _), var yes, var no]) => condition != 0 ? yes : no,
            _ => throw call.Node.Refused(
                $"expected numbers that the inputs don't decide, but it computes with [{DynamicShapes.Shown(operands)}]"),
        };

    private static bool IsScalar(GraphValue? value) => value is DynamicShape { IsScalar: true } or Constant { Tensor.Rank: 0 };
}
