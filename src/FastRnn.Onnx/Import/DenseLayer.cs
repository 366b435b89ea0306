namespace FastRnn.Onnx.Import;

/// <summary>A dense layer that its nodes make up one after the other: a product, a bias, an activation.</summary>
/// <param name="weights">W [O, I]</param>
/// <param name="outputSize">O</param>
internal sealed class DenseLayer(float[] weights, int outputSize)
{
    private Activation _activation = Activation.Identity;

    internal int InputSize => weights.Length / outputSize;

    internal int OutputSize => outputSize;

    /// <summary>b [O]; null as long as none has come.</summary>
    internal float[]? Bias { get; set; }

    internal bool HasActivation { get; private set; }

    internal void Activate(Activation activation)
    {
        _activation = activation;
        HasActivation = true;
    }

    internal (Layer Layer, float[] Parameters) Build()
        => (Layer.Dense(outputSize, _activation), [.. weights, .. Bias ?? new float[outputSize]]);

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
