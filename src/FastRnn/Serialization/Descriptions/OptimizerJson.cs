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
        float rate = json.Float("learningRate", optimizer?.LearningRate ?? 0);
        Optimizer? read = kind switch
        {
            "gradientDescent" => Exchange(json, optimizer as Sgd, rate),
            "adam" => Exchange(json, optimizer as Adam ?? new Adam(), rate),
            "adamW" => Exchange(json, optimizer as AdamW ?? new AdamW(), rate),
            "nAdam" => Exchange(json, optimizer as NAdam ?? new NAdam(), rate),
            "rmsProp" => Exchange(json, optimizer as RmsProp ?? new RmsProp(), rate),
            "adagrad" => Exchange(json, optimizer as Adagrad ?? new Adagrad(), rate),
            FileContent.Custom => null,
            _ => throw json.Fault($"expected a kind that this version knows, but it is '{kind}'"),
        };
        return new Members(read);
    }

    private static Sgd Exchange(JsonMembers json, Sgd? sgd, float rate)
    {
        float momentum = Usual(json, "momentum", sgd?.Momentum ?? 0, 0);
        bool nesterov = json.Has("nesterov", sgd?.Nesterov == true) && json.Bool("nesterov", true);
        return new Sgd(rate, momentum, nesterov) { WeightDecay = Decay(json, sgd), DecaysVectors = DecaysVectors(json, sgd) };
    }

    private static Adam Exchange(JsonMembers json, Adam adam, float rate)
        => new(rate, json.Float("beta1", adam.Beta1), json.Float("beta2", adam.Beta2), json.Float("epsilon", adam.Epsilon))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static AdamW Exchange(JsonMembers json, AdamW adam, float rate)
        => new(rate, json.Float("beta1", adam.Beta1), json.Float("beta2", adam.Beta2), json.Float("epsilon", adam.Epsilon))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static NAdam Exchange(JsonMembers json, NAdam adam, float rate)
        => new(
            rate, json.Float("beta1", adam.Beta1), json.Float("beta2", adam.Beta2), json.Float("epsilon", adam.Epsilon),
            json.Float("momentumDecay", adam.MomentumDecay))
        {
            WeightDecay = Decay(json, adam),
            DecaysVectors = DecaysVectors(json, adam),
        };

    private static RmsProp Exchange(JsonMembers json, RmsProp prop, float rate)
        => new(rate, json.Float("alpha", prop.Alpha), json.Float("momentum", prop.Momentum), json.Float("epsilon", prop.Epsilon))
        {
            WeightDecay = Decay(json, prop),
            DecaysVectors = DecaysVectors(json, prop),
        };

    private static Adagrad Exchange(JsonMembers json, Adagrad adagrad, float rate)
        => new(rate, json.Float("epsilon", adagrad.Epsilon))
        {
            WeightDecay = Decay(json, adagrad),
            DecaysVectors = DecaysVectors(json, adagrad),
        };

    private static float Decay(JsonMembers json, Optimizer? optimizer) => Usual(json, "weightDecay", optimizer?.WeightDecay ?? 0, 0);

    private static bool DecaysVectors(JsonMembers json, Optimizer? optimizer)
        => json.Has("decaysVectors", optimizer?.DecaysVectors == true) && json.Bool("decaysVectors", true);

    /// <summary>A number that is left out where it is the usual one.</summary>
    private static float Usual(JsonMembers json, string name, float value, float usual)
        => json.Has(name, value != usual) ? json.Float(name, value) : usual;

    /// <summary>An object for what exchanges objects.</summary>
    internal sealed record Members(Optimizer? Optimizer);
}
