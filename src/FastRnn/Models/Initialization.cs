namespace FastRnn;

/// <summary>How weights start.</summary>
internal static class Initialization
{
    /// <summary>
    /// Uniform in ±1/√H, weights and biases alike. Source: <c>reset_parameters</c> of PyTorch's recurrent modules, and of its linear
    /// module for an input of size H.
    /// </summary>
    internal static void Uniform(Span<float> parameters, int hiddenSize, int seed)
    {
        var random = new Random(seed);
        float bound = 1 / MathF.Sqrt(hiddenSize);
        foreach (ref float value in parameters)
        {
            value = (2 * random.NextSingle() - 1) * bound;
        }
    }
}
