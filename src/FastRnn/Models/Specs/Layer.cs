namespace FastRnn;

/// <summary>Makes layers without a recurrent cell; <see cref="Cell"/> makes those with one.</summary>
public static class Layer
{
    /// <inheritdoc cref="DenseSpec"/>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="activation">g, any.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static DenseSpec Dense(int outputSize, Activation activation = default) => new(outputSize, activation);

    /// <inheritdoc cref="TimeDelaySpec"/>
    /// <param name="outputSize">The number of outputs, O; at least 1.</param>
    /// <param name="width">How many inputs an output sees; at least 1.</param>
    /// <param name="dilation">How many steps lie from one of them to the next; at least 1.</param>
    /// <param name="activation">g, any; tanh unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static TimeDelaySpec TimeDelay(int outputSize, int width, int dilation = 1, Activation? activation = null)
        => new(outputSize, width, dilation, activation ?? Activation.Tanh);

    /// <inheritdoc cref="EmbeddingSpec"/>
    /// <param name="size">E; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static EmbeddingSpec Embedding(int size) => new(size);

    /// <inheritdoc cref="DropoutSpec"/>
    /// <param name="rate">p; at least 0, below 1.</param>
    /// <param name="seed">The same seed drops the same values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range.</exception>
    public static DropoutSpec Dropout(float rate, int seed = 0) => new(rate, seed);
}
