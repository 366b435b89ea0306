using System.Diagnostics;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Latency;

/// <summary>
/// Streams that fall silent: a state keeps 99 % of itself at every step, so that ten thousand of them would lead through the denormal
/// numbers, and no step may be slower for it.
/// </summary>
internal static class DecayRun
{
    internal const int HiddenSize = 64;

    /// <summary>Steps of a stream, and those that are timed together.</summary>
    internal const int Steps = 10_000;

    /// <summary>How many times as long as the fastest thousand the slowest may take.</summary>
    internal const double MostRatio = 1.5;

    private const int Window = 1_000;
    private const float Kept = 0.99f;
    private const double Seconds = 1;

    /// <param name="cells">empty for all</param>
    /// <param name="status">is told what is being done</param>
    internal static IReadOnlyList<DecayTime> Measure(IReadOnlyCollection<WorkCell> cells, Action<string> status)
    {
        var found = new List<DecayTime>();
        foreach (WorkCell cell in Enum.GetValues<WorkCell>().Where(cell => cells.Count == 0 || cells.Contains(cell)))
        {
            status($"decaying state of {cell.Name()}");
            found.Add(Measure(cell));
        }

        return found;
    }

    private static DecayTime Measure(WorkCell cell)
    {
        RnnModel model = Model(cell);
        using RnnSession session = model.CreateSession();
        var start = new float[model.Spec.StateSize];
        Array.Fill(start, 0.5f);
        float[] input = new float[HiddenSize], output = new float[HiddenSize];
        var least = new double[Steps / Window];
        Array.Fill(least, double.PositiveInfinity);

        // Whatever else the machine does slows some thousand of some stream: the least of many streams is what a thousand takes by itself.
        long began = Stopwatch.GetTimestamp();
        do
        {
            session.SetState(start);
            for (int window = 0; window < least.Length; window++)
            {
                long windowBegan = Stopwatch.GetTimestamp();
                for (int step = 0; step < Window; step++)
                {
                    session.Step(input, output);
                }

                least[window] = Math.Min(least[window], Stopwatch.GetElapsedTime(windowBegan).TotalNanoseconds / Window);
            }
        }
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < Seconds);

        session.CopyStateTo(start);
        return new DecayTime(cell.Name(), HiddenSize, least.Min(), least.Max(), start.Max(Math.Abs));
    }

    /// <summary>No input and no other weights: a⟨t⟩ = tanh(0.99·a⟨t−1⟩), c⟨t⟩ = 0.99·c⟨t−1⟩, h⟨t⟩ = 0.99·h⟨t−1⟩.</summary>
    private static RnnModel Model(WorkCell cell)
    {
        const int H = HiddenSize;
        CellSpec layer = cell switch
        {
            WorkCell.Elman => Cell.Elman(H),
            WorkCell.Gru => Cell.Gru(H),
            _ => Cell.Lstm(H),
        };
        var spec = new RnnSpec(H, layer);
        var parameters = new float[RnnModel.Create(spec, seed: 1).ParameterCount];
        if (cell == WorkCell.Elman)
        {
            for (int h = 0; h < H; h++)
            {
                parameters[H * H + h * H + h] = Kept;
            }
        }
        else
        {
            // The biases stand behind both matrices; the second gate, LSTM's f and GRU's z, says what is kept: σ(bias) = 0.99.
            int gates = cell == WorkCell.Gru ? 3 : 4;
            parameters.AsSpan(2 * gates * H * H + H, H).Fill(MathF.Log(Kept / (1 - Kept)));
        }

        return RnnModel.FromParameters(spec, parameters);
    }
}
