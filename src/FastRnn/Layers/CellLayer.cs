using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Cells;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>Runs a cell with one recurrent product a step.</summary>
/// <typeparam name="TCell">compiled into the loops</typeparam>
internal sealed class CellLayer<TCell> : RecurrentLayer<CellWork>
    where TCell : struct, ICell<TCell>
{
    /// <summary>So few weights that reading those of the inputs at every step costs less than keeping what they make.</summary>
    private const int SmallWeights = 2048;

    private readonly TCell _cell;
    private readonly Projection _input;
    private readonly DenseProjection _recurrent;
    private readonly ParameterSlice _unitWeights;
    private readonly AlignedBuffer _packedUnitWeights;

    /// <summary>Whether the recurrent products of all steps are kept for the way back, where they are kept apart at all.</summary>
    private readonly bool _keepsSteps;

    /// <param name="cell">with its options, where it has any</param>
    /// <param name="input">Wx [G·H, I] and b [G·H]</param>
    /// <param name="recurrent">Wh [G·H, H]</param>
    /// <param name="unitWeights">[C, H]</param>
    /// <param name="scope">how far back gradients are wanted</param>
    internal CellLayer(TCell cell, Projection input, DenseProjection recurrent, ParameterSlice unitWeights, GradientScope scope)
    {
        _cell = cell;
        _input = input;
        _recurrent = recurrent;
        _unitWeights = unitWeights;
        _packedUnitWeights = AlignedBuffer.Allocate(Math.Max(1, unitWeights.Length));
        OutputSize = recurrent.InputWidth;
        GateSize = TCell.Gates * OutputSize;
        _keepsSteps = scope != GradientScope.None;
        SpanAllocator counting = SpanAllocator.Counting;
        LayOutWork(ref counting, new TraceSize(1, 1));
        StepScratchLength = counting.Used;
    }

    internal override int InputWidth => _input.InputWidth;

    internal override int OutputSize { get; }

    internal override int StateParts => TCell.States;

    internal override long StepScratchLength { get; }

    /// <summary>G·H</summary>
    private int GateSize { get; }

    private ReadOnlySpan<float> UnitWeights => TCell.UnitWeights > 0 ? _packedUnitWeights.Span : [];

    internal override void Pack(ParameterBuffer parameters)
    {
        _input.Pack(parameters);
        _recurrent.Pack(parameters);
        parameters[_unitWeights].CopyTo(_packedUnitWeights.Span);
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        // As LayOutWork has it for one row.
        ref float recurrent = ref scratch;
        if (TCell.SplitsGates)
        {
            recurrent = ref Unsafe.Add(ref scratch, (int)SpanAllocator.LengthOf(GateSize));
        }

        ForwardOne(ref x, ref state, ref state, OutputSize, ref scratch, ref recurrent, descending);
        return ref state;
    }

    /// <summary>Gates of all steps, and recurrent products where they are apart from them: of one step or of all.</summary>
    private protected override CellWork LayOutWork(ref SpanAllocator memory, TraceSize size)
    {
        Span<float> gates = memory.Take((long)size.Rows * GateSize);
        return new CellWork(gates, TCell.SplitsGates ? memory.Take((_keepsSteps ? (long)size.Rows : size.Batch) * GateSize) : gates);
    }

    private protected override long BackwardWorkLength(int batch)
        => Math.Max(_unitWeights.Length, Math.Max(_input.GradientScratchLength, _recurrent.GradientScratchLength));

    private protected override bool ProjectsByStep(int batch)
        => batch == 1 && (long)GateSize * (InputWidth + OutputSize) <= SmallWeights;

    private protected override void ForwardInputs(ReadOnlySpan<float> inputs, int rows, in CellWork work)
        => _input.Forward(inputs, rows, work.Gates[..(rows * GateSize)]);

    private protected override void ForwardStep(
        ReadOnlySpan<float> inputs, int row, int count, Span<float> previous, Span<float> next, int plane, in CellWork work,
        bool descending)
    {
        Span<float> gates = Gates(row, count, work);
        Span<float> recurrent = Recurrent(row, count, work);
        if (inputs.IsEmpty)
        {
            Product.Multiply(_recurrent.Packed, previous[..(count * OutputSize)], count, recurrent, add: !TCell.SplitsGates, descending);
            CellPass.Forward(_cell, gates, recurrent, previous, next, plane, UnitWeights, count, OutputSize);
        }
        else
        {
            Debug.Assert(count == 1 && inputs.Length == InputWidth, "inputs of one sequence's step");
            ForwardOne(
                ref MemoryMarshal.GetReference(inputs), ref MemoryMarshal.GetReference(previous), ref MemoryMarshal.GetReference(next),
                plane, ref MemoryMarshal.GetReference(gates), ref MemoryMarshal.GetReference(recurrent), descending);
        }
    }

    /// <summary>A step of one sequence, inputs and all.</summary>
    /// <param name="x">[I]</param>
    /// <param name="previous">the state before the step, parts <paramref name="plane"/> floats apart</param>
    /// <param name="next">the state after it; may be the same</param>
    /// <param name="plane">floats from one part of the state to the next</param>
    /// <param name="gates">[G·H]</param>
    /// <param name="recurrent">[G·H] where the cell splits its gates, otherwise the gates</param>
    /// <param name="descending">as <see cref="NetworkLayer.Step"/> has it</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ForwardOne(
        ref float x, ref float previous, ref float next, int plane, ref float gates, ref float recurrent, bool descending)
    {
        // Values are the usual inputs: known as such, their product is compiled in here.
        if (_input is DenseProjection dense)
        {
            dense.Forward(ref x, _recurrent.Packed, ref previous, ref gates, ref recurrent, descending);
        }
        else
        {
            _input.Forward(ref x, _recurrent.Packed, ref previous, ref gates, ref recurrent, descending);
        }

        CellPass.ForwardOne(
            _cell, ref gates, ref recurrent, ref previous, ref next, plane, ref _packedUnitWeights.Start, OutputSize);
    }

    private protected override void BackwardStep(
        int row, int count, Span<float> previous, Span<float> state, int plane, ReadOnlySpan<float> outputGradient,
        Span<float> carry, int carryPlane, in CellWork work, ParameterBuffer gradients, Span<float> scratch)
    {
        Span<float> recurrent = Recurrent(row, count, work);

        // A step's share by itself first: sums of few terms, which keep their digits.
        Span<float> unitWeightGradients = scratch[.._unitWeights.Length];
        unitWeightGradients.Clear();
        CellPass.Backward(
            _cell, Gates(row, count, work), recurrent, previous, state, plane, outputGradient, carry, carryPlane, UnitWeights,
            unitWeightGradients, count, OutputSize);
        TensorPrimitives.Add(gradients[_unitWeights], unitWeightGradients, gradients[_unitWeights]);
        _recurrent.Propagate(recurrent, count, carry[..(count * OutputSize)], add: true);
    }

    private protected override void BackwardSums(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> previous, int rows, in CellWork work, ParameterBuffer gradients,
        Span<float> inputGradient, Span<float> scratch)
    {
        Span<float> gates = Gates(0, rows, work);
        _input.AddGradients(inputs, gates, rows, gradients, scratch);
        _recurrent.AddGradients(previous, Recurrent(0, rows, work), rows, gradients, scratch);
        if (!inputGradient.IsEmpty)
        {
            _input.Propagate(gates, rows, inputGradient, add: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<float> Gates(int row, int count, in CellWork work) => work.Gates.Slice(row * GateSize, count * GateSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<float> Recurrent(int row, int count, in CellWork work)
        => work.Recurrent.Slice(TCell.SplitsGates && !_keepsSteps ? 0 : row * GateSize, count * GateSize);
}

/// <summary>What a cell makes of the steps: gates [R, G·H], and recurrent products of all or of one step where they are apart.</summary>
internal readonly ref struct CellWork(Span<float> gates, Span<float> recurrent)
{
    internal Span<float> Gates { get; } = gates;

    /// <summary>The gates themselves where the cell does not split them.</summary>
    internal Span<float> Recurrent { get; } = recurrent;
}
