using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Memory;

namespace FastRnn.Layers;

/// <summary>
/// Branches over the same inputs, each a stack, whose outputs are merged to one row [O]. The branch without layers is the identity. All
/// branches reduce time, or none.
/// </summary>
/// <remarks>The two directions of a bidirectional layer are branches too, with the parts of their states side by side, h→, h←, then c→, c←:
/// the layout of one layer of twice the size. Source: M. Schuster and K. K. Paliwal, Bidirectional recurrent neural networks, IEEE
/// Transactions on Signal Processing 45 (1997).</remarks>
internal sealed class ParallelLayer : NetworkLayer
{
    private readonly RowMerge _merge;
    private readonly Branch[] _branches;

    /// <param name="inputWidth">the floats of a row of inputs</param>
    /// <param name="merge">how the outputs become one</param>
    /// <param name="stacks">the branches, at least 2; null for the identity</param>
    internal ParallelLayer(int inputWidth, RowMerge merge, LayerStack?[] stacks)
        : this(inputWidth, merge, stacks, partSize: null)
    {
    }

    private ParallelLayer(int inputWidth, RowMerge merge, LayerStack?[] stacks, int? partSize)
    {
        InputWidth = inputWidth;
        _merge = merge;
        _branches = new Branch[stacks.Length];
        ReducesTime = stacks[0]?.ReducesTime ?? false;
        int column = 0, state = 0;
        for (int i = 0; i < stacks.Length; i++)
        {
            int width = stacks[i]?.OutputSize ?? inputWidth;
            _branches[i] = new Branch(stacks[i], width, merge.IsConcatenation ? column : 0, partSize is { } part ? i * part : state);
            column += width;
            state += stacks[i]?.StateSize ?? 0;
        }

        StateSize = state;
        OutputSize = merge.IsConcatenation ? column : _branches[0].Width;
        StepScratchLength = SpanAllocator.LengthOf(OutputSize);
        foreach (Branch branch in _branches)
        {
            branch.ScratchStart = checked((int)StepScratchLength);
            StepScratchLength += SpanAllocator.LengthOf(branch.Stack?.StepScratchLength ?? 0);
        }
    }

    internal override int InputWidth { get; }

    internal override int OutputSize { get; }

    internal override int StateSize { get; }

    internal override bool ReducesTime { get; }

    internal override long StepScratchLength { get; }

    /// <summary>The two directions of a bidirectional layer.</summary>
    /// <param name="merge">how their outputs become one</param>
    /// <param name="forward">from the first step to the last</param>
    /// <param name="reverse">from the last to the first; as large as the other</param>
    internal static ParallelLayer Bidirectional(RowMerge merge, NetworkLayer forward, ReverseLayer reverse)
    {
        int part = forward.StatePartSize;
        return new(
            forward.InputWidth, merge, [new LayerStack([forward], 2 * part), new LayerStack([reverse], 2 * part)], part);
    }

    internal override void Pack(ParameterBuffer parameters)
    {
        foreach (Branch branch in _branches)
        {
            branch.Stack?.Pack(parameters);
        }
    }

    internal override ref float Step(ref float x, ref float state, ref float scratch, bool descending)
    {
        ref float first = ref x;
        for (int i = 0; i < _branches.Length; i++)
        {
            Branch branch = _branches[i];
            ref float y = ref x;
            if (branch.Stack is { } stack)
            {
                y = ref stack.Step(
                    ref x, ref Unsafe.Add(ref state, branch.StateStart), ref Unsafe.Add(ref scratch, branch.ScratchStart), descending);
            }

            if (_merge.IsConcatenation)
            {
                VectorCopy.Copy(ref y, ref Unsafe.Add(ref scratch, branch.Column), branch.Width);
            }
            else if (i > 0)
            {
                Join(
                    i, MemoryMarshal.CreateReadOnlySpan(ref first, OutputSize), MemoryMarshal.CreateReadOnlySpan(ref y, OutputSize),
                    MemoryMarshal.CreateSpan(ref scratch, OutputSize));
                first = ref scratch;
            }
            else
            {
                first = ref y;
            }
        }

        return ref scratch;
    }

    internal override void Forward(in ForwardPass pass, ReadOnlySpan<float> inputs, StateRows state, Span<float> trace)
    {
        var memory = new SpanAllocator(trace);
        Span<float> outputs = TakeOutputs(ref memory, pass.Size);
        int rows = OutputRows(pass.Sequences, pass.Size);
        ReadOnlySpan<float> first = [];
        for (int i = 0; i < _branches.Length; i++)
        {
            Branch branch = _branches[i];
            ReadOnlySpan<float> part = inputs;
            if (branch.Stack is { } stack)
            {
                part = stack.Forward(pass, inputs, state.From(branch.StateStart), TakeBranch(branch, ref memory, pass.Size));
            }

            if (ReducesTime && pass.HasMore)
            {
                continue;
            }

            if (_merge.IsConcatenation)
            {
                RowOrder.Copy(rows, part, branch.Width, outputs[branch.Column..], OutputSize, branch.Width);
            }
            else if (i > 0)
            {
                Span<float> joined = outputs[..part.Length];
                Join(i, first, part, joined);
                first = joined;
            }
            else
            {
                first = part;
            }
        }
    }

