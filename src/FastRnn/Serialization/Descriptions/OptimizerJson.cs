using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>The members of an optimizer in JSON: <c>kind</c>, and the settings of that kind.</summary>
internal static class OptimizerJson
{
    /// <summary>Writes an optimizer, or reads one where it is null.</summary>
    internal static Optimizer Exchange(JsonMembers json, Optimizer? optimizer)
    {
        string kind = json.Text("kind", optimizer is Adam ? "adam" : "gradientDescent");
        optimizer ??= kind switch
        {
            "gradientDescent" => new GradientDescent(1),
            "adam" => new Adam(),
            _ => throw json.Fault($"expected a kind that this version knows, but it is '{kind}'"),
        };
        return optimizer switch
        {
            GradientDescent => new GradientDescent(json.Float("learningRate", optimizer.LearningRate)),
            Adam adam => new Adam(
                beta1: json.Float("beta1", adam.Beta1),
                beta2: json.Float("beta2", adam.Beta2),
                epsilon: json.Float("epsilon", adam.Epsilon),
                learningRate: json.Float("learningRate", adam.LearningRate)),
            _ => throw new ArgumentException($"Expected an optimizer that files can describe, but got {optimizer}.", nameof(optimizer)),
        };
    }
}
