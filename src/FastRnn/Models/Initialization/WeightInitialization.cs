namespace FastRnn;

/// <summary>
/// How the weights of a network start, for <see cref="RnnModel.Create(RnnSpec, int, WeightInitialization)"/>. Unless set otherwise they
/// start as PyTorch's modules do. Embeddings, normalizations, slopes and peepholes always do. Branches and both directions of bidirectional
/// layers start alike.
/// </summary>
public sealed record WeightInitialization
{
    /// <summary>As PyTorch's modules start.</summary>
    public static WeightInitialization Default { get; } = new();

    /// <summary>How the matrices start that are no recurrent ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such distribution, or it is the identity.</exception>
    public WeightDistribution Weights
    {
        get;
        init => field = Enum.IsDefined(value) && value != WeightDistribution.Identity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Weights), value, "Expected a distribution of any matrix.");
    }

    /// <summary>How the matrices over the state of the step before start.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such distribution.</exception>
    public WeightDistribution RecurrentWeights
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RecurrentWeights), value, "Expected one of the distributions.");
    }

    /// <summary>The factor of recurrent weights that start as <see cref="WeightDistribution.Orthogonal"/> or
    /// <see cref="WeightDistribution.Identity"/>; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public float RecurrentGain
    {
        get;
        init => field = float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RecurrentGain), value, "Expected a finite value.");
    } = 1;

    /// <summary>Whether biases start as zeros, but for those that the other options name.</summary>
    public bool ZeroBiases { get; init; }

    /// <summary>What the bias of LSTM's gate f starts as, such as 1, so that it keeps its memory at first; null for as other biases.
    /// Sources: F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation 12 (2000); R. Jozefowicz, W. Zaremba and
    /// I. Sutskever, An empirical exploration of recurrent network architectures, ICML 2015.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public float? ForgetBias
    {
        get;
        init => field = value is not { } bias || float.IsFinite(bias)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ForgetBias), value, "Expected a finite value.");
    }

    /// <summary>
    /// T of the chrono initialization, how many steps memories are to last: of each unit the bias of LSTM's f, or of GRU's z, starts as
    /// ln u with u uniform from 1 to T − 1, and of LSTM's i as −ln u. Null for as other biases. Source: C. Tallec and Y. Ollivier, Can
    /// recurrent neural networks warp time?, ICLR 2018.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int? ChronoSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 2, 2, nameof(ChronoSteps));
            field = value;
        }
    }

    /// <summary>Writes all weights of a network.</summary>
    /// <param name="layers">what it is</param>
    /// <param name="inputSize">I</param>
    /// <param name="parameters">receives them</param>
    /// <param name="seed">the same seed gives the same weights</param>
    /// <param name="parameter">for the exception</param>
    internal void Fill(IReadOnlyList<LayerSpec> layers, int inputSize, Span<float> parameters, int seed, string parameter)
    {
        if (ForgetBias is not null && ChronoSteps is not null)
        {
            throw new ArgumentException($"Expected {nameof(ForgetBias)} or {nameof(ChronoSteps)}, but got both.", parameter);
        }

        var random = new WeightDraws(seed);
        bool hasGates = false;
        int start = 0, size = inputSize;
        for (int i = 0; i < layers.Count; i++)
        {
            foreach (ParameterShape shape in layers[i].GetParameters(size))
            {
                Span<float> values = parameters.Slice(start, (int)shape.Length);
                Fill(shape, values, random, LayerSequence.Name("layers", i, layers[i]), parameter);
                hasGates |= ForgetBias is not null ? shape.AdmittingGate is not null : shape.KeepingGate is not null;
                start += values.Length;
            }

            size = layers[i].GetOutputSize(size);
        }

        if ((ForgetBias ?? ChronoSteps) is not null && !hasGates)
        {
            string option = ForgetBias is not null ? nameof(ForgetBias) : nameof(ChronoSteps);
            throw new ArgumentException(
                $"Expected a layer with the gate that {option} is of, but got {string.Join(", ", layers)}.", parameter);
        }
    }

    private void Fill(ParameterShape shape, Span<float> values, WeightDraws random, string layer, string parameter)
    {
        WeightDistribution distribution = shape.Role switch
        {
            ParameterRole.Weights => Weights,
            ParameterRole.RecurrentWeights => RecurrentWeights,
            _ => WeightDistribution.Default,
        };
        if (distribution == WeightDistribution.Default)
        {
            random.Uniform(values, shape.Start, shape.Bound);
        }

        int rows = shape.Rows / shape.Gates;
        for (int gate = 0; gate < shape.Gates && distribution != WeightDistribution.Default; gate++)
        {
            Span<float> matrix = values.Slice(gate * rows * shape.Columns, rows * shape.Columns);
            if (distribution == WeightDistribution.Identity && rows != shape.Columns)
            {
                throw new ArgumentException(
                    $"Expected square {shape.Name} to start as the identity, but those of {layer} are {rows} × {shape.Columns}.",
                    parameter);
            }

            random.Fill(matrix, rows, shape.Columns, distribution, RecurrentGain);
        }

        if (shape.Role == ParameterRole.Bias)
        {
            FillBias(shape, values, random);
        }
    }

    private void FillBias(ParameterShape shape, Span<float> values, WeightDraws random)
    {
        if (ZeroBiases)
        {
            values.Clear();
        }

        int size = values.Length / shape.Gates;
        if (ForgetBias is { } bias && shape is { AdmittingGate: not null, KeepingGate: { } forget })
        {
            values.Slice(forget * size, size).Fill(bias);
        }
        else if (ChronoSteps is { } steps && shape.KeepingGate is { } keeping)
        {
            for (int unit = 0; unit < size; unit++)
            {
                float lasting = MathF.Log(random.Between(1, steps - 1));
                values[keeping * size + unit] = lasting;
                if (shape.AdmittingGate is { } admitting)
                {
                    values[admitting * size + unit] = -lasting;
                }
            }
        }
    }
}
