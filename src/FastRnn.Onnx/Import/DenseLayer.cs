namespace FastRnn.Onnx.Import;

/// <summary>A dense layer that its nodes make up one after the other, a product, a bias, an activation; or, with a width, a time-delay
/// layer.</summary>
/// <param name="weights">W [O, I], or [O, width·I]</param>
/// <param name="outputSize">O</param>
/// <param name="width">how many inputs an output sees; 0 for a dense layer</param>
/// <param name="dilation">steps from one of them to the next</param>
internal sealed class DenseLayer(float[] weights, int outputSize, int width = 0, int dilation = 1)
{
    private Activation _activation = Activation.Identity;

    internal int InputSize => weights.Length / outputSize / Math.Max(1, width);

    internal int OutputSize => outputSize;

    internal long ParameterCount => weights.Length + (long)outputSize;

    /// <summary>b [O]; null as long as none has come.</summary>
    internal float[]? Bias { get; set; }

    internal bool HasActivation { get; private set; }

    internal void Activate(Activation activation)
    {
        _activation = activation;
        HasActivation = true;
    }

    internal Layer ToLayer()
        => width == 0 ? Layer.Dense(outputSize, _activation) : Layer.TimeDelay(outputSize, width, dilation, _activation);

    /// <summary>Writes W and b.</summary>
    internal void Fill(Span<float> parameters)
    {
        weights.CopyTo(parameters);
        Span<float> bias = parameters[weights.Length..];
        bias.Clear();
        Bias?.CopyTo(bias);
    }

    /// <summary>A layer that puts out what comes in.</summary>
    internal static DenseLayer Unchanged(int size)
    {
        var weights = new float[size * size];
        for (int i = 0; i < size; i++)
        {
            weights[i * size + i] = 1;
        }

        return new DenseLayer(weights, size);
    }
}
