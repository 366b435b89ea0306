namespace FastRnn.Training;

/// <summary>How gradients are checked.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>How many values of each tensor are checked, drawn at random; all where it has no more. 16 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Samples
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Samples));
            field = value;
        }
    } = 16;

    /// <summary>Decides which.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The largest error of a gradient that passes, see <see cref="CheckedTensor.Error"/>; 0.01 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double Tolerance
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Tolerance), value, "Expected a value above 0.");
    } = 0.01;

    /// <summary>h, by how much values are changed; 0.02 unless set. Smaller ones drown in the rounding of float, larger ones in the
    /// curvature.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public float Step
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Step), value, "Expected a value above 0.");
    } = 0.02f;
}
