using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// What exporters compute with the sizes of a shape, element by element, such as for the -1 in PyTorch's expand: lists of whole numbers, of
/// which some may be sizes that depend on the inputs. A method returns null for other values.
/// </summary>
internal static class SizeArithmetic
{
    internal static GraphValue? Multiply(NodeCall call) => Compute(call, 2, operands => operands switch
    {
        [({ } one, _), ({ } other, _)] when (Int128)one * other is var product && product >= long.MinValue && product <= long.MaxValue
            => new DynamicSize((long)product, null),
        [(1, _), var size] => size,
        [var size, (1, _)] => size,
        _ => null,
    });

    internal static GraphValue? Add(NodeCall call) => OfNumbers(call, (one, other) => one + other);

    internal static GraphValue? Subtract(NodeCall call) => OfNumbers(call, (one, other) => one - other);

    internal static GraphValue? Divide(NodeCall call) => OfNumbers(call, (one, other) => other == 0 ? null : one / other);

    internal static GraphValue? Compare(NodeCall call) => Compute(call, 2, operands => operands switch
    {
        [({ } one, _), ({ } other, _)] => new DynamicSize(one == other ? 1 : 0, null),

        // A size is never below 0.
        [var one, var other] when one.Number < 0 || other.Number < 0 => new DynamicSize(0, null),
        _ => null,
    });

    internal static GraphValue? Choose(NodeCall call) => Compute(call, 3, operands => operands switch
    {
        [({ } condition, _), var yes, var no] => condition != 0 ? yes : no,
        _ => null,
    });

    /// <summary>Of numbers that are all known.</summary>
    private static GraphValue? OfNumbers(NodeCall call, Func<Int128, Int128, Int128?> compute)
        => Compute(call, 2, operands => operands switch
        {
            [({ } one, _), ({ } other, _)] when compute(one, other) is { } result && result >= long.MinValue && result <= long.MaxValue
                => new DynamicSize((long)result, null),
            _ => null,
        });

    /// <param name="call">the node</param>
    /// <param name="operands">how many inputs it has</param>
    /// <param name="compute">a result of its operands; null where the inputs decide it</param>
    private static GraphValue? Compute(NodeCall call, int operands, Func<DynamicSize[], DynamicSize?> compute)
    {
        if (Array.Exists(call.Arguments, argument => argument is DynamicValue))
        {
            return null;
        }

        DynamicSize[][] lists = [.. Enumerable.Range(0, operands).Select(i => DynamicShapes.Sizes(call, i))];
        int count = lists.Max(list => list.Length);
        if (!Array.TrueForAll(lists, list => list.Length == count || list.Length == 1))
        {
            throw call.Node.Refused(
                "expected as many numbers in each input, or one, but there are "
                + string.Join(" and ", lists.Select(list => list.Length)));
        }

        IEnumerable<DynamicSize> results = Enumerable.Range(0, count).Select(i =>
        {
            DynamicSize[] each = Array.ConvertAll(lists, list => list[list.Length == 1 ? 0 : i]);
            return compute(each) ?? throw call.Node.Refused(
                $"expected numbers that the inputs don't decide, but it computes with {DisplayText.List(each)}");
        });
        return DynamicShapes.Simplest(results, Array.TrueForAll(call.Arguments, IsScalar));
    }

    private static bool IsScalar(GraphValue? value) => value is DynamicShape { IsScalar: true } or Constant { Tensor.Rank: 0 };
}
