using System.CommandLine;
using System.Text.RegularExpressions;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The options of the commands for what names and shapes of other frameworks' weights leave open: one for each property of
/// <see cref="PyTorchOptions"/> and <see cref="KerasOptions"/>.</summary>
internal sealed partial class WeightChoiceOptions
{
    private const string OrderName = "--order", ActivationName = "--activation", OutputActivationName = "--output-activation",
        InputsName = "--inputs", ShapeName = "--shape";

    /// <summary>What only Keras' weights leave open.</summary>
    internal const string ResetName = "--reset", BidirectionalName = "--bidirectional";

    private static readonly (string Name, Activation Value)[] Activations =
    [
        ("identity", Activation.Identity), ("tanh", Activation.Tanh), ("sigmoid", Activation.Sigmoid), ("relu", Activation.Relu),
        ("softmax", Activation.Softmax),
    ];

    private readonly Option<string[]> _order = new(OrderName)
    {
        Description = "PyTorch, Keras: the prefixes of all modules' names, from the inputs up, with commas between or an option for each",
        HelpName = "module,…",
    };

    private readonly Option<string[]> _activation = new(ActivationName)
    {
        Description = "PyTorch, Keras: tanh or relu of simple recurrent modules; with a module's prefix, identity, tanh, sigmoid, relu or "
            + "softmax of that one",
        HelpName = "[module=]activation",
    };

    private readonly Option<Choice<Activation>?> _outputActivation = ChoiceOption.Create(
        OutputActivationName, "PyTorch, Keras: the activation of a linear module that stands last", Activations);

    private readonly Option<Choice<bool>?> _inputs = ChoiceOption.Create(
        InputsName, "PyTorch, Keras: what the network reads", ("indices", true), ("values", false));

    private readonly Option<Choice<SequenceShape>?> _shape = ChoiceOption.Create(
        ShapeName, "PyTorch, Keras: the steps that it reads and those that it has outputs for; many-to-many when left out",
        ("many-to-many", SequenceShape.ManyToMany), ("many-to-one", SequenceShape.ManyToOne), ("one-to-many", SequenceShape.OneToMany));

    private readonly Option<Choice<bool>?> _reset = ChoiceOption.Create(
        ResetName, "Keras: where a GRU without biases resets, after the recurrent product or before it", ("after", true),
        ("before", false));

    private readonly Option<Choice<bool>?> _bidirectional = ChoiceOption.Create(
        BidirectionalName, "Keras: whether layers named forward_X and backward_X are one bidirectional layer", ("yes", true),
        ("no", false));

    internal WeightChoiceOptions()
    {
        _activation.Validators.Add(result =>
        {
            var modules = new HashSet<string?>(StringComparer.Ordinal);
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                (string? module, Activation? activation) = Parse(text);
                if (activation is null)
                {
                    result.AddError($"Option '{ActivationName}': expected tanh or relu, or a module's prefix, = and "
                        + $"{ChoiceOption.Names(Activations)}, but got '{text}'.");
                }
                else if (!modules.Add(module))
                {
                    result.AddError($"Option '{ActivationName}': expected one activation "
                        + $"{(module is null ? "without a module's prefix" : $"of the module '{module}'")}, but got '{text}' too.");
                }
            }
        });
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All => [_order, _activation, _outputActivation, _inputs, _shape, _reset, _bidirectional];

    internal WeightChoices Read(ParseResult parsed)
    {
        // Names with commas can be given one by one.
        string[] order = parsed.GetValue(_order) is [var names] ? names.Split(',') : parsed.GetValue(_order) ?? [];
        Activation? activation = null;
        var activations = new Dictionary<string, Activation>(StringComparer.Ordinal);
        foreach (string text in parsed.GetValue(_activation) ?? [])
        {
            (string? module, Activation? value) = Parse(text);
            if (module is null)
            {
                activation = value;
            }
            else
            {
                activations[module] = value!.Value;
            }
        }

        return new WeightChoices
        {
            Common = new PyTorchOptions
            {
                Order = order.Length == 0 ? null : order,
                Activation = activation,
                Activations = activations.Count == 0 ? null : activations,
                OutputActivation = parsed.GetValue(_outputActivation)?.Value,
                TakesIndices = parsed.GetValue(_inputs)?.Value,
                Shape = parsed.GetValue(_shape)?.Value ?? default,
            },
            ResetAfter = parsed.GetValue(_reset)?.Value,
            Bidirectional = parsed.GetValue(_bidirectional)?.Value,
            Given = [.. All.Where(option => parsed.GetResult(option) is not null).Select(option => option.Name)],
        };
    }

    /// <summary>A message of the library with the tool's options for the properties that it names.</summary>
    internal static string Translate(string message)
        => Properties().Replace(message, match => (match.Groups["property"].Value, match.Groups["module"]) switch
        {
            (nameof(WeightOptions.Order), _) => OrderName,
            (nameof(WeightOptions.Activation), _) => ActivationName,
            (nameof(WeightOptions.Activations), { Success: true } module) => $"{ActivationName} {module.Value}=…",
            (nameof(WeightOptions.Activations), _) => ActivationName,
            (nameof(WeightOptions.OutputActivation), _) => OutputActivationName,
            (nameof(WeightOptions.TakesIndices), _) => InputsName,
            (nameof(WeightOptions.Shape), _) => ShapeName,
            (nameof(KerasOptions.ResetAfter), _) => ResetName,
            (nameof(KerasOptions.Bidirectional), _) => BidirectionalName,
            _ => match.Value,
        });

    /// <summary>A module's prefix, if there is one, and the activation; null where that is none.</summary>
    private static (string? Module, Activation? Activation) Parse(string text)
    {
        int end = text.LastIndexOf('=');
        return end < 0
            ? (null, ChoiceOption.Find(text, ("tanh", Activation.Tanh), ("relu", Activation.Relu)))
            : (text[..end], ChoiceOption.Find(text[(end + 1)..], Activations));
    }

    /// <summary>A module's name may have quotation marks and brackets itself: it ends at the last ones of the message.</summary>
    [GeneratedRegex(
        """\b(?:PyTorchOptions|KerasOptions|WeightOptions)\.(?<property>\w+)(?:\["(?<module>.*)"\])?""", RegexOptions.Singleline)]
    private static partial Regex Properties();
}
