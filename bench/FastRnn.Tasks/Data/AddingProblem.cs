using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>
/// The adding problem: T steps of a random value from 0 to 1 and a mark; the target is the sum of the two values that are marked, one in
/// each half. Always answering 1 has a squared error of 1/6. Source: S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural
/// Computation 9 (1997), in the form of Q. V. Le, N. Jaitly and G. E. Hinton, arXiv:1504.00941.
/// </summary>
/// <param name="steps">T</param>
/// <param name="sequences">N</param>
/// <param name="batches">of an epoch</param>
/// <param name="seed">decides the values, with the epoch</param>
internal sealed class AddingProblem(int steps, int sequences, int batches, int seed) : GeneratedBatches(batches, seed)
{
    public override SequenceLayout Layout { get; } = new()
    {
        InputSize = 2,
        TargetSize = 1,
        HasOneTarget = true,
    };

    private protected override void Fill(SequenceBatch batch)
    {
        batch.Resize(steps, sequences);
        Span<float> inputs = batch.InputValues;
        for (int i = 0; i < sequences; i++)
        {
            int first = Random.Next(steps / 2), second = steps / 2 + Random.Next(steps - steps / 2);
            for (int step = 0; step < steps; step++)
            {
                int at = (step * sequences + i) * 2;
                float value = Random.NextSingle();
                inputs[at] = value;
                inputs[at + 1] = step == first || step == second ? 1 : 0;
                batch.TargetValues[i] += inputs[at + 1] * value;
            }
        }
    }
}
