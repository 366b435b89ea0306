using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Models;

/// <summary>Networks with several inputs against the same made of networks with one, and by differences.</summary>
public sealed class SeveralInputsTests : IDisposable
{
    private const int Words = 7, Letters = 5, Longest = 4, Values = 2, Steps = 6, Sequences = 3;

    private static readonly int[] Lengths = [6, 2, 5];

    private static readonly LayerSpec[] LetterLayers = [Layer.Embedding(3), Cell.Bidirectional(Cell.Gru(2)), Layer.LastStep()];

    private static readonly RnnSpec Tagger = RnnSpec.ForInputs(
        [
            InputSpec.Values(Values, Layer.Affine(), Cell.Elman(3)), InputSpec.Index(Words, Layer.Embedding(4)),
            InputSpec.Sequence(Letters, Longest, LetterLayers), InputSpec.Values(1),
        ],
        Cell.Gru(5), Layer.Dense(3, Activation.Softmax));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RnnSpec_ForInputs_counts()
    {
        Assert.Equal((5, 3, 8, 3), (Tagger.IndexCount, Tagger.ValueCount, Tagger.InputSize, Tagger.OutputSize));
        Assert.Equal((false, true, 4), (Tagger.TakesIndices, Tagger.CanStream, Tagger.Inputs.Count));
        Assert.Equal(3 + 4 + 4 + 1, Tagger.Layers[0].GetOutputSize(8));
        Assert.Equal(
            ["inputs.0.0.scale", "inputs.0.0.shift", "inputs.0.1.inputWeights"],
            Tagger.Layers[0].GetParameters(8).Take(3).Select(shape => shape.Name));
        Assert.Equal([(0, "inputs.0.1.h", 3), (1, "h", 5)], Tagger.StateParts.Select(part => (part.Layer, part.Name, part.Length)));
        Assert.Equal((1, 0), (RnnSpec.ForIndices(3, Layer.Dense(1)).IndexCount, RnnSpec.ForIndices(3, Layer.Dense(1)).ValueCount));
        RnnSpec same = RnnSpec.ForInputs([.. Tagger.Inputs], [.. Tagger.Layers.Skip(1)]);
        Assert.Equal(Tagger, same);
        Assert.Equal(Tagger.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Tagger, RnnSpec.ForInputs([.. Tagger.Inputs.Reverse()], [.. Tagger.Layers.Skip(1)]));
    }

    /// <summary>What each input's layers make of it by themselves, put side by side by hand, is what the layers above see.</summary>
    [Fact]
    public void RnnModel_Run_severalInputs_isThePartsByThemselves()
    {
        RnnModel model = RnnModel.Create(Tagger, 1);
        (int[] indices, float[] values) = Data(1);
        float[] parameters = model.Parameters.ToArray();
        int at = 0;
        RnnModel first = Part(new RnnSpec(Values, Layer.Affine(), Cell.Elman(3)));
        RnnModel word = Part(RnnSpec.ForIndices(Words, Layer.Embedding(4)));
        RnnModel letters = Part(RnnSpec.ForIndices(Letters, LetterLayers));
        RnnModel above = Part(new RnnSpec(12, Cell.Gru(5), Layer.Dense(3, Activation.Softmax)));
        Assert.Equal(parameters.Length, at);
        const int Rows = Steps * Sequences;
        float[] ownValues = [.. Enumerable.Range(0, Rows).SelectMany(row => values[(row * 3)..(row * 3 + 2)])];
        float[] ofValues = new float[Rows * 3], ofWords = new float[Rows * 4], joined = new float[Rows * 12];
        first.Run(ownValues, ofValues, new() { Steps = Steps, Sequences = Sequences });
        word.Run(Enumerable.Range(0, Rows).Select(row => indices[row * 5]).ToArray(), ofWords, new() { Steps = Steps, Sequences = Sequences });
        for (int row = 0; row < Rows; row++)
        {
            int[] own = [.. indices[(row * 5 + 1)..(row * 5 + 5)].TakeWhile(index => index >= 0)];
            float[] ofLetters = new float[4];
            if (own.Length > 0)
            {
                letters.Run(own, ofLetters, new() { Steps = own.Length, Sequences = 1 });
            }

            float[] all = [.. ofValues[(row * 3)..(row * 3 + 3)], .. ofWords[(row * 4)..(row * 4 + 4)], .. ofLetters, values[row * 3 + 2]];
            all.CopyTo(joined, row * 12);
        }

        float[] expected = new float[Rows * 3], actual = new float[Rows * 3];
        above.Run(joined, expected, new() { Steps = Steps, Sequences = Sequences });
        model.Run(new SequenceData(indices, values), actual, new() { Steps = Steps, Sequences = Sequences });
        Compare.SameBits(expected, actual, "output");

        RnnModel Part(RnnSpec spec)
        {
            RnnModel part = RnnModel.FromParameters(spec, parameters.AsSpan(at, (int)spec.ParameterCount));
            at += part.ParameterCount;
            return part;
        }
    }

