using FastRnn.Tests.Reference;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

public sealed class ThreadTests
{
    private const int Threads = 8;
    private const int Rounds = 30;

    [Fact]
    public void RnnModel_manyThreads_sessionsAndRuns_giveTheBitsOfOneThread()
    {
        var network = new NetworkCase(new NetworkShape(3, 33, Activation.Tanh, Activation.Softmax, 5), 20, 4, 6);
        NetworkCase.Data data = network.Create();
        (float[] expected, float[] final) = data.Run(network.Steps, network.Batch, data.Inputs, data.InitialState);
        float[] alone = Stream(data);
        using var start = new Barrier(Threads);
        int differences = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (int round = 0; round < Rounds; round++)
            {
                (float[] outputs, float[] state) = data.Run(network.Steps, network.Batch, data.Inputs, data.InitialState);
                bool same = Compare.AreSameBits(expected, outputs) && Compare.AreSameBits(final, state)
                    && Compare.AreSameBits(alone, Stream(data));
                Interlocked.Add(ref differences, same ? 0 : 1);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, differences);
    }

    private static float[] Stream(NetworkCase.Data data)
    {
        using RnnSession session = data.Model.CreateSession();
        RnnSpec spec = data.Model.Spec;
        var outputs = new float[data.Inputs.Length / spec.InputSize * spec.OutputSize];
        for (int t = 0; t < data.Inputs.Length / spec.InputSize; t++)
        {
            session.Step(
                data.Inputs.AsSpan(t * spec.InputSize, spec.InputSize), outputs.AsSpan(t * spec.OutputSize, spec.OutputSize));
        }

        return outputs;
    }
}
