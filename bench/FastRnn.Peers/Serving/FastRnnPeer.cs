using System.Reflection;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>FastRnn itself: streamed steps and sequences as a user calls them, training by what the trainers are made of.</summary>
internal sealed class FastRnnPeer : IServedPeer
{
    public string Version { get; } = $"FastRnn {LibraryVersion()}, .NET {Environment.Version}";

    /// <summary>Managed bytes of the calling thread. The library has no native part, and what the runtime's own threads ask of the
    /// system meanwhile, compiling for one, is not the calls'.</summary>
    public long? AllocatedBytes => GC.GetAllocatedBytesForCurrentThread();

    /// <summary>One recurrent layer.</summary>
    internal static RnnSpec Spec(PeerWork work) => Spec(work.Cell, work.InputSize, work.HiddenSize);

    internal static RnnSpec Spec(WorkCell cell, int inputSize, int hiddenSize) => new(inputSize, cell switch
    {
        WorkCell.Elman => Cell.Elman(hiddenSize),
        WorkCell.Gru => Cell.Gru(hiddenSize),
        _ => Cell.Lstm(hiddenSize),
    });

    /// <summary>Has the runtime compile in all its tiers what works of any size run: it begins with the last one when a method has been
    /// called often and a tenth of a second has brought no new one.</summary>
    internal void WarmUp()
    {
        const int Size = 16, Passes = 3;
        const double Milliseconds = 20;
        IReadOnlyList<PeerWork> works = WorkGrid.Create([], [], [Size], quick: false);
        for (int pass = 0; pass < Passes; pass++)
        {
            foreach (PeerWork work in works)
            {
                using IServedWork prepared = Prepare(work, WorkData.Create(work));
                CallTiming.Measure(this, prepared, Milliseconds);
            }

            Thread.Sleep(TimeSpan.FromMilliseconds(150));
        }
    }

    public string? Refusal(PeerWork work) => null;

    public IServedWork Prepare(PeerWork work, Tensors data) => work.Mode switch
    {
        WorkMode.Step => new FastRnnStep(work, data),
        WorkMode.Sequence => new FastRnnSequence(work, data),
        _ => new FastRnnTraining(work, data),
    };

    public void Dispose()
    {
    }

    private static string LibraryVersion()
    {
        const int Shown = 10;
        string[] parts = typeof(RnnModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')
            ?? ["of unknown version"];
        return parts is [var version, { Length: > Shown } commit] ? $"{version}+{commit[..Shown]}" : parts[0];
    }
}
