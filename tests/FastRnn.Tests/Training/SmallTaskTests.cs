using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>Small tasks that are known to be hard for some networks, learned from fixed seeds.</summary>
[Trait("Category", "Learning")]
public sealed class SmallTaskTests
{
    /// <summary>The adding problem over 50 steps: always answering 1 has an error of 1/6.</summary>
    [Fact]
    public void RnnTrainer_Fit_addingProblem_remembersOverFiftySteps()
    {
        const int Steps = 50;
        var spec = new RnnSpec(2, Cell.Lstm(32), Layer.LastStep(), Layer.Dense(1));
        RnnModel start = RnnModel.Create(spec, 1, new() { ChronoSteps = Steps });
        using var trainer = new RnnTrainer(start, new Adam(0.01f), Loss.SquaredError) { MaxGradientNorm = 1 };
        TrainingRun<RnnModel> run = trainer.Fit(Sums(8000, 1), Sums(500, 2), new() { Epochs = 4, BatchSize = 32, Patience = 4 });
        Assert.InRange(run.BestValidationLoss!.Value, 0, 0.01f);

        SequenceSet Sums(int count, int seed)
        {
            SequenceSet set = SequenceSet.For(trainer);
            var random = new Random(seed);
            float[] inputs = new float[2 * Steps];
            for (int i = 0; i < count; i++)
            {
                int first = random.Next(Steps / 2), second = Steps / 2 + random.Next(Steps / 2);
                for (int step = 0; step < Steps; step++)
                {
                    inputs[2 * step] = random.NextSingle();
                    inputs[2 * step + 1] = step == first || step == second ? 1 : 0;
                }

                set.Add(inputs, (float[])[inputs[2 * first] + inputs[2 * second]]);
            }

            return set;
        }
    }

    /// <summary>A few letters of the alphabet, forwards or backwards, are gone on with in their direction.</summary>
    [Fact]
    public void EncoderDecoderTrainer_Fit_alphabet_goesOnInEitherDirection()
    {
        const int Letters = 26, Written = 4, Start = Letters, End = Letters + 1;
        var encoder = RnnSpec.ForIndices(Letters, Layer.Embedding(8), Cell.Gru(64));
        var decoder = RnnSpec.ForIndices(
            Letters + 2, Layer.Embedding(8), Cell.Gru(64), Layer.Dense(Letters + 2, Activation.Softmax));
        using var trainer = new EncoderDecoderTrainer(encoder, decoder, new Adam(0.01f), Loss.CrossEntropy, 1) { MaxGradientNorm = 1 };
        var runs = new List<(int[] Read, int[] Next)>();
        for (int length = 2; length <= 5; length++)
        {
            for (int first = 0; first < Letters; first++)
            {
                foreach (int step in (int[])[1, -1])
                {
                    int last = first + step * (length + Written - 1);
                    if (last is >= 0 and < Letters)
                    {
                        runs.Add((
                            [.. Enumerable.Range(0, length).Select(i => first + step * i)],
                            [.. Enumerable.Range(length, Written).Select(i => first + step * i)]));
                    }
                }
            }
        }

        var set = SequencePairSet.For(trainer, Start, End);
        runs.ForEach(run => set.Add(run.Read, run.Next));
        bool[] isTest = [.. runs.Select((_, i) => i % 6 == 0)];
        (SequencePairSet training, _) = set.Split(i => isTest[i]);
        EncoderDecoder model = trainer.Fit(training, null, new() { Epochs = 150, BatchSize = 32 }).Best;
        SequenceMatchMetrics unseen = new(), seen = new();
        int[] written = new int[10];
        for (int i = 0; i < runs.Count; i++)
        {
            DecodedSequence found = model.Decode(runs[i].Read, Start, End, written);
            (isTest[i] ? unseen : seen).Add<int>(written.AsSpan(0, found.Length), runs[i].Next);
        }

        Assert.True(unseen.Count > 20, $"{unseen.Count} tests");
        Assert.True(seen.ExactMatch >= 0.98, seen.ToString());
        Assert.True(unseen.ExactMatch >= 0.7, unseen.ToString());
    }

    /// <summary>The embedded Reber grammar: what comes next is one of what the grammar allows, and the last but one symbol is the second
    /// one, whatever lies between. Source: A. Cleeremans, D. Servan-Schreiber and J. L. McClelland, Finite state automata and simple
    /// recurrent networks, Neural Computation 1 (1989), in the form of S. Hochreiter and J. Schmidhuber (1997).</summary>
    [Fact]
    public void RnnTrainer_Fit_embeddedReberGrammar_isLearned()
    {
        const string Symbols = "BTSXPVE";
        var spec = RnnSpec.ForIndices(Symbols.Length, Cell.Lstm(16), Layer.Dense(Symbols.Length, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(0.02f), Loss.CrossEntropy, 1) { MaxGradientNorm = 1 };
        List<string> training = Strings(1500, 1), test = Strings(300, 2);
        RnnModel model = trainer.Fit(SetOf(training), SetOf(test[..100]), new() { Epochs = 12, BatchSize = 16 }).Best;
        int allowed = 0, steps = 0, remembered = 0;
        foreach (string word in test)
        {
            using RnnSession session = model.CreateSession();
            float[] next = new float[Symbols.Length];
            for (int i = 0; i + 1 < word.Length; i++)
            {
                session.Step(Symbols.IndexOf(word[i]), next);
                char likeliest = Symbols[next.AsSpan().IndexOf(next.Max())];
                steps++;
                allowed += NextOf(word[..(i + 1)]).Contains(likeliest) ? 1 : 0;
                remembered += i == word.Length - 3 && likeliest == word[1] ? 1 : 0;
            }
        }

        Assert.True(allowed >= 0.995 * steps, $"{allowed} of {steps} steps");
        Assert.True(remembered >= 0.98 * test.Count, $"{remembered} of {test.Count} strings");

        SequenceSet SetOf(List<string> words)
        {
            SequenceSet set = SequenceSet.For(trainer);
            foreach (string word in words)
            {
                int[] indices = [.. word.Select(symbol => Symbols.IndexOf(symbol))];
                set.Add(indices[..^1], indices[1..]);
            }

            return set;
        }

        static List<string> Strings(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                string word = "B";
                while (word[^1] != 'E' || word.Length < 3 || word[^2] is not ('T' or 'P') || NextOf(word).Length > 0)
                {
                    string next = NextOf(word);
                    word += next[random.Next(next.Length)];
                }

                return word;
            })];
        }

        // B, T or P, a string of the inner grammar, the same T or P, E.
        static string NextOf(string word)
        {
            if (word.Length < 2)
            {
                return "TP";
            }

            int state = 0;
            foreach (char symbol in word[2..])
            {
                state = state < 0 ? state - 1 : Inner[state].First(way => way.Symbol == symbol).To;
            }

            return state switch
            {
                -1 => $"{word[1]}",
                -2 => "E",
                < -2 => string.Empty,
                _ => string.Concat(Inner[state].Select(way => way.Symbol)),
            };
        }
    }

    /// <summary>The ways of the Reber grammar from each state; −1 is behind its end.</summary>
    private static readonly (char Symbol, int To)[][] Inner =
    [
        [('B', 1)],
        [('T', 2), ('P', 3)],
        [('S', 2), ('X', 4)],
        [('T', 3), ('V', 5)],
        [('X', 3), ('S', 6)],
        [('P', 4), ('V', 6)],
        [('E', -1)],
    ];
}
