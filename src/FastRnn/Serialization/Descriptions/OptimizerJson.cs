using System.Text.Json;
using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>The members of an optimizer in JSON: <c>kind</c>, and the settings of that kind.</summary>
internal static class OptimizerJson
{
    private const string Kind = "kind";
    private const string LearningRate = "learningRate";

    internal static void Write(Utf8JsonWriter json, Optimizer optimizer)
    {
        switch (optimizer)
        {
            case GradientDescent:
                json.WriteString(Kind, "gradientDescent");
                break;
            case Adam adam:
                json.WriteString(Kind, "adam");
                json.WriteNumber("beta1", adam.Beta1);
                json.WriteNumber("beta2", adam.Beta2);
                json.WriteNumber("epsilon", adam.Epsilon);
                break;
            default:
                throw new ArgumentException($"Expected an optimizer that files can describe, but got {optimizer}.", nameof(optimizer));
        }

        json.WriteNumber(LearningRate, optimizer.LearningRate);
    }

    internal static Optimizer Read(JsonMembers members)
    {
        float learningRate = members.Float(LearningRate);
        string kind = members.Text(Kind);
        return kind switch
        {
            "gradientDescent" => new GradientDescent(learningRate),
            "adam" => new Adam(learningRate, members.Float("beta1"), members.Float("beta2"), members.Float("epsilon")),
            _ => throw members.Fault($"expected a kind that this version knows, but it is '{kind}'"),
        };
    }
}
