namespace FastRnn.Tests.Reference.Stacks;

/// <summary>Σ a⟨t⟩·x⟨t⟩ with a = softmax over the steps of w·x⟨t⟩; the state holds steps before the sequence as one of them.</summary>
internal sealed record AttentionPoolingCase : LayerCase
{
    internal override bool Reduces => true;

    internal override int Outputs(int inputs) => inputs;

    internal override int ParameterCount(int inputs) => inputs;

    internal override int StateSize(int inputs) => inputs + 2;

    internal override void MakeState(Span<float> state, int inputs) => state[^2] = 1 + Math.Abs(state[^2]);

    internal override double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness)
    {
        int inputs = x[0].Length;
        double[] scores = Array.ConvertAll(x, row => row.Select((value, i) => value * parameters[i]).Sum());
        double[] all = state[^2] == 0 ? scores : [.. scores, state[^1]];
        double largest = all.Max();
        smoothness.Lead(all.Where(score => score != largest).Select(score => largest - score).DefaultIfEmpty(1).Min());
        double kept = state[^2] == 0 ? 0 : Math.Exp(state[^1] - largest);
        double weight = kept * state[^2] + scores.Sum(score => Math.Exp(score - largest));
        for (int i = 0; i < inputs; i++)
        {
            state[i] = kept * state[i] + x.Select((row, t) => Math.Exp(scores[t] - largest) * row[i]).Sum();
        }

        (state[^2], state[^1]) = (weight, largest);
        return [[.. state[..inputs].Select(value => value / weight)]];
    }
}
