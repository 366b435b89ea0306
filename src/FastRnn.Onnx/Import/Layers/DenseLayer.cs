namespace FastRnn.Onnx.Import;

/// <summary>A dense layer that several nodes make up, a product, a bias and an activation; or, with a width, a time-delay layer.</summary>
/// <param name="weights">W [O, I], or [O, width·I]; null for the identity</param>
/// <param name="inputSize">I</param>
/// <param name="outputSize">O</param>
/// <param name="width">how many inputs an output sees; 0 for a dense layer</param>
/// <param name="dilation">steps from one of them to the next</param>
internal sealed class DenseLayer(float[]? weights, int inputSize, int outputSize, int width = 0, int dilation = 1)
{
    private Activation _activation = Activation.Identity;

    internal int InputSize => inputSize;

    internal int OutputSize => outputSize;

    internal long ParameterCount => WeightCount + outputSize;

    /// <summary>b [O]; null as long as there is none.</summary>
    internal float[]? Bias { get; set; }

    internal bool HasActivation { get; private set; }

    private long WeightCount => (long)outputSize * inputSize * Math.Max(1, width);

    internal void Activate(Activation activation)
    {
        _activation = activation;
        HasActivation = true;
    }

    internal LayerSpec ToLayer()
        => width == 0 ? Layer.Dense(outputSize, _activation) : Layer.TimeDelay(outputSize, width, dilation, _activation);

    /// <summary>Writes W and b.</summary>
    internal void Fill(Span<float> parameters)
    {
        Span<float> bias = parameters[(int)WeightCount..];
        bias.Clear();
        Bias?.CopyTo(bias);
        if (weights is not null)
        {
            weights.CopyTo(parameters);
            return;
        }

        parameters[..^bias.Length].Clear();
        for (int i = 0; i < outputSize; i++)
        {
            parameters[i * (inputSize + 1)] = 1;
        }
    }
}
