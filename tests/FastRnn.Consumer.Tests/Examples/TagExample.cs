using FastRnn.Training;

namespace FastRnn.Consumer.Tests.Examples;

/// <summary>Tags: entities in sentences, by words and their letters.</summary>
internal static class TagExample
{
    internal static EntityMetrics Learn(
        IReadOnlyList<(string[] Words, string[] Tags)> sentences, IReadOnlyList<(string[] Words, string[] Tags)> test)
    {
        // Guide begin
        const int Longest = 12;
        Vocabulary words = Vocabulary.FromTokens(sentences.SelectMany(sentence => sentence.Words), minCount: 2, unknown: "<unknown>");
        Vocabulary letters = Vocabulary.FromTokens(
            sentences.SelectMany(sentence => sentence.Words).SelectMany(word => word).Select(letter => $"{letter}"), unknown: "<unknown>");
        Vocabulary tags = Vocabulary.FromTokens(sentences.SelectMany(sentence => sentence.Tags));
        var spec = RnnSpec.ForInputs(
            [
                InputSpec.Index(words.Count, Layer.Embedding(size: 16)),
                InputSpec.Sequence(letters.Count, Longest, Layer.Embedding(8), Cell.Bidirectional(Cell.Gru(8)), Layer.LastStep()),
            ],
            Layer.Dropout(rate: 0.2f),
            Cell.Bidirectional(Cell.Lstm(hiddenSize: 16)),
            Layer.Dense(tags.Count, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(learningRate: 0.01f), Loss.CrossEntropy, seed: 1) { MaxGradientNorm = 1 };
        SequenceSet all = SetOf(sentences), unseen = SetOf(test);
        (SequenceSet training, SequenceSet validation) = all.Split(share: 0.2, seed: 1);
        TrainingRun<RnnModel> run = trainer.Fit(training, validation, new() { Epochs = 20, BatchSize = 16, Patience = 5 });
        var metrics = new EntityMetrics(tags.Tokens);
        run.Best.Measure(unseen, metrics);
        return metrics;

        SequenceSet SetOf(IEnumerable<(string[] Words, string[] Tags)> some)
        {
            SequenceSet set = SequenceSet.For(trainer);
            foreach ((string[] own, string[] right) in some)
            {
                set.Add(own.SelectMany(IndicesOf).ToArray(), tags.Encode(right));
            }

            return set;
        }

        // The word, and its letters up to the longest, −1 behind them.
        int[] IndicesOf(string word)
            => [words.IndexOf(word), .. letters.EncodeCharacters(word).Concat(Enumerable.Repeat(-1, Longest)).Take(Longest)];
        // Guide end
    }
}
