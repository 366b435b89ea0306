using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>A network that is being trained: its weights, their gradients, and what the optimizer remembers of past gradients.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    private readonly AlignedBuffer _moments;

    /// <param name="model">the network and the weights to start from, which are copied</param>
    /// <param name="optimizer">whose moments are to be kept</param>
    internal TrainedNetwork(RnnModel model, Optimizer optimizer)
    {
        Bptt = new Backpropagation(model.Spec, model.Parameters);
        _moments = AlignedBuffer.Allocate(checked(optimizer.MomentCount * Bptt.Parameters.Padded.Length));
        _moments.Span.Clear();
    }

    internal Backpropagation Bptt { get; }

    /// <summary>What the optimizer remembers: so many times the weights, each filled up as those are.</summary>
    internal Memory<float> Moments => _moments.Memory;

    internal Span<float> Gradients => Bptt.Gradients.All;

    /// <summary>One update of all weights by the gradients.</summary>
    /// <param name="optimizer">the one whose moments are kept</param>
    /// <param name="update">1 for the first</param>
    internal void Update(Optimizer optimizer, long update)
    {
        optimizer.Update(Bptt.Parameters.Padded, Bptt.Gradients.Padded, _moments.Span, update);
        Bptt.Pack();
    }

    /// <summary>An immutable copy of the weights as they are now.</summary>
    internal RnnModel ToModel() => RnnModel.FromParameters(Bptt.Spec, Bptt.Parameters.All);

    public void Dispose() => Bptt.Dispose();
}
