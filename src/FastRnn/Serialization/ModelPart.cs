using FastRnn.Memory;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>One model in a file: the text that describes it, and what the names of its tensors begin with.</summary>
internal readonly record struct ModelPart(string Description, string Prefix)
{
    /// <summary>Weights that a spec may ask for beyond those that its file has values for, so that what is missing can be named.</summary>
    private const int LargestUnbacked = 1 << 20;

    /// <summary>Floats of a stream's state that a spec of a file may ask for whatever its weights are, 16 MiB: a few bytes can name a
    /// window of gigabytes.</summary>
    private const int LargestFreeState = 1 << 22;

    /// <summary>Beyond that, floats of the state for each weight.</summary>
    private const int LargestStatePerWeight = 64;

    /// <summary>The only model of a file.</summary>
    internal static ModelPart Whole { get; } = new(FileContent.Spec, string.Empty);

    internal static ModelPart Encoder { get; } = new(FileContent.Encoder, "encoder.");

    internal static ModelPart Decoder { get; } = new(FileContent.Decoder, "decoder.");

    internal void Add(SafetensorsWriter writer, RnnSpec spec, ParameterBuffer weights, StoredType type)
    {
        writer.Add(Description, SpecJson.Write(spec));
        AddTensors(writer, Prefix, weights.Layout, weights.Memory, type);
    }

    /// <summary>Adds the weights, their average where one is kept, and what the optimizer remembers for each of them.</summary>
    internal void Add(SafetensorsWriter writer, TrainedNetwork network, Optimizer optimizer)
    {
        ParameterBuffer parameters = network.Bptt.Parameters;
        Add(writer, network.Bptt.Spec, parameters, StoredType.F32);
        if (network.Average is { } average)
        {
            AddTensors(writer, AveragePrefix, parameters.Layout, average.Memory, StoredType.F32);
        }

        for (int moment = 0; moment < optimizer.MomentCount; moment++)
        {
            AddTensors(writer, MomentPrefix(moment), parameters.Layout, Moment(network, moment), StoredType.F32);
        }
    }

    /// <summary>Adds other weights of the network, the best of a training.</summary>
    internal void AddBest(SafetensorsWriter writer, ParameterBuffer best)
        => AddTensors(writer, BestPrefix, best.Layout, best.Memory, StoredType.F32);

    /// <summary>Reads the best weights of a training.</summary>
    internal ParameterBuffer ReadBest(TensorGroup tensors, ParameterLayout layout)
    {
        var best = new ParameterBuffer(layout);
        ReadTensors(tensors, BestPrefix, layout, best.All);
        return best;
    }

    /// <summary>Reads the model that the file describes.</summary>
    /// <param name="tensors">of the file</param>
    /// <param name="given">what the file has to describe; null for whatever it does</param>
    internal RnnModel Read(TensorGroup tensors, RnnSpec? given)
    {
        if (given is not null)
        {
            SpecJson.Check(tensors.File.Path, Description, tensors.File.Metadata[Description], given);
            return ReadWeights(tensors, given);
        }

        RnnSpec spec = SpecJson.Read(tensors.File.Path, Description, tensors.File.Metadata[Description]);
        long largestState = Math.Max(LargestFreeState, LargestStatePerWeight * spec.ParameterCount);
        return spec.StateSize <= largestState
            ? ReadWeights(tensors, spec)
            : throw new FastRnnFormatException(
                tensors.File.Path, Description,
                $"expected a state of at most {largestState} values for {spec.ParameterCount} weights, but it has {spec.StateSize}: give "
                + "the spec when loading");
    }

    /// <summary>Reads a model of that spec, whatever the file describes.</summary>
    internal RnnModel ReadWeights(TensorGroup tensors, RnnSpec spec)
    {
        // A file of a few bytes shall not make memory be taken for the weights that it only names.
        long count = tensors.File.Tensors.Where(tensor => FloatConversion.IsKnown(tensor.ElementType)).Sum(tensor => tensor.Count);
        if (spec.ParameterCount > count && spec.ParameterCount > LargestUnbacked)
        {
            throw new FastRnnFormatException(
                tensors.File.Path, Description,
                $"expected values for {spec.ParameterCount} weights, but all tensors of floats have {count}");
        }

        string prefix = Prefix;
        return RnnModel.WithWeights(spec, weights => ReadTensors(tensors, prefix, weights.Layout, weights.All));
    }

    /// <summary>Reads what the optimizer remembers, and the average of the weights where one is kept.</summary>
    internal void ReadMoments(TensorGroup tensors, TrainedNetwork network, Optimizer optimizer)
    {
        if (network.Average is { } average)
        {
            ReadTensors(tensors, AveragePrefix, network.Bptt.Parameters.Layout, average.All);
        }

        for (int moment = 0; moment < optimizer.MomentCount; moment++)
        {
            ReadTensors(tensors, MomentPrefix(moment), network.Bptt.Parameters.Layout, Moment(network, moment).Span);
        }
    }

    private static Memory<float> Moment(TrainedNetwork network, int moment)
    {
        int stride = network.Bptt.Parameters.Padded.Length;
        return network.Moments.Slice(moment * stride, network.Bptt.Parameters.Layout.Length);
    }

    private string BestPrefix => $"best.{Prefix}";

    private string AveragePrefix => $"average.{Prefix}";

    private string MomentPrefix(int moment) => $"moments.{moment}.{Prefix}";

    /// <summary>Adds weights, or a value for each of them, as tensors with the names of the slices.</summary>
    private static void AddTensors(
        SafetensorsWriter writer, string prefix, ParameterLayout layout, ReadOnlyMemory<float> values, StoredType type)
    {
        foreach (ParameterSlice slice in layout.Slices)
        {
            writer.Add(prefix + slice.Name, ElementType.Of(type), ShapeOf(slice), values.Slice(slice.Offset, slice.Length));
        }
    }

    private static void ReadTensors(TensorGroup tensors, string prefix, ParameterLayout layout, Span<float> values)
    {
        foreach (ParameterSlice slice in layout.Slices)
        {
            TensorEntry tensor = tensors.Take(prefix + slice.Name, Array.ConvertAll(ShapeOf(slice), length => (int?)length));
            tensors.File.Read(tensor, values.Slice(slice.Offset, slice.Length));
        }
    }

    private static int[] ShapeOf(ParameterSlice slice) => slice.IsVector ? [slice.Columns] : [slice.Rows, slice.Columns];
}
