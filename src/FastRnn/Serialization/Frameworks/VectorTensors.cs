namespace FastRnn.Serialization;

/// <summary>Takes the tensors of a module that has vectors and no matrix: a normalization or a PReLU.</summary>
internal sealed class VectorTensors(TensorGroup group, VectorNames names, OpenChoices choices)
{
    /// <summary>Whether there is what a batch normalization alone has.</summary>
    internal bool IsBatchNormalization
        => group.Has(names.Mean) || group.Has(names.Variance) || (names.Count is { } count && group.Has(count));

    /// <summary>y = (x − μ)·γ/√(σ² + ε) + β with the statistics that training has kept, as a fixed scale and shift.</summary>
    internal WeightModule TakeBatchNormalization()
    {
        TensorEntry variance = group.Take(names.Variance, (int?)null);
        int size = (int)variance.Shape[0];
        TensorEntry mean = group.Take(names.Mean, size);
        TensorEntry? gain = group.TakeIfThere(names.Scale, size), bias = group.TakeIfThere(names.Shift, size);
        if (names.Count is { } count)
        {
            group.PassOver(count);
        }

        float epsilon = choices.Epsilon(group.Name, names.Epsilon);
        return new WeightModule(group.Name, size, [(Layer.Affine(isTrained: false), Read)]);

        void Read(Span<float> destination)
        {
            Span<float> scale = destination[..size], shift = destination[size..];
            float[] variances = Values(variance), means = Values(mean);
            ReadOrFill(gain, scale, 1);
            ReadOrFill(bias, shift, 0);
            for (int i = 0; i < size; i++)
            {
                if (!(variances[i] >= 0))
                {
                    throw group.Fault(
                        variance, FormattableString.Invariant($"expected variances of at least 0, but feature {i} has {variances[i]}"));
                }

                double factor = scale[i] / Math.Sqrt((double)variances[i] + epsilon);
                scale[i] = (float)factor;

                // A mean of 0 shifts nothing, whatever the factor is.
                shift[i] = means[i] == 0 ? shift[i] : (float)(shift[i] - means[i] * factor);
            }
        }
    }

    /// <summary>A module of which names and shapes tell no more than that it has <see cref="VectorNames.Scale"/>, or that and
    /// <see cref="VectorNames.Shift"/>, where an RMS normalization and a PReLU have the same names.</summary>
    internal WeightModule TakeAny()
    {
        if (group.Has(names.Shift))
        {
            return TakeLayerNormalization();
        }

        TensorEntry values = group.Take(names.Scale, (int?)null);

        // One value alone is the slope of a PReLU in nearly every network: it takes the module's name to make it another's.
        VectorModule kind = values.Count == 1
            ? choices.FindVectors(group.Name) ?? VectorModule.PRelu
            : choices.Vectors(
                group.Name, "whether this is a layer normalization without bias, an RMS normalization or a PReLU",
                VectorModule.LayerNormalization, VectorModule.RmsNormalization, VectorModule.PRelu);
        return kind switch
        {
            VectorModule.LayerNormalization => ToLayerNormalization(values, null),
            VectorModule.RmsNormalization => ToRmsNormalization(values),
            _ => ToPRelu(values),
        };
    }

    /// <summary>With a gain, a bias or both.</summary>
    internal WeightModule TakeLayerNormalization()
    {
        TensorEntry? gain = group.TakeIfThere(names.Scale, (int?)null);
        TensorEntry? bias = group.TakeIfThere(names.Shift, (int?)gain?.Shape[0]);
        choices.Vectors(
            group.Name, "whether this normalizes the features of each step: normalizations of groups and of instances have the same names",
            VectorModule.LayerNormalization);
        return ToLayerNormalization(gain, bias);
    }

    internal WeightModule TakeRmsNormalization() => ToRmsNormalization(group.Take(names.RmsScale, (int?)null));

    /// <summary>Slopes with any number of dimensions of length 1 before that of the features.</summary>
    internal WeightModule TakePRelu()
    {
        int others = Math.Max(0, group.Rank(names.Slopes)!.Value - 1);
        return ToPRelu(group.Take(names.Slopes, [.. Enumerable.Repeat<int?>(1, others), null]));
    }

    private WeightModule ToLayerNormalization(TensorEntry? gain, TensorEntry? bias)
    {
        int size = (int)(gain ?? bias)!.Shape[0];
        LayerNormalizationSpec layer = Layer.LayerNormalization(choices.Epsilon(group.Name, names.Epsilon));
        return new WeightModule(group.Name, size, [(layer, Read)]);

        void Read(Span<float> destination)
        {
            ReadOrFill(gain, destination[..size], 1);
            ReadOrFill(bias, destination[size..], 0);
        }
    }

    private WeightModule ToRmsNormalization(TensorEntry gain)
    {
        RmsNormalizationSpec layer = Layer.RmsNormalization(choices.Epsilon(group.Name, names.RmsEpsilon));
        return new WeightModule(group.Name, (int)gain.Shape[0], [(layer, destination => group.File.Read(gain, destination))]);
    }

    /// <summary>One slope is that of any number of features.</summary>
    private WeightModule ToPRelu(TensorEntry slopes)
    {
        bool isShared = slopes.Count == 1;
        ActivationSpec layer = Layer.Activation(Activation.PRelu(perFeature: !isShared));
        return new WeightModule(
            group.Name, isShared ? null : (int)slopes.Count, [(layer, destination => group.File.Read(slopes, destination))]);
    }

    private float[] Values(TensorEntry tensor)
    {
        var values = new float[tensor.Count];
        group.File.Read(tensor, values);
        return values;
    }

    private void ReadOrFill(TensorEntry? tensor, Span<float> destination, float value)
    {
        if (tensor is null)
        {
            destination.Fill(value);
        }
        else
        {
            group.File.Read(tensor, destination);
        }
    }
}
