using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// A network that is being trained: its weights, their gradients, what the optimizer remembers of past gradients, and a running average
/// of the weights where one is wanted.
/// </summary>
internal sealed class TrainedNetwork : IDisposable
{
    private readonly AlignedBuffer _moments;
    private readonly Optimizer _optimizer;

    /// <summary>The layer of each slice of the parameters.</summary>
    private readonly int[] _layers;

    private ParameterRange[] _ranges = [];

    /// <param name="model">the network and the weights to start from, which are copied</param>
    /// <param name="optimizer">whose moments are to be kept</param>
    internal TrainedNetwork(RnnModel model, Optimizer optimizer)
    {
        _optimizer = optimizer;
        Bptt = new Backpropagation(model.Spec, model.Parameters);
        _moments = AlignedBuffer.Allocate(checked(optimizer.MomentCount * Bptt.Parameters.Padded.Length));
        _moments.Span.Clear();
        _layers = LayersOf(model.Spec);
        FrozenLayers = new HashSet<int>();
    }

    internal Backpropagation Bptt { get; }

    /// <summary>What the optimizer remembers: so many times the weights, each filled up as those are.</summary>
    internal Memory<float> Moments => _moments.Memory;

    internal Span<float> Gradients => Bptt.Gradients.All;

    /// <summary>θ̄, a running average of the weights; null where none is kept.</summary>
    internal ParameterBuffer? Average { get; private set; }

    /// <summary>The layers whose weights stay as they are.</summary>
    internal IReadOnlySet<int> FrozenLayers
    {
        get;
        set
        {
            field = value;
            _ranges = ParameterRange.Of(
                Bptt.Parameters,
                slice => _optimizer.WeightDecay > 0 && (_optimizer.DecaysVectors || !slice.IsVector),
                (_, index) => Trains(index));
        }
    }

    /// <summary>Whether updates change a slice of the parameters.</summary>
    /// <param name="slice">its place among them</param>
    internal bool Trains(int slice) => Bptt.Parameters.Layout.Slices[slice].IsTrained && !FrozenLayers.Contains(_layers[slice]);

    /// <summary>A copy with weights, moments and frozen layers of its own.</summary>
    internal TrainedNetwork Copy()
    {
        var copy = new TrainedNetwork(ToModel(), _optimizer) { FrozenLayers = FrozenLayers };
        Moments.CopyTo(copy.Moments);
        return copy;
    }

    /// <summary>Frozen layers have no part in the norm of gradients.</summary>
    internal void ClearFrozenGradients()
    {
        if (FrozenLayers.Count == 0)
        {
            return;
        }

        IReadOnlyList<ParameterSlice> slices = Bptt.Parameters.Layout.Slices;
        for (int i = 0; i < slices.Count; i++)
        {
            if (FrozenLayers.Contains(_layers[i]))
            {
                Bptt.Gradients[slices[i]].Clear();
            }
        }
    }

    /// <summary>One update of the weights by the gradients.</summary>
    /// <param name="optimizer">the one whose moments are kept</param>
    /// <param name="number">1 for the first</param>
    /// <param name="learningRate">η</param>
    internal void Update(Optimizer optimizer, long number, float learningRate)
    {
        foreach (ParameterRange range in _ranges)
        {
            optimizer.Update(new ParameterUpdate(Bptt.Parameters.Padded, Bptt.Gradients.Padded, _moments.Span, range)
            {
                Number = number,
                LearningRate = learningRate,
                WeightDecay = range.Decays ? optimizer.WeightDecay : 0,
            });
        }

        Bptt.Pack();
    }

    /// <summary>Begins an average with the weights as they are now, or ends it.</summary>
    internal void KeepAverage(bool keeps)
    {
        if (!keeps)
        {
            Average = null;
        }
        else if (Average is null)
        {
            Average = new ParameterBuffer(Bptt.Network.Layout);
            Bptt.Parameters.All.CopyTo(Average.All);
        }
    }

    /// <summary>θ̄ ← d·θ̄ + (1 − d)·θ, where an average is kept.</summary>
    internal void UpdateAverage(float decay)
    {
        if (Average is { } average)
        {
            TensorPrimitives.Lerp(Bptt.Parameters.Padded, average.Padded, decay, average.Padded);
        }
    }

    /// <summary>Exchanges the weights and their average: what runs then runs with the average.</summary>
    internal void SwapAverage()
    {
        if (Average is { } average)
        {
            SpanSwap(Bptt.Parameters.All, average.All);
            Bptt.Pack();
        }
    }

    /// <summary>An immutable copy of the weights as they are now.</summary>
    internal RnnModel ToModel() => RnnModel.FromParameters(Bptt.Spec, Bptt.Parameters.All);

    /// <summary>An immutable copy of the average.</summary>
    internal RnnModel ToAveragedModel() => RnnModel.FromParameters(Bptt.Spec, Average!.All);

    public void Dispose() => Bptt.Dispose();

    private static void SpanSwap(Span<float> a, Span<float> b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (b[i], a[i]);
        }
    }

    private static int[] LayersOf(RnnSpec spec)
        =>
        [
            .. spec.Layers.At(spec.InputSize)
                .SelectMany((at, index) => Enumerable.Repeat(index, at.Spec.GetParameters(at.Place.InputSize).Count)),
        ];
}
