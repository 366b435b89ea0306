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
        => new(outputSize, width, dilation, activation ?? FastRnn.Activation.Tanh);

    /// <summary>A convolution over time whose windows are centered on each step, with zeros around a sequence, as PyTorch's and Keras'
    /// padding <c>same</c> has them: of (width − 1)·dilation steps half, and the odd one, lie ahead. Such a network can't be streamed.
    /// </summary>
    /// <inheritdoc cref="TimeDelay" path="/param|/exception"/>
    public static TimeDelaySpec CenteredTimeDelay(
        int outputSize, int width, int dilation = 1, Activation? activation = null)
    {
        TimeDelaySpec layer = TimeDelay(outputSize, width, dilation, activation);
        return layer with { LookAhead = (int)Math.Min((layer.Reach + 1) / 2, int.MaxValue) };
    }

    /// <inheritdoc cref="ParallelSpec"/>
    /// <param name="merge">How the outputs become one.</param>
    /// <param name="branches">The branches, at least 2; one without layers is the identity.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such way to merge.</exception>
    /// <exception cref="ArgumentException">There are fewer than 2 branches, or a branch or a layer is null.</exception>
    public static ParallelSpec Parallel(Merge merge, params ReadOnlySpan<LayerSpec[]> branches) => new(merge, branches);

    /// <summary>y = x + f(x): the sum of the inputs and what the layers make of them, which has to be of their size.</summary>
    /// <param name="layers">f, from the inputs up; at least one.</param>
    /// <exception cref="ArgumentException">There is no layer, or one is null.</exception>
    public static ParallelSpec Residual(params ReadOnlySpan<LayerSpec> layers)
        => layers.Length > 0
            ? new ParallelSpec(Merge.Sum, [[], [.. LayerSequence.Copy(layers, nameof(layers), nameof(layers))]])
            : throw new ArgumentException("Expected at least one layer, but got none.", nameof(layers));

    /// <inheritdoc cref="ActivationSpec"/>
    /// <param name="activation">g, any.</param>
    public static ActivationSpec Activation(Activation activation) => new(activation);

    /// <inheritdoc cref="AffineSpec"/>
    /// <param name="isTrained">Whether training changes scale and shift.</param>
    public static AffineSpec Affine(bool isTrained = true) => new(isTrained);

    /// <inheritdoc cref="LayerNormalizationSpec"/>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not a number above 0.</exception>
    public static LayerNormalizationSpec LayerNormalization(float epsilon = 1e-5f) => new(epsilon);

    /// <inheritdoc cref="RmsNormalizationSpec"/>
    /// <param name="epsilon">ε; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not a number above 0.</exception>
    public static RmsNormalizationSpec RmsNormalization(float epsilon = 1e-5f) => new(epsilon);

    /// <inheritdoc cref="LastStepSpec"/>
    public static LastStepSpec LastStep() => new();

    /// <summary>The mean of all steps of a sequence, feature by feature.</summary>
    public static PoolingSpec MeanPooling() => new(Pooling.Mean);

    /// <summary>The maximum of all steps of a sequence, feature by feature.</summary>
    public static PoolingSpec MaxPooling() => new(Pooling.Max);

    /// <summary>The sum of all steps of a sequence, feature by feature.</summary>
    public static PoolingSpec SumPooling() => new(Pooling.Sum);

    /// <inheritdoc cref="AttentionPoolingSpec"/>
    public static AttentionPoolingSpec AttentionPooling() => new();

    /// <inheritdoc cref="AttentionSpec"/>
    /// <param name="memorySize">M, the size of the encoder's outputs; at least 1.</param>
    /// <param name="score">How well a query and a row of the memory fit.</param>
    /// <param name="hiddenSize">A, the hidden units of an additive score; M where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there is no such score.</exception>
    public static AttentionSpec Attention(int memorySize, AttentionScore score = AttentionScore.Dot, int? hiddenSize = null)
        => new(memorySize, score, hiddenSize ?? memorySize);

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
