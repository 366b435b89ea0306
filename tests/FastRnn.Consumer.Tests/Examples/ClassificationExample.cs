using FastRnn.Training;

namespace FastRnn.Consumer.Tests.Examples;

/// <summary>Classification: whole sequences of numbers.</summary>
internal static class ClassificationExample
{
    internal static ConfusionMatrix Learn(
        IReadOnlyList<(float[] Steps, int Label)> examples, IReadOnlyList<(float[] Steps, int Label)> test, int features, string[] names)
    {
        // Guide begin
        var spec = new RnnSpec(
            features, Layer.Affine(isTrained: false), Cell.Bidirectional(Cell.Gru(hiddenSize: 12)), Layer.MeanPooling(),
            Layer.Dropout(rate: 0.2f), Layer.Dense(names.Length, Activation.Softmax));
        SequenceSet all = SetOf(examples);
        (SequenceSet training, SequenceSet validation) = all.Split(share: 0.2, seed: 1);
        RnnModel start = FeatureScaling.OfInputs(training).ApplyTo(RnnModel.Create(spec, seed: 1), layer: 0);
        using var trainer = new RnnTrainer(start, new AdamW(learningRate: 0.01f), Loss.CrossEntropy) { MaxGradientNorm = 1 };
        var options = new FitOptions { Epochs = 30, BatchSize = 16, Patience = 8, Schedule = Schedule.Cosine(warmUp: 10) };
        TrainingRun<RnnModel> run = trainer.Fit(training, validation, options);

        var matrix = new ConfusionMatrix(names);
        run.Best.Measure(SetOf(test), matrix);
        return matrix;

        SequenceSet SetOf(IEnumerable<(float[] Steps, int Label)> some)
        {
            var set = new SequenceSet(SequenceLayout.Of(spec, Loss.CrossEntropy));
            foreach ((float[] steps, int label) in some)
            {
                set.Add(steps, new[] { label });
            }

            return set;
        }

        // Guide end
    }
}
