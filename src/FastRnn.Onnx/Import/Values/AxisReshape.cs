using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Reshapes of values that depend on the inputs: which axes are joined or split.</summary>
internal static class AxisReshape
{
    /// <summary>Joins neighbouring axes, splits time and batch again, drops axes of one element and makes new ones.</summary>
    internal static DynamicValue Apply(NodeCall call, DynamicValue value)
    {
        DynamicSize[] wanted = DynamicShapes.Sizes(call, 1);
        bool copies = call.Node.Int("allowzero", 0) == 0;
        Axis[] from = [.. value.Axes.SelectMany(axis => axis.Unjoined)];
        bool isFlat = from.Length != value.Axes.Length;
        int open = Array.FindIndex(wanted, size => size.Number == -1);
        int before = 0, behind = from.Length;
        var axes = new Axis[wanted.Length];
        for (int i = 0; i < (open < 0 ? wanted.Length : open); i++)
        {
            int end = before;
            if (!Take(wanted[i], i, ref end, 1))
            {
                throw Refused();
            }

            // Axes of one element at the end belong to the last size.
            end = i == wanted.Length - 1 && from[end..].All(axis => axis.IsSingle) ? from.Length : end;
            axes[i] = Joined(from[before..end]) ?? throw Refused();
            before = end;
        }

        for (int i = wanted.Length - 1; open >= 0 && i > open; i--)
        {
            int start = behind;
            if (!Take(wanted[i], -1, ref start, -1))
            {
                throw Refused();
            }

            axes[i] = Joined(from[start..behind]) ?? throw Refused();
            behind = start;
        }

        if (open >= 0)
        {
            axes[open] = Joined(from[before..behind]) ?? throw Refused();
        }
        else if (from[before..].Any(axis => !axis.IsSingle))
        {
            throw Refused();
        }

        return value with { Axes = axes };

        // Moves an end over the axes that make up a size.
        bool Take(DynamicSize size, int position, ref int end, int direction)
        {
            if (size.Number == 0 && copies)
            {
                // A 0 keeps the axis at its own place.
                bool isAtPlace = position >= 0 && !isFlat && end == position && end < behind;
                end += isAtPlace ? 1 : 0;
                return isAtPlace;
            }

            long product = 1;
            while (direction > 0 ? end < behind : end > before)
            {
                Axis next = from[direction > 0 ? end : end - 1];
                bool takes = size.Axis is not null
                    ? next == size.Axis
                    : next.Size is { } known && product * known <= size.Number
                        && (product < size.Number || (known == 1 && size.Number == 1));
                if (!takes)
                {
                    break;
                }

                end += direction;
                product *= next.Size ?? 1;
                if (size.Axis is not null || product == size.Number)
                {
                    return true;
                }
            }

            return size.Axis is null && product == size.Number;
        }

        Exception Refused()
            => call.Node.Refused(
                $"expected a shape that keeps time, batch and features apart, but {value} becomes {DisplayText.List(wanted)}");
    }

    /// <summary>The axis that neighbours are together; null where they can't be one.</summary>
    private static Axis? Joined(Axis[] axes)
    {
        // Directions and features are features together, side by side, even if there is one direction.
        if (axes is [.. var outer, { Role: OnnxAxis.Feature } features]
            && outer.All(axis => axis.IsSingle || axis.Role == OnnxAxis.Direction))
        {
            long? count = axes.Aggregate((long?)1, (product, axis) => product * axis.Size);
            return count == features.Size ? features : new Axis(count, OnnxAxis.Feature);
        }

        Axis[] many = [.. axes.Where(axis => !axis.IsSingle)];
        return many switch
        {
            [] => axes.FirstOrDefault(axis => axis.Role is not null) ?? axes.FirstOrDefault() ?? new Axis(1),
            [var only] => only,
            _ when many.All(axis => axis.Role is null or OnnxAxis.Time or OnnxAxis.Batch)
                => new Axis(many.Aggregate((long?)1, (product, axis) => product * axis.Size), parts: many),
            _ => null,
        };
    }
}
