using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Runs a cell with two recurrent products a step, see <see cref="TwoProductCell"/>.</summary>
internal sealed class TwoProductLayer : RecurrentLayer<TwoProductWork>
{
    private readonly TwoProductCell _cell;
    private readonly Projection _firstInput;
    private readonly DenseProjection _feedback;
    private readonly Projection? _secondInput;
    private readonly DenseProjection _second;

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
        SpanAllocator counting = SpanAllocator.Counting;
        LayOutWork(ref counting, new TraceSize(1, 1));
        StepScratchLength = counting.Used;
    }

    internal override int InputWidth => _firstInput.InputWidth;

    internal override int OutputSize => _second.OutputSize;

    internal override int StateParts => 1;

    internal override long StepScratchLength { get; }

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
        var memory = new SpanAllocator(MemoryMarshal.CreateSpan(ref scratch, (int)StepScratchLength));
        TwoProductWork work = LayOutWork(ref memory, new TraceSize(1, 1));
        ForwardInputs(MemoryMarshal.CreateReadOnlySpan(ref x, InputWidth), 1, work);
        ForwardStep([], 0, 1, states, states, 0, work, descending);
        return ref state;
    }

    private protected override TwoProductWork LayOutWork(ref SpanAllocator memory, TraceSize size)
        => new(
            memory.Take((long)size.Rows * FirstSize), memory.Take((long)size.Rows * MiddleSize), memory.Take((long)size.Rows * OutputSize),
            memory.Take((long)size.Rows * _cell.KeptSize));

    private protected override long BackwardWorkLength(int batch)
        => Math.Max(
            (long)batch * MiddleSize,
            Math.Max(
                Math.Max(_firstInput.GradientScratchLength, _feedback.GradientScratchLength),
                Math.Max(_secondInput?.GradientScratchLength ?? 0, _second.GradientScratchLength)));

    private protected override void ForwardInputs(ReadOnlySpan<float> inputs, int rows, in TwoProductWork work)
    {
        _firstInput.Forward(inputs, rows, work.First[..(rows * FirstSize)]);
        _secondInput?.Forward(inputs, rows, work.Second[..(rows * OutputSize)]);
    }

    private protected override void ForwardStep(
        ReadOnlySpan<float> inputs, int row, int count, Span<float> previous, Span<float> next, int plane, in TwoProductWork work,
        bool descending)
    {
        TwoProductWork step = Step(work, row, count);
        previous = previous[..(count * OutputSize)];
        Product.Multiply(_feedback.Packed, previous, count, step.First, add: true, descending);
        _cell.ForwardFirst(step.First, previous, step.Middle, step.Kept, count);
        if (_secondInput is null)
        {
            _second.Forward(step.Middle, count, step.Second);
        }
        else
        {
            Product.Multiply(_second.Packed, step.Middle, count, step.Second, add: true, descending);
        }

        _cell.ForwardSecond(step.First, step.Second, previous, next[..(count * OutputSize)], step.Kept, count);
    }

    private protected override void BackwardStep(
        int row, int count, Span<float> previous, Span<float> state, int plane, ReadOnlySpan<float> outputGradient,
        Span<float> carry, int carryPlane, in TwoProductWork work, ParameterBuffer gradients, Span<float> scratch)
    {
        TwoProductWork step = Step(work, row, count);
        int length = count * OutputSize;
        Span<float> gradient = carry[..length];
        Span<float> middleGradient = scratch[..(count * MiddleSize)];
        TensorPrimitives.Add(gradient, outputGradient, gradient);
        _cell.BackwardSecond(
            step.First, step.Second, previous[..length], state[..length], gradient, middleGradient, step.Kept, count);
        _second.Propagate(step.Second, count, middleGradient, add: false);
        _cell.BackwardFirst(step.First, step.Middle, middleGradient, previous[..length], gradient, step.Kept, count);
        _feedback.Propagate(step.First, count, gradient, add: true);
    }

    private protected override void BackwardSums(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> previous, int rows, in TwoProductWork work, ParameterBuffer gradients,
        Span<float> inputGradient, Span<float> scratch)
    {
        _firstInput.AddGradients(inputs, work.First, rows, gradients, scratch);
        _feedback.AddGradients(previous, work.First, rows, gradients, scratch);
        _secondInput?.AddGradients(inputs, work.Second, rows, gradients, scratch);
        _second.AddGradients(work.Middle, work.Second, rows, gradients, scratch);
        if (!inputGradient.IsEmpty)
        {
            _firstInput.Propagate(work.First, rows, inputGradient, add: false);
            _secondInput?.Propagate(work.Second, rows, inputGradient, add: true);
        }
    }

    private TwoProductWork Step(in TwoProductWork work, int row, int count)
        => new(
            work.First.Slice(row * FirstSize, count * FirstSize), work.Middle.Slice(row * MiddleSize, count * MiddleSize),
            work.Second.Slice(row * OutputSize, count * OutputSize), work.Kept.Slice(row * _cell.KeptSize, count * _cell.KeptSize));
}

/// <summary>z₁ [R, G·H], v [R, H] and z₂ [R, O], on the way back their gradients, but of v; and what the cell keeps beside them [R, K].
/// </summary>
internal readonly ref struct TwoProductWork(Span<float> first, Span<float> middle, Span<float> second, Span<float> kept)
{
    internal Span<float> First { get; } = first;

    internal Span<float> Middle { get; } = middle;

    internal Span<float> Second { get; } = second;

    internal Span<float> Kept { get; } = kept;
}
