using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Each G-th part of the outputs sees that part of the inputs. Windows lie group by group, [G, R, width·I/G].</summary>
internal sealed class GroupedWindowProduct : WindowProduct
{
    private readonly DenseProjection[] _groups;
    private readonly int _groupInputs;
    private readonly int _groupOutputs;

    /// <param name="weights">W [O, width·I/G]</param>
    /// <param name="bias">b [O]; null for none</param>
    /// <param name="groups">G</param>
    /// <param name="width">the inputs of a window</param>
    /// <param name="scope">how far back gradients are wanted</param>
    internal GroupedWindowProduct(ParameterSlice weights, ParameterSlice? bias, int groups, int width, GradientScope scope)
    {
        _groupOutputs = weights.Rows / groups;
        _groupInputs = weights.Columns / width;
        InputSize = groups * _groupInputs;
        OutputSize = weights.Rows;
        WindowSize = groups * weights.Columns;
        _groups = new DenseProjection[groups];
        for (int i = 0; i < groups; i++)
        {
            ParameterSlice rows = weights with { Rows = _groupOutputs, Offset = weights.Offset + i * _groupOutputs * weights.Columns };
            ParameterSlice? part = bias is { } all ? all with { Columns = _groupOutputs, Offset = all.Offset + i * _groupOutputs } : null;
            _groups[i] = new DenseProjection(rows, part, scope);
        }
    }

    internal override int InputSize { get; }

    internal override int OutputSize { get; }

    internal override int WindowSize { get; }

    private int GroupWindow => WindowSize / _groups.Length;

    internal override void Pack(ParameterBuffer parameters)
    {
        foreach (DenseProjection group in _groups)
        {
            group.Pack(parameters);
        }
    }

    /// <summary>The outputs of one group.</summary>
    internal override long ForwardScratchLength(int rows) => _groups.Length == 1 || rows == 1 ? 0 : (long)rows * _groupOutputs;

    internal override long BackwardScratchLength(int rows)
        => (_groups.Length == 1 ? 0 : SpanAllocator.LengthOf((long)rows * _groupOutputs)) + _groups[0].GradientScratchLength;

    internal override void Put(Span<float> windows, int rows, int row, int place, ReadOnlySpan<float> input)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            Span<float> piece = windows.Slice((group * rows + row) * GroupWindow + place * _groupInputs, _groupInputs);
            if (input.IsEmpty)
            {
                piece.Clear();
            }
            else
            {
                input.Slice(group * _groupInputs, _groupInputs).CopyTo(piece);
            }
        }
    }

    internal override void AddTo(Span<float> sum, ReadOnlySpan<float> windows, int rows, int row, int place)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            Span<float> part = sum.Slice(group * _groupInputs, _groupInputs);
            TensorPrimitives.Add(
                part, windows.Slice((group * rows + row) * GroupWindow + place * _groupInputs, _groupInputs), part);
        }
    }

    internal override void Forward(ReadOnlySpan<float> windows, int rows, Span<float> outputs, Span<float> scratch)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            // The outputs of one row lie group by group.
            bool isInPlace = ForwardScratchLength(rows) == 0;
            Span<float> part = isInPlace ? outputs.Slice(group * _groupOutputs, rows * _groupOutputs) : scratch[..(rows * _groupOutputs)];
            _groups[group].Forward(WindowsOf(windows, rows, group), rows, part);
            if (!isInPlace)
            {
                RowOrder.Copy(rows, part, _groupOutputs, outputs[(group * _groupOutputs)..], OutputSize, _groupOutputs);
            }
        }
    }

    internal override void AddGradients(
        ReadOnlySpan<float> windows, ReadOnlySpan<float> delta, int rows, ParameterBuffer gradients, Span<float> scratch)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            ReadOnlySpan<float> part = DeltaOf(delta, rows, group, scratch);
            _groups[group].AddGradients(WindowsOf(windows, rows, group), part, rows, gradients, RestOf(scratch, rows));
        }
    }

    internal override void Propagate(ReadOnlySpan<float> delta, int rows, Span<float> windowGradients, Span<float> scratch)
    {
        for (int group = 0; group < _groups.Length; group++)
        {
            ReadOnlySpan<float> part = DeltaOf(delta, rows, group, scratch);
            _groups[group].Propagate(part, rows, windowGradients.Slice(group * rows * GroupWindow, rows * GroupWindow), add: false);
        }
    }

    private ReadOnlySpan<float> WindowsOf(ReadOnlySpan<float> windows, int rows, int group)
        => windows.Slice(group * rows * GroupWindow, rows * GroupWindow);

    /// <summary>∂L/∂y of one group, [R, O/G].</summary>
    private ReadOnlySpan<float> DeltaOf(ReadOnlySpan<float> delta, int rows, int group, Span<float> scratch)
    {
        if (_groups.Length == 1)
        {
            return delta;
        }

        RowOrder.Copy(rows, delta[(group * _groupOutputs)..], OutputSize, scratch, _groupOutputs, _groupOutputs);
        return scratch[..(rows * _groupOutputs)];
    }

    private Span<float> RestOf(Span<float> scratch, int rows)
        => _groups.Length == 1 ? scratch : scratch[(int)SpanAllocator.LengthOf((long)rows * _groupOutputs)..];
}
