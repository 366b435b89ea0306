using FastRnn.Training;

namespace FastRnn.Serialization;

/// <summary>
/// The members of an optimizer in JSON: <c>kind</c>, and the settings of that kind. One of the caller's own is <c>custom</c>, with the
/// learning rate alone, and can't be read.
/// </summary>
internal static class OptimizerJson
{
    /// <summary>Writes an optimizer, or reads one where there is none: null again where it is of the caller's own.</summary>
    internal static Members Exchange(JsonMembers json, Members? members)
    {
        Optimizer? optimizer = members?.Optimizer;
        string kind = json.Text("kind", optimizer switch
        {
            Sgd => "gradientDescent",
            Adam => "adam",
            AdamW => "adamW",
            NAdam => "nAdam",
            RmsProp => "rmsProp",
            Adagrad => "adagrad",
            _ => FileContent.Custom,
        });
        Optimizer? read = kind switch
        {
            "gradientDescent" => Exchange(json, optimizer as Sgd),
            "adam" => Exchange(json, optimizer as Adam ?? new Adam()),
            "adamW" => Exchange(json, optimizer as AdamW ?? new AdamW()),
            "nAdam" => Exchange(json, optimizer as NAdam ?? new NAdam()),
            "rmsProp" => Exchange(json, optimizer as RmsProp ?? new RmsProp()),
            "adagrad" => Exchange(json, optimizer as Adagrad ?? new Adagrad()),
            FileContent.Custom => Custom(json, optimizer),
            _ => throw json.Fault($"expected a kind that this version knows, but it is '{kind}'"),
        };
        return new Members(read);
    }

    private static Optimizer? Custom(JsonMembers json, Optimizer? optimizer)
    {
        Rate(json, optimizer);
        return null;
    }

    private static Sgd Exchange(JsonMembers json, Sgd? sgd)
    {
        float momentum = Usual(json, "momentum", sgd?.Momentum ?? 0, 0);
        bool nesterov = json.Has("nesterov", sgd?.Nesterov == true) && json.Bool("nesterov", true);
        return new Sgd(Rate(json, sgd), momentum, nesterov) { WeightDecay = Decay(json, sgd), DecaysVectors = DecaysVectors(json, sgd) };
    }

    private static Adam Exchange(JsonMembers json, Adam adam)
        => new(
            beta1: json.Float("beta1", adam.Beta1), beta2: json.Float("beta2", adam.Beta2), epsilon: json.Float("epsilon", adam.Epsilon),
            learningRate: Rate(json, adam))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static AdamW Exchange(JsonMembers json, AdamW adam)
        => new(
            beta1: json.Float("beta1", adam.Beta1), beta2: json.Float("beta2", adam.Beta2), epsilon: json.Float("epsilon", adam.Epsilon),
            learningRate: Rate(json, adam))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static NAdam Exchange(JsonMembers json, NAdam adam)
        => new(
            beta1: json.Float("beta1", adam.Beta1), beta2: json.Float("beta2", adam.Beta2), epsilon: json.Float("epsilon", adam.Epsilon),
            momentumDecay: json.Float("momentumDecay", adam.MomentumDecay), learningRate: Rate(json, adam))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static RmsProp Exchange(JsonMembers json, RmsProp prop)
        => new(
            alpha: json.Float("alpha", prop.Alpha), momentum: json.Float("momentum", prop.Momentum),
            epsilon: json.Float("epsilon", prop.Epsilon), learningRate: Rate(json, prop))
        {
            WeightDecay = Decay(json, prop),
            DecaysVectors = DecaysVectors(json, prop),
        };

    private static Adagrad Exchange(JsonMembers json, Adagrad adagrad)
        => new(epsilon: json.Float("epsilon", adagrad.Epsilon), learningRate: Rate(json, adagrad))
        {
            WeightDecay = Decay(json, adagrad),
            DecaysVectors = DecaysVectors(json, adagrad),
        };

    private static float Rate(JsonMembers json, Optimizer? optimizer) => json.Float("learningRate", optimizer?.LearningRate ?? 0);

    private static float Decay(JsonMembers json, Optimizer? optimizer) => Usual(json, "weightDecay", optimizer?.WeightDecay ?? 0, 0);

    private static bool DecaysVectors(JsonMembers json, Optimizer? optimizer)
        => json.Has("decaysVectors", optimizer?.DecaysVectors == true) && json.Bool("decaysVectors", true);

    /// <summary>A number that is left out where it is the usual one.</summary>
    private static float Usual(JsonMembers json, string name, float value, float usual)
        => json.Has(name, value != usual) ? json.Float(name, value) : usual;

    /// <summary>An object for what exchanges objects.</summary>
    internal sealed record Members(Optimizer? Optimizer);
}
