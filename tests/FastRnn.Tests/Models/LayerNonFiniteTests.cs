using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What layers that are no products make of NaN and ∞, as their documentation says, streamed and whole.</summary>
public sealed class LayerNonFiniteTests
{
    private const int I = 5, T = 4, Step = 1, Feature = 2;

    private const float NaN = float.NaN;

    /// <summary>The layer, what stands at one feature of one step, and what becomes of the outputs of that step, or of the row: whether that
    /// feature is NaN, and what the others are: NaN, 0, or null for what they are without it.</summary>
    private static readonly Dictionary<string, (LayerSpec Layer, float Value, bool IsNaN, float? Others)> Cases = new()
    {
        ["layer normalization, NaN"] = (Layer.LayerNormalization(), NaN, true, NaN),
        ["layer normalization, ∞"] = (Layer.LayerNormalization(), float.PositiveInfinity, true, NaN),
        ["RMS normalization, NaN"] = (Layer.RmsNormalization(), NaN, true, NaN),
        ["RMS normalization, −∞"] = (Layer.RmsNormalization(), float.NegativeInfinity, true, 0),
        ["affine, NaN"] = (Layer.Affine(), NaN, true, null),
        ["mean, NaN"] = (Layer.MeanPooling(), NaN, true, null),
        ["maximum, NaN"] = (Layer.MaxPooling(), NaN, true, null),
        ["sum, NaN"] = (Layer.SumPooling(), NaN, true, null),
        ["attention, NaN"] = (Layer.AttentionPooling(), NaN, true, NaN),
        ["last step, NaN before it"] = (Layer.LastStep(), NaN, false, null),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnModel_valueThatIsNotFinite_goesWhereItIsSaid(string name)
    {
        (LayerSpec layer, float value, bool isNaN, float? others) = Cases[name];
        var model = RnnModel.Create(new RnnSpec(I, layer), 3);
        float[] inputs = RandomData.Uniform(5, T * I), usual = Run(model, inputs);
        inputs[Step * I + Feature] = value;
        foreach (float[] outputs in new[] { Run(model, inputs), Stream(model, inputs) })
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                bool isThere = layer.ReducesTime || i / I == Step;
                float expected = !isThere ? usual[i] : i % I == Feature && isNaN ? NaN : others ?? usual[i];
                Assert.True(expected.Equals(outputs[i]), $"{name}: output {i} is {outputs[i]}, expected {expected}");
            }
        }
    }

    private static float[] Run(RnnModel model, float[] inputs)
    {
        var outputs = new float[model.Spec.HasOneOutput ? I : T * I];
        model.Run(inputs, outputs, new() { Steps = T, Sequences = 1 });
        return outputs;
    }

    private static float[] Stream(RnnModel model, float[] inputs)
    {
        using RnnSession session = model.CreateSession();
        var outputs = new float[T * I];
        for (int t = 0; t < T; t++)
        {
            session.Step(inputs.AsSpan(t * I, I), outputs.AsSpan(t * I, I));
        }

        return model.Spec.HasOneOutput ? outputs[^I..] : outputs;
    }
}
