using FastRnn.Training;

namespace FastRnn.Consumer.Tests.Examples;

/// <summary>Transduction: texts into other texts, with attention.</summary>
internal static class TransductionExample
{
    internal static SequenceMatchMetrics Learn(
        IReadOnlyList<(string Source, string Target)> pairs, IReadOnlyList<(string Source, string Target)> test)
    {
        // Guide begin
        Vocabulary sources = Vocabulary.OfCharacters(string.Concat(pairs.Select(pair => pair.Source)));
        Vocabulary targets = Vocabulary.FromTokens(
            pairs.SelectMany(pair => pair.Target).Select(letter => $"{letter}"), reserved: ["<start>", "<end>"]);
        int start = targets.IndexOf("<start>"), end = targets.IndexOf("<end>");
        var encoder = RnnSpec.ForIndices(sources.Count, Layer.Embedding(size: 16), Cell.Gru(hiddenSize: 32));
        var decoder = RnnSpec.ForIndices(
            targets.Count, Layer.Embedding(size: 16), Cell.Gru(hiddenSize: 32), Layer.Attention(memorySize: 32),
            Layer.Dense(targets.Count, Activation.Softmax));
        using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(learningRate: 0.01f), Loss.CrossEntropy, seed: 1)
        {
            MaxGradientNorm = 1,
            ScheduledSampling = new() { Probability = 0.1f, RampUpdates = 200 },
        };
        var set = SequencePairSet.For(trainer, start, end);
        foreach ((string source, string target) in pairs)
        {
            set.Add(sources.EncodeCharacters(source), targets.EncodeCharacters(target));
        }

        (SequencePairSet training, SequencePairSet validation) = set.Split(share: 0.1, seed: 1);
        EncoderDecoder model = trainer.Fit(training, validation, new() { Epochs = 30, BatchSize = 32, Patience = 6 }).Best;

        var metrics = new SequenceMatchMetrics();
        int[] written = new int[40];
        foreach ((string source, string target) in test)
        {
            DecodedSequence found = model.Decode(sources.EncodeCharacters(source), start, end, written, beamWidth: 3);
            metrics.Add<int>(written.AsSpan(0, found.Length), targets.EncodeCharacters(target));
        }

        return metrics;
        // Guide end
    }
}