    internal override void Backward(
        in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, StateRows stateGradient,
        ParameterBuffer gradients, Span<float> inputGradient, Span<float> scratch)
    {
        TraceSize size = sequences.Size;
        int rows = OutputRows(sequences, size);
        var memory = new SpanAllocator(scratch);
        var spare = new Scratch(this, ref memory, size);
        memory = new SpanAllocator(trace);
        TakeOutputs(ref memory, size);
        _merge.ScaleGradient(outputGradient, _branches.Length);
        for (int i = 0; i < _branches.Length; i++)
        {
            Branch branch = _branches[i];
            Span<float> gradient = GradientOf(i, sequences, inputs, trace, outputGradient, spare.Branch[..(rows * branch.Width)]);

            if (branch.Stack is { } stack)
            {
                Span<float> below = inputGradient.IsEmpty || i == 0 ? inputGradient : spare.Inputs;
                stack.Backward(
                    sequences, inputs, TakeBranch(branch, ref memory, size), gradient, stateGradient.From(branch.StateStart), gradients,
                    below, spare.Inner);
                gradient = below;
            }

            if (inputGradient.IsEmpty || (i == 0 && branch.Stack is not null))
            {
                continue;
            }

            if (i == 0)
            {
                gradient.CopyTo(inputGradient);
            }
            else
            {
                TensorPrimitives.Add(inputGradient, gradient[..inputGradient.Length], inputGradient);
            }
        }
    }

    private protected override void LayOutTrace(ref SpanAllocator memory, TraceSize size)
    {
        TakeOutputs(ref memory, size);
        foreach (Branch branch in _branches)
        {
            TakeBranch(branch, ref memory, size);
        }
    }

    private protected override void LayOutScratch(ref SpanAllocator memory, TraceSize size) => _ = new Scratch(this, ref memory, size);

    /// <summary>Joins the rows of a branch with what those before it have become.</summary>
    private void Join(int branch, ReadOnlySpan<float> before, ReadOnlySpan<float> rows, Span<float> joined)
    {
        if (branch < _branches.Length - 1)
        {
            _merge.Join(before, rows, joined);
        }
        else
        {
            _merge.JoinLast(before, rows, joined, _branches.Length);
        }
    }

    /// <summary>The merged outputs come first in the trace.</summary>
    private Span<float> TakeOutputs(scoped ref SpanAllocator memory, TraceSize size)
        => memory.Take((long)(ReducesTime ? size.Batch : size.Rows) * OutputSize);

    /// <summary>Behind them, the traces of the branches.</summary>
    private static Span<float> TakeBranch(Branch branch, scoped ref SpanAllocator memory, TraceSize size)
        => memory.Take(branch.Stack?.TraceLength(size) ?? 0);

    private int OutputRows(scoped in Sequences sequences, TraceSize size) => ReducesTime ? size.Batch : sequences.Rows;

    /// <summary>∂L/∂outputs of one branch, which may be changed.</summary>
    private Span<float> GradientOf(
        int own, in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> outputGradient, Span<float> spare)
    {
        if (_merge.IsConcatenation)
        {
            int width = _branches[own].Width;
            RowOrder.Copy(spare.Length / width, outputGradient[_branches[own].Column..], OutputSize, spare, width, width);
            return spare;
        }

        Span<float> gradient = own == _branches.Length - 1 ? outputGradient : spare;
        if (own < _branches.Length - 1)
        {
            outputGradient[..spare.Length].CopyTo(spare);
        }

        if (_merge.NeedsOthers)
        {
            TakeBackOthers(own, sequences, inputs, trace, gradient);
        }

        return gradient;
    }

    /// <summary>Takes the gradient of one branch back through the outputs of the others.</summary>
    private void TakeBackOthers(
        int own, in Sequences sequences, ReadOnlySpan<float> inputs, Span<float> trace, Span<float> gradient)
    {
        TraceSize size = sequences.Size;
        var memory = new SpanAllocator(trace);
        TakeOutputs(ref memory, size);
        for (int i = 0; i < _branches.Length; i++)
        {
            Branch branch = _branches[i];
            Span<float> branchTrace = TakeBranch(branch, ref memory, size);
            if (i != own)
            {
                _merge.TakeBack(gradient, branch.Stack is { } stack ? stack.Outputs(sequences, branchTrace) : inputs[..gradient.Length]);
            }
        }
    }

    /// <param name="stack">null for the identity</param>
    /// <param name="width">the floats of a row of its outputs</param>
    /// <param name="column">where they begin in a row of merged outputs</param>
    /// <param name="stateStart">where its state begins in the layer's</param>
    private sealed class Branch(LayerStack? stack, int width, int column, int stateStart)
    {
        internal LayerStack? Stack => stack;

        internal int Width => width;

        internal int Column => column;

        internal int StateStart => stateStart;

        /// <summary>Where its scratch begins in that of a step.</summary>
        internal int ScratchStart { get; set; }
    }

    private readonly ref struct Scratch
    {
        internal Scratch(ParallelLayer layer, ref SpanAllocator memory, TraceSize size)
        {
            long widest = 0, inner = 0;
            foreach (Branch branch in layer._branches)
            {
                widest = Math.Max(widest, branch.Width);
                inner = Math.Max(inner, branch.Stack?.BackwardScratchLength(size) ?? 0);
            }

            Branch = memory.Take((layer.ReducesTime ? size.Batch : size.Rows) * widest);
            Inputs = memory.Take((long)size.Rows * layer.InputWidth);
            Inner = memory.Take(inner);
        }

        /// <summary>∂L/∂outputs of one branch.</summary>
        internal Span<float> Branch { get; }

        /// <summary>∂L/∂inputs by way of one branch, [R, I].</summary>
        internal Span<float> Inputs { get; }

        /// <summary>The scratch of one branch after the other.</summary>
        internal Span<float> Inner { get; }
    }
}
