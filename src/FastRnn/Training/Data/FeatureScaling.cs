namespace FastRnn.Training;

/// <summary>
/// y = scale ⊙ x + shift, a scale and a shift for each feature, as training data give them: (x − μ)/σ with their mean and standard
/// deviation, or (x − min)/(max − min). Fitted on the training part alone and put into the network itself
/// (<see cref="ApplyTo"/>), so that a deployed model takes raw values. A feature that never changes has the scale 1.
/// </summary>
public sealed class FeatureScaling
{
    private readonly float[] _scale;
    private readonly float[] _shift;

    private FeatureScaling(float[] scale, float[] shift)
    {
        _scale = scale;
        _shift = shift;
    }

    /// <summary>Of each feature.</summary>
    public ReadOnlySpan<float> Scale => _scale;

    /// <summary>Of each feature.</summary>
    public ReadOnlySpan<float> Shift => _shift;

    /// <summary>Inputs to mean 0 and standard deviation 1.</summary>
    /// <param name="set">The training part.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set is empty, or its inputs are indices.</exception>
    public static FeatureScaling OfInputs(SequenceSet set) => Standard(Features.OfInputs(set));

    /// <summary>Targets to mean 0 and standard deviation 1; those without weight do not count.</summary>
    /// <param name="set">The training part.</param>
    /// <exception cref="ArgumentNullException">The set is null.</exception>
    /// <exception cref="ArgumentException">The set has no targets that count, or they are indices.</exception>
    public static FeatureScaling OfTargets(SequenceSet set) => Standard(Features.OfTargets(set));

    /// <summary>Inputs to the range from 0 to 1.</summary>
    /// <inheritdoc cref="OfInputs" path="/param|/exception"/>
    public static FeatureScaling OfInputRange(SequenceSet set) => Range(Features.OfInputs(set));

    /// <summary>Targets to the range from 0 to 1; those without weight do not count.</summary>
    /// <inheritdoc cref="OfTargets" path="/param|/exception"/>
    public static FeatureScaling OfTargetRange(SequenceSet set) => Range(Features.OfTargets(set));

    /// <summary>The way back: x = (y − shift) / scale.</summary>
    public FeatureScaling Invert()
        => new([.. _scale.Select(scale => 1 / scale)], [.. _scale.Zip(_shift, (scale, shift) => -shift / scale)]);

    /// <summary>The same for several outputs of each feature one behind the other, as <see cref="QuantileLoss"/> has them.</summary>
    /// <param name="count">How many each has, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public FeatureScaling Repeat(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(
            [.. _scale.SelectMany(scale => Enumerable.Repeat(scale, count))],
            [.. _shift.SelectMany(shift => Enumerable.Repeat(shift, count))]);
    }

    /// <summary>The same for outputs of means and, behind them, of logarithms of variances, as <see cref="GaussianLoss"/> has them: the
    /// logarithm of a variance is shifted by 2·ln scale.</summary>
    public FeatureScaling WithLogVariances()
        => new(
            [.. _scale, .. _scale.Select(_ => 1f)],
            [.. _shift, .. _scale.Select(scale => 2 * MathF.Log(Math.Abs(scale)))]);

    /// <summary>A model whose affine layer does this.</summary>
    /// <param name="model">With an affine layer, usually the first one for inputs, or, of the inverse, the last one for outputs.</param>
    /// <param name="layer">The number of the layer in <see cref="RnnSpec.Layers"/>.</param>
    /// <exception cref="ArgumentNullException">The model is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="ArgumentException">The layer is no affine one, or has another number of features.</exception>
    public RnnModel ApplyTo(RnnModel model, int layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.WithAffine(layer, _scale, _shift);
    }

    private static FeatureScaling Standard(Features features) => Of(features.Means, features.Deviations);

    private static FeatureScaling Range(Features features)
        => Of(features.Lowest, [.. features.Highest.Zip(features.Lowest, (highest, lowest) => highest - lowest)]);

    /// <summary>(x − origin) / unit.</summary>
    private static FeatureScaling Of(double[] origins, double[] units)
    {
        // A unit whose inverse is beyond float is as good as none.
        double[] divisors = [.. units.Select(unit => float.IsFinite((float)(1 / unit)) ? unit : 1)];
        return new(
            [.. divisors.Select(divisor => (float)(1 / divisor))],
            [.. origins.Zip(divisors, (origin, divisor) => (float)(-origin / divisor))]);
    }

    /// <summary>What the values of features are like, gathered by Welford's updates.</summary>
    private sealed class Features(int width)
    {
        private readonly double[] _squares = new double[width];
        private long _count;

        internal double[] Means { get; } = new double[width];

        internal double[] Lowest { get; } = [.. Enumerable.Repeat(double.PositiveInfinity, width)];

        internal double[] Highest { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, width)];

        internal double[] Deviations => [.. _squares.Select(square => Math.Sqrt(square / _count))];

        internal static Features OfInputs(SequenceSet set)
        {
            ArgumentNullException.ThrowIfNull(set);
            Require(set, set.Layout.InputSize);
            var features = new Features(set.Layout.InputSize);
            for (int i = 0; i < set.Count; i++)
            {
                features.Add(InputsGuard.ValuesOf(set.GetInputs(i)), []);
            }

            return features;
        }

        internal static Features OfTargets(SequenceSet set)
        {
            ArgumentNullException.ThrowIfNull(set);
            Require(set, set.Layout.TargetSize);
            var features = new Features(set.Layout.TargetSize);
            for (int i = 0; i < set.Count; i++)
            {
                features.Add(set.GetTargets(i).Values, set.GetWeights(i));
            }

            return features._count > 0
                ? features
                : throw new ArgumentException("Expected targets with weights above 0, but the set has none.", nameof(set));
        }

        private static void Require(SequenceSet set, int width)
        {
            if (width == 0 || set.Count == 0)
            {
                throw new ArgumentException(
                    width == 0 ? "Expected values to scale, but got indices." : "Expected sequences, but the set is empty.", nameof(set));
            }
        }

        private void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> weights)
        {
            for (int row = 0; row < values.Length / width; row++)
            {
                if (!weights.IsEmpty && weights[row] == 0)
                {
                    continue;
                }

                _count++;
                for (int i = 0; i < width; i++)
                {
                    double value = values[row * width + i], before = value - Means[i];
                    Means[i] += before / _count;
                    _squares[i] += before * (value - Means[i]);
                    Lowest[i] = Math.Min(Lowest[i], value);
                    Highest[i] = Math.Max(Highest[i], value);
                }
            }
        }
    }
}
