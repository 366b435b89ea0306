using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Runs a cell with two recurrent products a step, see <see cref="TwoProductCell"/>.</summary>
internal sealed class TwoProductLayer : RecurrentLayer
{
    private readonly TwoProductCell _cell;
    private readonly Projection _firstInput;
    private readonly DenseProjection _feedback;
    private readonly Projection? _secondInput;
    private readonly DenseProjection _second;
    private readonly int _stepScratchLength;

    /// <param name="cell">what stands between the products</param>
    /// <param name="firstInput">W₁ [G·H, I] and b₁</param>
    /// <param name="feedback">U [G·H, O]</param>
    /// <param name="secondInput">W₂ [O, I] and b₂, where the cell has it</param>
    /// <param name="second">V [O, H], with b₂ where there is no W₂</param>
    internal TwoProductLayer(
        TwoProductCell cell, Projection firstInput, DenseProjection feedback, Projection? secondInput, DenseProjection second)
    {
        _cell = cell;
        _firstInput = firstInput;
        _feedback = feedback;
        _secondInput = secondInput;
        _second = second;
        _stepScratchLength = (int)Math.Min(StepScratchLength, int.MaxValue);
    }

    internal override int InputWidth => _firstInput.InputWidth;

    internal override int OutputSize => _second.OutputSize;

    internal override int StateParts => 1;

    internal override long StepScratchLength => WorkLength(1, 1);

    /// <summary>G·H</summary>
    private int FirstSize => _firstInput.OutputSize;

    /// <summary>H</summary>
    private int MiddleSize => _second.InputWidth;

    internal override void Pack(ParameterBuffer parameters)
    {
        _firstInput.Pack(parameters);
        _feedback.Pack(parameters);
        _secondInput?.Pack(parameters);
        _second.Pack(parameters);
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        Span<float> states = MemoryMarshal.CreateSpan(ref state, StateSize);
        Span<float> work = MemoryMarshal.CreateSpan(ref scratch, _stepScratchLength);
        ForwardInputs(MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), 1, work);
        ForwardStep([], 0, 1, 1, states, states, 0, work, descending);
        return ref state;
    }

    /// <summary>z₁, v and z₂ of all rows.</summary>
    private protected override long WorkLength(int rows, int batch)
        => SpanAllocator.LengthOf((long)rows * FirstSize) + SpanAllocator.LengthOf((long)rows * MiddleSize)
            + SpanAllocator.LengthOf((long)rows * OutputSize);

    private protected override long BackwardWorkLength(int rows, int batch)
        => Math.Max(
            SpanAllocator.LengthOf((long)batch * MiddleSize),
            Math.Max(
                Math.Max(_firstInput.GradientScratchLength, _feedback.GradientScratchLength),
                Math.Max(_secondInput?.GradientScratchLength ?? 0, _second.GradientScratchLength)));

    private protected override void ForwardInputs(ReadOnlySpan<float> inputs, int rows, Span<float> work)
    {
        var parts = new Work(this, work, rows);
        _firstInput.Forward(inputs, rows, parts.First);
        _secondInput?.Forward(inputs, rows, parts.Second);
    }

    private protected override void ForwardStep(
        ReadOnlySpan<float> inputs, int row, int count, int rows, Span<float> previous, Span<float> next, int plane,
        Span<float> work, bool descending)
    {
        Work parts = new Work(this, work, rows).Slice(row, count);
        previous = previous[..(count * OutputSize)];
        Product.Multiply(_feedback.Packed, previous, count, parts.First, add: true, descending);
        _cell.ForwardFirst(parts.First, previous, parts.Middle, count);
        if (_secondInput is null)
        {
            _second.Forward(parts.Middle, count, parts.Second);
        }
        else
        {
            Product.Multiply(_second.Packed, parts.Middle, count, parts.Second, add: true, descending);
        }

        _cell.ForwardSecond(parts.First, parts.Second, previous, next[..(count * OutputSize)], count);
    }

    private protected override void BackwardStep(
        int row, int count, int rows, Span<float> previous, Span<float> state, int plane, ReadOnlySpan<float> outputGradient,
        Span<float> carry, int carryPlane, Span<float> work, ParameterBuffer gradients, Span<float> scratch)
    {
        Work parts = new Work(this, work, rows).Slice(row, count);
        int length = count * OutputSize;
        Span<float> gradient = carry[..length];
        Span<float> middleGradient = scratch[..(count * MiddleSize)];
        TensorPrimitives.Add(gradient, outputGradient, gradient);
        _cell.BackwardSecond(parts.First, parts.Second, previous[..length], state[..length], gradient, middleGradient, count);
        _second.Propagate(parts.Second, count, middleGradient, add: false);
        _cell.BackwardFirst(parts.First, parts.Middle, middleGradient, previous[..length], gradient, count);
        _feedback.Propagate(parts.First, count, gradient, add: true);
    }

    private protected override void BackwardSums(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> previous, int rows, Span<float> work, ParameterBuffer gradients,
        Span<float> inputGradient, Span<float> scratch)
    {
        var parts = new Work(this, work, rows);
        _firstInput.AddGradients(inputs, parts.First, rows, gradients, scratch);
        _feedback.AddGradients(previous, parts.First, rows, gradients, scratch);
        _secondInput?.AddGradients(inputs, parts.Second, rows, gradients, scratch);
        _second.AddGradients(parts.Middle, parts.Second, rows, gradients, scratch);
        if (!inputGradient.IsEmpty)
        {
            _firstInput.Propagate(parts.First, rows, inputGradient, add: false);
            _secondInput?.Propagate(parts.Second, rows, inputGradient, add: true);
        }
    }

    /// <summary>z₁ [R, G·H], v [R, H] and z₂ [R, O]; on the way back their gradients, but of v.</summary>
    private readonly ref struct Work
    {
        private readonly TwoProductLayer _layer;

        internal Work(TwoProductLayer layer, Span<float> work, int rows)
        {
            _layer = layer;
            var memory = new SpanAllocator(work);
            First = memory.Take(rows * layer.FirstSize);
            Middle = memory.Take(rows * layer.MiddleSize);
            Second = memory.Take(rows * layer.OutputSize);
        }

        private Work(TwoProductLayer layer, Span<float> first, Span<float> middle, Span<float> second)
        {
            _layer = layer;
            First = first;
            Middle = middle;
            Second = second;
        }

        internal Span<float> First { get; }

        internal Span<float> Middle { get; }

        internal Span<float> Second { get; }

        internal Work Slice(int row, int count)
            => new(
                _layer,
                First.Slice(row * _layer.FirstSize, count * _layer.FirstSize),
                Middle.Slice(row * _layer.MiddleSize, count * _layer.MiddleSize),
                Second.Slice(row * _layer.OutputSize, count * _layer.OutputSize));
    }
}
