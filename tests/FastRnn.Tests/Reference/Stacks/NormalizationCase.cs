namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Layer normalization, or that by root mean squares, with gain and bias.</summary>
internal sealed record NormalizationCase(bool Centers, float Epsilon) : LayerCase
{
    internal override bool IsPerStep => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => (Centers ? 2 : 1) * inputs;

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => Array.ConvertAll(x, row =>
        {
            double mean = Centers ? row.Average() : 0;
            double deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + Epsilon);
            return row.Select(
                (value, i) => parameters[i] * (value - mean) / deviation + (Centers ? parameters[row.Length + i] : 0)).ToArray();
        });
}
