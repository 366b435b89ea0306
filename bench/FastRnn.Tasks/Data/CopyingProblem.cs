using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>
/// Copying memory: ten symbols of eight, then blanks, and at a signal the ten symbols are to be written again in their order; blanks until
/// then. Writing blanks, and at the end anything, has a cross-entropy of 10·ln 8 / (delay + 20) nats a step. Source: S. Hochreiter and
/// J. Schmidhuber (1997), in the form of M. Arjovsky, A. Shah and Y. Bengio, Unitary evolution recurrent neural networks, ICML 2016.
/// </summary>
/// <param name="delay">steps between the last symbol and the signal's end</param>
/// <param name="sequences">N</param>
/// <param name="batches">of an epoch</param>
/// <param name="seed">decides the symbols, with the epoch</param>
internal sealed class CopyingProblem(int delay, int sequences, int batches, int seed) : GeneratedBatches(batches, seed)
{
    /// <summary>Eight symbols, the blank and the signal.</summary>
    internal const int Symbols = 8, Blank = 8, Signal = 9, Inputs = 10, Outputs = 9;

    private const int Length = 10;

    /// <summary>What no memory comes to, nats a step.</summary>
    internal double Baseline => Length * Math.Log(Symbols) / Steps;

    public override SequenceLayout Layout { get; } = new()
    {
        InputSize = 0,
        Vocabulary = Inputs,
        TargetSize = 0,
    };

    private int Steps => delay + 2 * Length;

    private protected override void Fill(SequenceBatch batch)
    {
        batch.Resize(Steps, sequences);
        batch.InputIndices.Fill(Blank);
        batch.TargetIndices.Fill(Blank);
        for (int i = 0; i < sequences; i++)
        {
            for (int place = 0; place < Length; place++)
            {
                int symbol = Random.Next(Symbols);
                batch.InputIndices[place * sequences + i] = symbol;
                batch.TargetIndices[(Steps - Length + place) * sequences + i] = symbol;
            }

            batch.InputIndices[(Steps - Length - 1) * sequences + i] = Signal;
        }
    }
}
