using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>Which axes of values have the features, and how constants and other values meet them.</summary>
internal static class FeatureAxes
{
    /// <summary>Whether the last axis, and no other, has the features. For an input that is decided here; for the outputs of a layer it is
    /// known, and a Transpose or a new axis may have moved them.</summary>
    internal static bool AreLast(DynamicValue value, Flow flow) => Are(value, flow, value.Axes.Length - 1);

    /// <summary>Whether an axis, and no other, has the features.</summary>
    internal static bool Are(DynamicValue value, Flow flow, int place)
    {
        Axis[] axes = value.Axes;
        if (place < 0 || axes.Where((_, i) => i != place).Any(axis => axis.Role == OnnxAxis.Feature))
        {
            return false;
        }

        Axis axis = axes[place];
        bool isKnown = axis.Role == OnnxAxis.Feature || (IsOpen(flow) && axis.Bind(OnnxAxis.Feature));
        return isKnown && axes.All(other => other.Role != OnnxAxis.Direction || other.IsSingle)
            && (axis.Size is not { } size || flow.HasSize((int)size));
    }

    /// <summary>Whether no axis is known yet as that of the features.</summary>
    internal static bool IsOpen(Flow flow) => flow.Size is null || flow.Operation is NetworkInput;

    /// <summary>Constants as one number for all features, or one for each; null where they meet other axes. The axes may change, where one
    /// feature meets several constants.</summary>
    internal static double[]? Vector(ref DynamicValue value, Flow flow, Tensor constant)
    {
        if (constant.Floats is not { } values || constant.Rank > value.Axes.Length)
        {
            return null;
        }

        if (values.Length == 1)
        {
            return [values[0]];
        }

        Axis[] axes = [.. value.Axes];
        int outer = axes.Length - constant.Rank;
        int directions = 1, features = 1, directionStride = 0, featureStride = 0;
        long[] strides = Tensor.Strides(constant.Shape);
        for (int i = 0; i < constant.Rank; i++)
        {
            if (constant.Shape[i] == 1)
            {
                continue;
            }

            Axis axis = axes[outer + i];
            int count = (int)constant.Shape[i];
            if (axis.Role == OnnxAxis.Direction && axis.Size == count)
            {
                (directions, directionStride) = (count, (int)strides[i]);
            }
            else if (features == 1 && axis.IsSingle && flow.Size == 1 && axes.All(other => other == axis || other.Role != OnnxAxis.Feature))
            {
                axes[outer + i] = new Axis(count, OnnxAxis.Feature);
                (features, featureStride) = (count, (int)strides[i]);
            }
            else if (features == 1 && (axis.Size ?? count) == count && axes.All(other => other == axis || other.Role != OnnxAxis.Feature)
                && (axis.Role == OnnxAxis.Feature || (IsOpen(flow) && axis.Bind(OnnxAxis.Feature))))
            {
                (features, featureStride) = (count, (int)strides[i]);
            }
            else
            {
                return null;
            }
        }

        // A constant that has one number for each direction or each feature alone is repeated along the other.
        int allDirections = (int)(axes.FirstOrDefault(axis => axis.Role == OnnxAxis.Direction)?.Size ?? 1);
        int allFeatures = features > 1 ? features : (flow.Size ?? allDirections) / allDirections;
        if (flow.Size is null && !flow.HasSize(features))
        {
            return null;
        }

        value = value with { Axes = axes };
        var vector = new double[allDirections * allFeatures];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = values[i / allFeatures % directions * directionStride + i % allFeatures % features * featureStride];
        }

        return vector;
    }

    /// <summary>How many places an axis of features or directions has; null for other axes, and while it is unknown.</summary>
    internal static int? Width(DynamicValue value, int axis)
        => value.Axes[axis] is { Size: { } size } along && (along.Role is OnnxAxis.Feature
            || (along.Role is OnnxAxis.Direction && size > 1 && value.Source is FlowSource)
            || (along.Role is null && axis > 0
                && value.Source is (InputSource { IsIndices: false, FirstRow: null } or FlowSource { Flow.Size: null })
                && axis == value.Axes.Length - 1 && value.Axes.All(other => other.Role != OnnxAxis.Feature)))
            ? (int)size
            : null;

    /// <summary>The columns that places along the axis of the features, or of the directions, stand for; null for another axis.</summary>
    internal static int[]? Columns(DynamicValue value, Flow flow, int axis, int[] places)
    {
        Axis along = value.Axes[axis];
        if (IsOpen(flow) && along.Role is null && !along.Bind(OnnxAxis.Feature))
        {
            return null;
        }

        if (along.Size is not { } width || (flow.Size is null && !flow.HasSize((int)width)) || flow.Size is not { } size)
        {
            return null;
        }

        switch (along.Role)
        {
            case OnnxAxis.Direction when size % width == 0:
                int each = size / (int)width;
                return [.. places.SelectMany(place => Enumerable.Range(place * each, each))];
            case OnnxAxis.Feature when size % width == 0:
                int directions = size / (int)width;
                return [.. Enumerable.Range(0, directions).SelectMany(direction => places.Select(place => direction * (int)width + place))];
            default:
                return null;
        }
    }

    /// <summary>Whether values can stand side by side along an axis: that of their features alone, or of their directions.</summary>
    internal static bool CanJoin(DynamicValue value, Flow flow, int axis)
        => value.Axes[axis].Role == OnnxAxis.Direction
            || (value.Axes[axis].IsSingle && flow.Size == value.Axes.FirstOrDefault(other => other.Role == OnnxAxis.Feature)?.Size
                && value.Axes[axis].Role is null && value.Axes.Any(other => other.Role == OnnxAxis.Feature))
            || Are(value, flow, axis);

    /// <summary>The axes of what two values are together, element by element; null where they don't meet.</summary>
    internal static Axis[]? Meeting(Axis[] first, Axis[] second)
    {
        int rank = Math.Max(first.Length, second.Length);
        var axes = new Axis[rank];
        for (int i = 0; i < rank; i++)
        {
            Axis? one = first.ElementAtOrDefault(first.Length - rank + i), other = second.ElementAtOrDefault(second.Length - rank + i);
            if (first.Length - rank + i < 0 || second.Length - rank + i < 0)
            {
                axes[i] = one is not null && first.Length - rank + i >= 0 ? one : other!;
                continue;
            }

            if (Met(one!, other!) is not { } met)
            {
                return null;
            }

            axes[i] = met;
        }

        Axis[] many = [.. axes.Where(axis => !axis.IsSingle)];
        return many.Distinct().Count() == many.Length ? axes : null;
    }

    private static Axis? Met(Axis one, Axis other)
    {
        if (one == other || (one.Parts.Length > 0 && one.Parts.AsSpan().SequenceEqual(other.Parts)))
        {
            return one;
        }

        if (one.IsSingle || other.IsSingle)
        {
            Axis single = one.IsSingle ? one : other, many = one.IsSingle ? other : one;
            return single.IsSingle && many.IsSingle && many.Role is null ? single : many;
        }

        return one.Role is { } role && one.Role == other.Role && role != OnnxAxis.Direction
            && (one.Size ?? other.Size) == (other.Size ?? one.Size)
            ? one.Size is null ? other : one
            : null;
    }
}
