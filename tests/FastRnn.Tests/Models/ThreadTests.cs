using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

public sealed class ThreadTests
{
    private const int Threads = 8;
    private const int Rounds = 30;

    private static readonly NetworkCase Network = new(new NetworkShape(3, 33, Activation.Tanh, Activation.Softmax, 5), 20, 4, 6);

    /// <summary>The threads' inputs and states differ: memory that they shared would show in what another computes.</summary>
    [Fact]
    public void RnnModel_manyThreads_sessionsAndRuns_giveEachTheBitsOfOneThread()
    {
        NetworkCase.Data data = Network.Create();
        Work[] works = [.. Enumerable.Range(1, Threads).Select(seed => new Work(data, seed))];
        Assert.Equal(Threads, works.Select(work => work.FirstOutput).Distinct().Count());
        using var start = new Barrier(Threads);
        int differences = 0;
        var threads = works.Select(work => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < Rounds; round++)
            {
                Interlocked.Add(ref differences, work.GivesTheSameAgain() ? 0 : 1);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, differences);
    }

    /// <summary>A thread's own inputs and initial state, with what one thread alone computes from them.</summary>
    private sealed class Work
    {
        private readonly NetworkCase.Data _data;
        private readonly float[] _inputs;
        private readonly float[] _initial;
        private readonly float[] _outputs;
        private readonly float[] _final;
        private readonly float[] _streamed;

        internal Work(NetworkCase.Data data, int seed)
        {
            var random = new Random(seed);
            _data = data;
            _inputs = RandomData.Uniform(random, data.Inputs.Length);
            _initial = RandomData.Uniform(random, data.InitialState.Length);
            (_outputs, _final) = Run();
            _streamed = Stream();
        }

        internal float FirstOutput => _outputs[0];

        internal bool GivesTheSameAgain()
        {
            (float[] outputs, float[] final) = Run();
            return Compare.AreSameBits(_outputs, outputs) && Compare.AreSameBits(_final, final) && Compare.AreSameBits(_streamed, Stream());
        }

        private (float[] Outputs, float[] FinalState) Run() => _data.Run(Network.Steps, Network.Batch, _inputs, _initial);

        /// <summary>All inputs as one sequence.</summary>
        private float[] Stream()
        {
            using RnnSession session = _data.Model.CreateSession();
            session.SetState(_initial.AsSpan(0, session.Spec.StateSize));
            var outputs = new float[Network.Rows * session.Spec.OutputSize];
            for (int t = 0; t < Network.Rows; t++)
            {
                session.Step(
                    _inputs.AsSpan(t * session.Spec.InputSize, session.Spec.InputSize),
                    outputs.AsSpan(t * session.Spec.OutputSize, session.Spec.OutputSize));
            }

            return outputs;
        }
    }
}
