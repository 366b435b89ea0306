using FastRnn.Training;

namespace FastRnn.Tests.Support;

/// <summary>Random windows of inputs and targets for a spec, and what a trainer has learned.</summary>
internal sealed class TrainingData(RnnSpec spec, int steps, int batch, int seed)
{
    private readonly Random _random = new(seed);

    internal (float[] Inputs, float[] Targets) Values()
        => (Inputs(), RandomData.Uniform(_random, steps * batch * spec.OutputSize).Select(value => (value + 1) / 2).ToArray());

    internal (float[] Inputs, int[] Targets) Classes() => (Inputs(), RandomData.Indices(_random, steps * batch, spec.OutputSize));

    internal static float[] Parameters(RnnTrainer trainer) => Parameters(trainer.ToModel());

    internal static float[] Parameters(RnnModel model)
    {
        var parameters = new float[model.ParameterCount];
        model.Parameters.CopyTo(parameters);
        return parameters;
    }

    private float[] Inputs() => RandomData.Uniform(_random, steps * batch * spec.InputSize);
}
