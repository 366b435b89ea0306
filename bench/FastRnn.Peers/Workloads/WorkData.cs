namespace FastRnn.Peers.Workloads;

/// <summary>Seeded data: the same work has the same weights, inputs and states in every run.</summary>
internal static class WorkData
{
    private const int Seed = 20;

    /// <summary>Gradients as a mean over as many outputs would have them would be tiny; these are of the size of one error.</summary>
    private const float OutputGradientBound = 0.1f;

    /// <summary>Weights within ±1/√H, as libraries start them; inputs and states within ±1.</summary>
    internal static Tensors Create(PeerWork work)
    {
        Tensors data = WorkTensors.Data(work);
        var random = new Random(Seed);
        float weight = 1 / MathF.Sqrt(work.HiddenSize);
        foreach (string name in data.Names)
        {
            float bound = name switch
            {
                WorkTensors.Inputs or WorkTensors.InitialHidden or WorkTensors.InitialMemory => 1,
                WorkTensors.OutputGradient => OutputGradientBound,
                _ => weight,
            };
            foreach (ref float value in data[name].Span)
            {
                value = bound * (2 * random.NextSingle() - 1);
            }
        }

        return data;
    }
}
