namespace FastRnn.Tests.Reference.Stacks;

/// <summary>[x⟨t⟩; Σ a⟨s⟩·m⟨s⟩] with a = softmax of the scores of x⟨t⟩ and the rows m⟨s⟩ of a memory.</summary>
/// <param name="MemorySize">M</param>
/// <param name="Score">how scores are made</param>
/// <param name="Hidden">A, of an additive score</param>
internal sealed record AttentionCase(int MemorySize, AttentionScore Score, int Hidden = 1) : LayerCase
{
    /// <summary>m [Tx][M] of one sequence; without one, the context is zeros.</summary>
    private double[][]? Memory { get; init; }

    /// <summary>Receives a [Tx] of each step.</summary>
    private List<double[]>? Weights { get; init; }

    internal override bool IsPerStep => true;

    internal override int Outputs(int inputs) => inputs + MemorySize;

    internal override int ParameterCount(int inputs) => Score switch
    {
        AttentionScore.General => MemorySize * inputs,
        AttentionScore.Additive => Hidden * (inputs + MemorySize + 2),
        _ => 0,
    };

    internal override LayerCase Attending(double[][] memory, List<double[]>? weights) => this with { Memory = memory, Weights = weights };

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
        => [.. x.Select(row => (double[])[.. row, .. Memory is null ? new double[MemorySize] : Context(row, Memory, parameters)])];

    public override string ToString() => $"Attention({MemorySize}, {Score}, {Hidden})";

    private double[] Context(double[] x, double[][] memory, ArraySegment<double> parameters)
    {
        double[] scores = Array.ConvertAll(memory, m => Of(x, m, parameters));
        double[] powers = Array.ConvertAll(scores, score => Math.Exp(score - scores.Max()));
        double[] weights = Array.ConvertAll(powers, power => power / powers.Sum());
        Weights?.Add(weights);
        return [.. Enumerable.Range(0, MemorySize).Select(i => memory.Select((m, s) => weights[s] * m[i]).Sum())];
    }

    private double Of(double[] x, double[] m, ArraySegment<double> parameters)
    {
        var reader = new ParameterReader(parameters);
        switch (Score)
        {
            case AttentionScore.Dot:
                return x.Zip(m, (a, b) => a * b).Sum();
            case AttentionScore.General:
                Matrix w = reader.Matrix(MemorySize, x.Length);
                return m.Select((value, i) => value * w.Times(i, x)).Sum();
            default:
                Matrix query = reader.Matrix(Hidden, x.Length), key = reader.Matrix(Hidden, MemorySize);
                ArraySegment<double> b = reader.Vector(Hidden), v = reader.Vector(Hidden);
                return Enumerable.Range(0, Hidden).Sum(i => v[i] * Math.Tanh(query.Times(i, x) + key.Times(i, m) + b[i]));
        }
    }
}
