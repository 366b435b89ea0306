using FastRnn.Training;

namespace FastRnn.Consumer.Tests.Examples;

/// <summary>Text: learns characters and goes on with them.</summary>
internal static class TextExample
{
    internal static string GoOn(string text, string prompt, int length)
    {
        // Guide begin
        Vocabulary letters = Vocabulary.OfCharacters(text);
        int[] indices = letters.EncodeCharacters(text);
        var spec = RnnSpec.ForIndices(
            letters.Count, Layer.Embedding(size: 32), Cell.Lstm(hiddenSize: 64), Layer.Dense(letters.Count, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(learningRate: 5e-3f), Loss.CrossEntropy, seed: 1) { MaxGradientNorm = 1 };

        // Each character is the target of the one before; the last tenth validates.
        int split = indices.Length * 9 / 10;
        SequenceSet training = SequenceSet.For(trainer), validation = SequenceSet.For(trainer);
        training.Add(indices[..split], indices[1..(split + 1)]);
        validation.Add(indices[split..^1], indices[(split + 1)..]);

        // Windows of 32 steps over 8 strands of the text, the state carried from one to the next.
        var options = new FitOptions { Epochs = 12, BatchSize = 8, Window = 32, Patience = 3 };
        TrainingRun<RnnModel> run = trainer.Fit(training, validation, options);

        using RnnSession session = run.Best.CreateSession();
        int[] written = new int[length];
        session.Generate(letters.EncodeCharacters(prompt), written, new TokenSampler(seed: 1) { Temperature = 0.5f });
        return prompt + letters.Decode(written);
        // Guide end
    }
}
