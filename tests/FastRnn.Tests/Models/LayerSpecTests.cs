using FastRnn.Serialization;
using FastRnn.Tests.Cells;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What layers say of themselves, against what runs and what is saved.</summary>
public sealed class LayerSpecTests
{
    private const int I = 3, T = 2, Seed = 5;

    private static readonly Dictionary<string, LayerSpec> Layers = new()
    {
        ["dense"] = Layer.Dense(4, Activation.Tanh),
        ["dropout"] = Layer.Dropout(0.5f),
        ["time delay"] = Layer.TimeDelay(4, 2),
        ["Elman"] = Cell.Elman(4, Activation.Sigmoid),
        ["Jordan"] = Cell.Jordan(4, 5),
        ["LSTM"] = Cell.Lstm(4) with { CoupledGates = true },
        ["GRU"] = Cell.Gru(4),
        ["custom"] = Cell.Custom<DecayingMemoryCell>(4),
        ["both directions"] = Cell.Bidirectional(Cell.Gru(4, resetAfter: false)),
        ["reversed"] = Cell.Reversed(Cell.Lstm(4)),
    };

    public static TheoryData<string> Networks => Zoo.Names;

    public static TheoryData<string> LayerNames => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void LayerSpec_GetParameters_everyNetwork_areTheTensorsOfItsFile(string name)
    {
        RnnSpec spec = Zoo.Spec(name);
        var expected = new List<string>();
        long count = 0;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            foreach (ParameterShape shape in spec.Layers[i].GetParameters(InputSize(spec, i)))
            {
                expected.Add($"layers.{i}.{shape.Name} F32 [{(shape.IsVector ? "" : $"{shape.Rows}, ")}{shape.Columns}]");
                Assert.True(shape is { IsVector: false } or { Rows: 1 }, expected[^1]);
                Assert.Equal(shape.Rows * shape.Columns, shape.Length);
                count += shape.Length;
            }
        }

        RnnModel model = RnnModel.Create(spec, Seed);
        Assert.Equal(model.ParameterCount, count);
        using var folder = new TemporaryFolder();
        model.Save(folder["model.safetensors"]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["model.safetensors"]);
        IEnumerable<string?> actual = file.Tensors.Select(tensor => tensor.ToString());
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void LayerSpec_GetOutputSize_everyNetwork_isWhatItsFirstLayersPutOut(string name)
    {
        RnnSpec spec = Zoo.Spec(name);
        for (int layers = 1; layers <= spec.Layers.Count; layers++)
        {
            RnnModel first = RnnModel.Create(spec.First(layers), Seed);
            int size = spec.Layers[layers - 1].GetOutputSize(InputSize(spec, layers - 1));
            Assert.Equal(size, first.Spec.OutputSize);
            var batch = new ZooBatch(first.Spec, T, [T], isRagged: false, Seed);
            var outputs = new Guarded(batch.OutputLength);
            batch.Run(first, outputs.Span);
            outputs.AssertIntact();
            BadInput.Refused<ArgumentException>(
                "outputs", $"= {batch.OutputLength} ", $"got {batch.OutputLength + 1}.",
                () => batch.Run(first, new float[batch.OutputLength + 1]));
        }

        Assert.Equal(spec.OutputSize, InputSize(spec, spec.Layers.Count));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void RnnSpec_CanStream_everyNetwork_isWhetherASessionIsCreated(string name)
    {
        RnnSpec spec = Zoo.Spec(name);
        Assert.Equal(spec.Layers.All(layer => layer.CanStream), spec.CanStream);
        AssertStreams(spec);
    }

    /// <summary>A layer's output at a step while the input of the other step changes.</summary>
    [Theory]
    [MemberData(nameof(LayerNames))]
    public void LayerSpec_CanStreamAndIsTemporal_everyLayer_areWhichStepsItSees(string name)
    {
        LayerSpec layer = Layers[name];
        RnnSpec spec = new(I, layer);
        RnnModel model = RnnModel.Create(spec, Seed);
        float[] inputs = RandomData.Uniform(Seed, T * I);
        float[] outputs = Run(inputs);
        bool seesEarlier = !Compare.AreSameBits(outputs.AsSpan(spec.OutputSize), Run([1, 2, 3, .. inputs[I..]]).AsSpan(spec.OutputSize));
        bool seesLater = !Compare.AreSameBits(outputs.AsSpan(..spec.OutputSize), Run([.. inputs[..I], 1, 2, 3]).AsSpan(..spec.OutputSize));
        Assert.Equal(!seesLater, layer.CanStream);
        Assert.Equal(seesEarlier || seesLater, layer.IsTemporal);
        Assert.Equal(layer.CanStream, spec.CanStream);
        AssertStreams(spec);

        float[] Run(float[] values)
        {
            var results = new float[T * spec.OutputSize];
            model.Run(values, results, new() { Steps = T, Sequences = 1 });
            return results;
        }
    }

    private static int InputSize(RnnSpec spec, int layer)
        => spec.Layers.Take(layer).Aggregate(spec.InputSize, (inputs, below) => below.GetOutputSize(inputs));

    private static void AssertStreams(RnnSpec spec)
    {
        RnnModel model = RnnModel.Create(spec, Seed);
        if (spec.CanStream)
        {
            model.CreateSession().Dispose();
            return;
        }

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(model.CreateSession);
        int refused = spec.Layers.ToList().FindIndex(layer => !layer.CanStream);
        Assert.Contains($"layers[{refused}] ({spec.Layers[refused].Kind})", exception.Message, StringComparison.Ordinal);
    }
}