    [Fact]
    public void RnnModel_Run_severalInputs_streamedWholeAndBatchedAreTheSame()
    {
        RnnModel model = RnnModel.Create(Tagger, 2);
        (int[] indices, float[] values) = Data(2);
        var shape = new BatchShape { Steps = Steps, Sequences = Sequences, Lengths = Lengths };
        float[] batch = new float[Steps * Sequences * 3], state = new float[Sequences * Tagger.StateSize];
        model.Run(new SequenceData(indices, values), batch, shape, finalState: state);
        for (int n = 0; n < Sequences; n++)
        {
            using RnnSession session = model.CreateSession();
            float[] y = new float[3], own = new float[Tagger.StateSize];
            for (int step = 0; step < Lengths[n]; step++)
            {
                int row = step * Sequences + n;
                session.Step(indices.AsSpan(row * 5, 5), values.AsSpan(row * 3, 3), y);
                Compare.SameBits(batch.AsSpan(row * 3, 3).ToArray(), y, $"output {n} at {step}");
            }

            session.CopyStateTo(own);
            Compare.SameBits(state.AsSpan(n * own.Length, own.Length).ToArray(), own, "state");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GradientCheck_Run_severalInputs_passes(bool hasLengths)
    {
        RnnSpec spec = hasLengths
            ? Tagger
            : RnnSpec.ForInputs(
                [
                    InputSpec.Sequence(Letters, Longest, Cell.Lstm(3), Layer.MeanPooling(), Layer.Dense(2, Activation.Tanh)),
                    InputSpec.Index(Words, Cell.Bidirectional(Cell.Gru(2))),
                ],
                Layer.Residual(Layer.Dense(6, Activation.Tanh)), Layer.Dense(3, Activation.Softmax));
        (int[] indices, float[] values) = Data(3);
        if (!hasLengths)
        {
            indices = [.. Enumerable.Range(0, Steps * Sequences).SelectMany(
                row => (int[])[.. indices[(row * 5 + 1)..(row * 5 + 5)], indices[row * 5]])];
            values = [];
        }

        var shape = new BatchShape { Steps = Steps, Sequences = Sequences, Lengths = hasLengths ? Lengths : [] };
        int[] targets = RandomData.Indices(new Random(1), Steps * Sequences, 3);
        GradientCheck check = GradientCheck.Run(
            RnnModel.Create(spec, 3), Loss.CrossEntropy, new SequenceData(indices, values), targets, shape, new() { Samples = 60 });
        Assert.True(check.Passes, check.ToString());
    }

    /// <summary>Whether a word is named depends on its letters and on the number beside it.</summary>
    [Fact]
    public void RnnTrainer_Fit_severalInputs_learnsWhatNeedsTwo()
    {
        RnnSpec spec = RnnSpec.ForInputs(
            [InputSpec.Sequence(Letters, Longest, Layer.Embedding(6), Cell.Gru(8), Layer.LastStep()), InputSpec.Values(1, Layer.Affine())],
            Layer.Dense(8, Activation.Tanh), Layer.Dense(2, Activation.Softmax));
        using var trainer = new RnnTrainer(spec, new Adam(0.02f), Loss.CrossEntropy, 1);
        SequenceSet training = Named(150, 1), test = Named(60, 2);
        TrainingRun<RnnModel> run = trainer.Fit(training, test, new() { Epochs = 25, BatchSize = 10 });
        var matrix = new ConfusionMatrix(2);
        run.Best.Measure(test, matrix);
        Assert.InRange(matrix.Accuracy, 0.97, 1);
        string path = _folder["a.safetensors"];
        trainer.SaveCheckpoint(path);
        using RnnTrainer resumed = RnnTrainer.FromCheckpoint(path);
        trainer.Fit(training, null, new() { Epochs = 1 });
        resumed.Fit(training, null, new() { Epochs = 1 });
        Compare.SameBits(TrainingData.Parameters(trainer), TrainingData.Parameters(resumed), "parameter");

        SequenceSet Named(int count, int seed)
        {
            SequenceSet set = SequenceSet.For(trainer);
            var random = new Random(seed);
            for (int i = 0; i < count; i++)
            {
                int steps = 1 + random.Next(4);
                int[] letters = new int[steps * Longest], targets = new int[steps];
                float[] numbers = RandomData.Uniform(random, steps);
                letters.AsSpan().Fill(-1);
                for (int step = 0; step < steps; step++)
                {
                    int length = 1 + random.Next(Longest);
                    for (int place = 0; place < length; place++)
                    {
                        letters[step * Longest + place] = random.Next(Letters);
                    }

                    bool isHigh = numbers[step] > 0;
                    numbers[step] += isHigh ? 0.2f : -0.2f;
                    targets[step] = isHigh == letters[step * Longest] < 2 ? 1 : 0;
                }

                set.Add(new SequenceData(letters, numbers), targets);
            }

            return set;
        }
    }

    [Fact]
    public void RnnModel_Save_severalInputs_loadsTheSame()
    {
        RnnSpec spec = RnnSpec.ForInputs(
            [InputSpec.Index(Words, Layer.Embedding(4), Layer.Dropout(0.3f, 2)), InputSpec.Sequence(Letters, Longest, LetterLayers), InputSpec.Values(1)],
            Cell.Gru(5));
        RnnModel model = RnnModel.Create(spec, 1);
        string path = _folder["a.safetensors"];
        model.Save(path);
        RnnModel loaded = RnnModel.Load(path);
        Assert.Equal(spec, loaded.Spec);
        Compare.SameBits(TrainingData.Parameters(model), TrainingData.Parameters(loaded), "parameter");
        using RnnSession session = model.CreateSession(), other = loaded.CreateSession();
        float[] y = new float[5], expected = new float[5];
        session.Step([1, 2, 0, -1, -1], [0.5f], y);
        byte[] state = new byte[session.StateByteCount];
        session.SaveState(state);
        other.RestoreState(state);
        session.Step([3, -1, -1, -1, -1], [1], expected);
        other.Step([3, -1, -1, -1, -1], [1], y);
        Compare.SameBits(expected, y, "output");
        Assert.Contains("layers[0] (Inputs)", Assert.Throws<NotSupportedException>(() => model.SavePyTorch(path)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "3 inputs", Assert.Throws<NotSupportedException>(() => FastRnn.Onnx.OnnxExport.Save(model, path)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>One output for a sequence, by the shape or by a layer, and the gradient by lag of both kinds of inputs.</summary>
    [Fact]
    public void RnnSpec_ForInputs_manyToOne_isTheLastStep()
    {
        RnnSpec shaped = Tagger with { Shape = SequenceShape.ManyToOne };
        RnnSpec layered = RnnSpec.ForInputs([.. Tagger.Inputs], Cell.Gru(5), Layer.LastStep(), Layer.Dense(3, Activation.Softmax));
        Assert.Equal(layered, shaped);
        RnnModel model = RnnModel.Create(shaped, 1), all = RnnModel.Create(Tagger, 1);
        string path = _folder["a.safetensors"];
        model.Save(path);
        Assert.Equal(shaped, RnnModel.Load(path).Spec);
        (int[] indices, float[] values) = Data(5);
        var shape = new BatchShape { Steps = Steps, Sequences = Sequences, Lengths = Lengths };
        float[] last = new float[Sequences * 3], each = new float[Steps * Sequences * 3];
        model.Run(new SequenceData(indices, values), last, shape);
        all.Run(new SequenceData(indices, values), each, shape);
        for (int n = 0; n < Sequences; n++)
        {
            Compare.SameBits(each.AsSpan(((Lengths[n] - 1) * Sequences + n) * 3, 3).ToArray(), last.AsSpan(n * 3, 3).ToArray(), "output");
        }

        using var trainer = new RnnTrainer(model, new Adam(), Loss.CrossEntropy);
        TrainingDiagnosis diagnosis = trainer.Diagnose(new SequenceData(indices, values), (int[])[0, 1, 2], shape);
        Assert.Equal([1, 2, 3, 4, 5], diagnosis.Layers[0].GradientByLag.Select(norm => norm.Lag));
        Assert.All(diagnosis.Layers[1].GradientByLag, norm => Assert.True(norm.Norm > 0));
    }

    [Fact]
    public void RnnTrainer_Step_severalInputsWithDropout_isRepeatable()
    {
        RnnSpec spec = RnnSpec.ForInputs(
            [InputSpec.Sequence(Letters, Longest, Layer.Embedding(3), Layer.Dropout(0.5f, 1), Cell.Gru(3), Layer.LastStep())], Layer.Dense(1));
        (int[] indices, _) = Data(1);
        int[] letters = [.. Enumerable.Range(0, Steps * Sequences).SelectMany(row => indices[(row * 5 + 1)..(row * 5 + 5)])];
        var shape = new BatchShape { Steps = Steps, Sequences = Sequences };
        using RnnTrainer one = Create(), other = Create();
        float evaluated = one.Evaluate(letters, new float[Steps * Sequences], shape);
        TrainingStep step = one.Step(letters, new float[Steps * Sequences], shape);
        Assert.Equal(step, other.Step(letters, new float[Steps * Sequences], shape));
        Assert.NotEqual(evaluated, step.Loss);

        RnnTrainer Create() => new(spec, new Adam(), Loss.SquaredError, 1);
    }

    [Fact]
    public void RnnModel_severalInputs_allocateNothing()
    {
        RnnModel model = RnnModel.Create(Tagger, 1);
        (int[] indices, float[] values) = Data(4);
        float[] outputs = new float[Steps * Sequences * 3], y = new float[3];
        int[] targets = new int[Steps * Sequences];
        using RnnSession session = model.CreateSession();
        using var trainer = new RnnTrainer(model, new Adam(), Loss.CrossEntropy);
        Assert.Equal(0, Allocation.Of(10, () =>
        {
            var shape = new BatchShape { Steps = Steps, Sequences = Sequences, Lengths = Lengths };
            model.Run(new SequenceData(indices, values), outputs, shape);
            session.Step(indices.AsSpan(0, 5), values.AsSpan(0, 3), y);
            trainer.Step(new SequenceData(indices, values), targets, shape);
        }));
    }

    [Fact]
    public void RnnModel_Run_severalInputs_badInput_isRefused()
    {
        RnnModel model = RnnModel.Create(Tagger, 1);
        (int[] indices, float[] values) = Data(1);
        Refused<ArgumentException>(new int[5], values, "[T, N, K] = 90 indices", "got 5");
        Refused<ArgumentException>(indices, new float[3], "[T, N, V] = 54 values", "got 3");
        Refused<ArgumentOutOfRangeException>(Changed(5, 7), values, "from 0 to 6, for inputs[1]", "index 5 of 'inputs' is 7");
        Refused<ArgumentOutOfRangeException>(Changed(5, -1), values, "from 0 to 6, for inputs[1]", "is -1");
        Refused<ArgumentOutOfRangeException>(Changed(6, 5), values, "from 0 to 4, or -1 behind the last, for inputs[2]", "is 5");
        Refused<ArgumentOutOfRangeException>(
            Changed(6, -1, 7, 2), values, "-1 behind the last index of a sequence, for inputs[2]", "index 7 of 'inputs' is 2");

        // What is beyond an end is not looked at.
        model.Run(
            new SequenceData(Changed(75, 99), values), new float[54], new() { Steps = Steps, Sequences = Sequences, Lengths = (int[])[5, 2, 5] });
        using RnnSession session = model.CreateSession();
        BadInput.Refused<ArgumentException>("x", "5 indices and 3 values", "kind alone", () => session.Step(new float[8], new float[3]));
        BadInput.Refused<ArgumentException>("index", "5 indices and 3 values", "kind alone", () => session.Step(1, new float[3]));
        BadInput.Refused<ArgumentException>("values", "[V] = 3", "got 2", () => session.Step(new int[5], new float[2], new float[3]));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "indices", "from 0 to 6", "is 9", () => session.Step([9, -1, -1, -1, -1], new float[3], new float[3]));
        using RnnSession one = RnnModel.Create(new RnnSpec(2, Cell.Gru(1)), 1).CreateSession();
        BadInput.Refused<ArgumentException>("indices", "values alone", "indices and values", () => one.Step([1], [1], new float[1]));
        BadInput.Refused<ArgumentException>(
            "inputs", "values (float)", "indices (int) and values (float)",
            () => RnnModel.Create(new RnnSpec(1, Cell.Gru(1)), 1).Run(
                new SequenceData([1], [1f]), new float[1], new() { Steps = 1, Sequences = 1 }));
        using var trainer = new RnnTrainer(model, new Adam(), Loss.CrossEntropy);
        SequenceSet set = SequenceSet.For(trainer);
        BadInput.Refused<ArgumentException>("inputs", "one step of 5 and 3", "5 and 2", () => set.Add(new SequenceData(new int[5], new float[2]), (int[])[1]));
        BadInput.Refused<ArgumentOutOfRangeException>(
            "inputs", "from 0 to 6", "is 8", () => set.Add(new SequenceData([8, -1, -1, -1, -1], new float[3]), (int[])[1]));

        int[] Changed(params int[] places)
        {
            int[] other = [.. indices];
            for (int i = 0; i < places.Length; i += 2)
            {
                other[places[i]] = places[i + 1];
            }

            return other;
        }

        void Refused<T>(int[] bad, float[] numbers, string expected, string actual)
            where T : ArgumentException
            => BadInput.Refused<T>(
                "inputs", expected, actual,
                () => model.Run(new SequenceData(bad, numbers), new float[54], new() { Steps = Steps, Sequences = Sequences }));
    }

    [Fact]
    public void RnnSpec_ForInputs_badSpec_isRefused()
    {
        BadInput.Refused<ArgumentException>("inputs", "at least one", "none", () => RnnSpec.ForInputs([], Cell.Gru(1)));
        BadInput.Refused<ArgumentException>("layers", "values of an index", "none", () => InputSpec.Index(3));
        BadInput.Refused<ArgumentException>(
            "layers", "one row of all steps", "inputs[0]",
            () => RnnSpec.ForInputs([InputSpec.Values(2, Cell.Gru(2), Layer.LastStep())], Layer.Dense(1)));
        BadInput.Refused<ArgumentException>(
            "layers", "no single row", "inputs[0]", () => RnnSpec.ForInputs([InputSpec.Sequence(3, 2, Layer.Embedding(2))], Layer.Dense(1)));
        BadInput.Refused<ArgumentException>(
            "layers", "takes values", "layers[0] (Inputs).inputs[0][0] (Affine)",
            () => RnnSpec.ForInputs([InputSpec.Index(3, Layer.Affine())], Layer.Dense(1)));
        BadInput.Refused<ArgumentException>(
            "layers", "only be the first", "layers[1] (Inputs)", () => _ = new RnnSpec(8, Cell.Gru(8), Tagger.Layers[0]));
        BadInput.Refused<ArgumentException>(
            "Shape", "one input", "1 inputs",
            () => _ = RnnSpec.ForInputs([InputSpec.Values(2)], Layer.Dense(2)) with { Shape = SequenceShape.OneToMany });
        BadInput.Refused<ArgumentException>(
            "encoder", "one index", "4 inputs",
            () => EncoderDecoder.Create(Tagger, new RnnSpec(1, Cell.Gru(5), Layer.Dense(1)), 1));
        BadInput.SizeRefused("maxLength", size => InputSpec.Sequence(3, size, LetterLayers));
    }

    private static (int[] Indices, float[] Values) Data(int seed)
    {
        var random = new Random(seed);
        int[] indices = new int[Steps * Sequences * 5];
        for (int row = 0; row < Steps * Sequences; row++)
        {
            int length = random.Next(Longest + 1);
            indices[row * 5] = random.Next(Words);
            for (int place = 0; place < Longest; place++)
            {
                indices[row * 5 + 1 + place] = place < length ? random.Next(Letters) : -1;
            }
        }

        return (indices, RandomData.Uniform(random, Steps * Sequences * 3));
    }
}
