using FastRnn.Onnx;

namespace FastRnn.Tests.Onnx;

/// <summary>Runs an imported model on values that lie as the graph has them, and gives the graph's outputs as it would.</summary>
internal static class OnnxRun
{
    internal static Dictionary<string, float[]> Run(OnnxModel onnx, IReadOnlyDictionary<string, OnnxTensor> inputs)
    {
        RnnSpec spec = onnx.Model.Spec;
        OnnxTensor x = inputs[onnx.InputName];
        int steps = SizeOf(onnx.InputAxes, OnnxAxis.Time, x.Shape), batch = SizeOf(onnx.InputAxes, OnnxAxis.Batch, x.Shape);
        float[] values = ToSequences(onnx.InputAxes, x, steps, batch, spec.TakesIndices ? 1 : spec.InputSize);
        float[] states = Initial(onnx, inputs, batch);
        int[] lengths = onnx.LengthsName is { } name ? Array.ConvertAll(inputs[name].Values, value => (int)value) : [];
        bool isOne = spec.Shape == SequenceShape.ManyToOne;
        var outputs = new float[(isOne ? 1 : steps) * batch * spec.OutputSize];
        var finals = new float[states.Length];
        Array.Fill(outputs, float.NaN);
        SequenceData data = spec.TakesIndices ? Array.ConvertAll(values, value => (int)value) : values;
        onnx.Model.Run(data, outputs, new() { Steps = steps, Sequences = batch, Lengths = lengths }, states, finals);

        var results = new Dictionary<string, float[]>
        {
            [onnx.OutputName] = FromSequences(onnx.OutputAxes, outputs, isOne ? 1 : steps, batch, spec.OutputSize),
        };
        foreach (IGrouping<string, OnnxState> output in
            onnx.States.Where(state => state.Output is not null).GroupBy(state => state.Output!.Name))
        {
            OnnxState[] parts = [.. output.OrderBy(state => state.Output!.Part)];
            var turned = new float[parts.Sum(part => part.Size) * batch];
            foreach (OnnxState state in parts)
            {
                for (int n = 0; n < batch; n++)
                {
                    finals.AsSpan(n * spec.StateSize + state.Offset, state.Size)
                        .CopyTo(turned.AsSpan(Row(state.Output!, n, batch, parts.Length) * state.Size));
                }
            }

            results[output.Key] = turned;
        }

        return results;
    }

    private static int Row(OnnxStatePlace place, int sequence, int batch, int parts)
        => place.IsBatchFirst ? sequence * parts + place.Part : place.Part * batch + sequence;

    private static float[] Initial(OnnxModel onnx, IReadOnlyDictionary<string, OnnxTensor> inputs, int batch)
    {
        float[] states = onnx.InitialState(batch);
        foreach (OnnxState state in onnx.States.Where(state => state.Input is not null))
        {
            double[] given = inputs[state.Input!.Name].Values;
            int parts = given.Length / batch / state.Size;
            for (int n = 0; n < batch; n++)
            {
                for (int unit = 0; unit < state.Size; unit++)
                {
                    states[n * onnx.Model.Spec.StateSize + state.Offset + unit]
                        = (float)given[Row(state.Input, n, batch, parts) * state.Size + unit];
                }
            }
        }

        return states;
    }

    private static int SizeOf(IReadOnlyList<OnnxAxis> axes, OnnxAxis axis, int[] shape)
        => axes.ToList().IndexOf(axis) is >= 0 and var place ? shape[place] : 1;

    private static float[] ToSequences(IReadOnlyList<OnnxAxis> axes, OnnxTensor tensor, int steps, int batch, int features)
    {
        var values = new float[tensor.Values.Length];
        int[] sizes = Sizes(axes, steps, batch, features);
        for (int i = 0; i < values.Length; i++)
        {
            values[Place(axes, sizes, i, batch, features)] = (float)tensor.Values[i];
        }

        return values;
    }

    private static float[] FromSequences(IReadOnlyList<OnnxAxis> axes, float[] values, int steps, int batch, int features)
    {
        var turned = new float[values.Length];
        int[] sizes = Sizes(axes, steps, batch, features);
        for (int i = 0; i < turned.Length; i++)
        {
            turned[i] = values[Place(axes, sizes, i, batch, features)];
        }

        return turned;
    }

    private static int[] Sizes(IReadOnlyList<OnnxAxis> axes, int steps, int batch, int features)
    {
        // Directions with features are the library's features.
        int directions = axes.Contains(OnnxAxis.Direction) && features % 2 == 0 ? 2 : 1;
        return [.. axes.Select(axis => axis switch
        {
            OnnxAxis.Time => steps,
            OnnxAxis.Batch => batch,
            OnnxAxis.Direction => directions,
            OnnxAxis.Feature => features / directions,
            _ => 1,
        })];
    }

    /// <summary>Where the element of the graph's memory stands among [T, N, F].</summary>
    private static int Place(IReadOnlyList<OnnxAxis> axes, int[] sizes, int element, int batch, int features)
    {
        int t = 0, n = 0, d = 0, f = 0;
        for (int axis = axes.Count - 1; axis >= 0; axis--)
        {
            int at = element % sizes[axis];
            element /= sizes[axis];
            switch (axes[axis])
            {
                case OnnxAxis.Time:
                    t = at;
                    break;
                case OnnxAxis.Batch:
                    n = at;
                    break;
                case OnnxAxis.Direction:
                    d = at;
                    break;
                case OnnxAxis.Feature:
                    f = at;
                    break;
            }
        }

        int width = axes.ToList().IndexOf(OnnxAxis.Feature) is >= 0 and var place ? sizes[place] : 1;
        return (t * batch + n) * features + d * width + f;
    }
}
