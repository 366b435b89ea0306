using System.CommandLine;
using System.Diagnostics;
using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Output;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The tool's options for what names and shapes of other frameworks' weights leave open: one for each property of
/// <see cref="KerasOptions"/>, where Activation and Activations share one.</summary>
internal sealed class WeightChoiceOptions
{
    private const string OrderName = "--order", ActivationName = "--activation", OutputActivationName = "--output-activation",
        InputsName = "--inputs", ShapeName = "--shape";

    /// <summary>Options for Keras alone.</summary>
    internal const string ResetName = "--reset", BidirectionalName = "--bidirectional";

    private static readonly (string Name, Activation Value)[] Activations =
    [
        ("identity", Activation.Identity), ("tanh", Activation.Tanh), ("sigmoid", Activation.Sigmoid), ("relu", Activation.Relu),
        ("softmax", Activation.Softmax),
    ];

    private readonly Option<string[]> _order = new(OrderName)
    {
        Description = "PyTorch, Keras: all modules from the inputs up, by the prefixes of their tensors' names, separated by commas or "
            + "in an option each",
        HelpName = "module,…",
    };

    private readonly Option<string[]> _activation = new(ActivationName)
    {
        Description = "PyTorch, Keras: the activation of all simple recurrent modules, tanh or relu, or of one module: identity, tanh, "
            + "sigmoid, relu or softmax",
        HelpName = "[module=]activation",
    };

    private readonly Option<Choice<Activation>?> _outputActivation = ChoiceOption.Create(
        OutputActivationName, "PyTorch, Keras: the activation of the last module, if it is linear", Activations);

    private readonly Option<Choice<bool>?> _inputs = ChoiceOption.Create(
        InputsName, "PyTorch, Keras: what the network reads", ("indices", true), ("values", false));

    private readonly Option<Choice<SequenceShape>?> _shape = ChoiceOption.Create(
        ShapeName, "PyTorch, Keras: whether the network reads one step or many, and has outputs for one or many [default: many-to-many]",
        ("many-to-many", SequenceShape.ManyToMany), ("many-to-one", SequenceShape.ManyToOne), ("one-to-many", SequenceShape.OneToMany));

    private readonly Option<Choice<bool>?> _reset = ChoiceOption.Create(
        ResetName, "Keras: whether a GRU without biases resets after the recurrent product or before it", ("after", true),
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
                    result.AddError($"Option '{ActivationName}': expected tanh or relu, or a module's name, = and one of "
                        + $"{ChoiceOption.Names(Activations)}, but got '{text}'.");
                }
                else if (!modules.Add(module))
                {
                    result.AddError($"Option '{ActivationName}': expected one activation "
                        + $"{(module is null ? "without a module's name" : $"of the module '{module}'")}, but got '{text}' too.");
                }
            }
        });
    }

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All => [_order, _activation, _outputActivation, _inputs, _shape, _reset, _bidirectional];

    internal WeightChoices Read(ParseResult parsed)
    {
        // Names that contain commas can be given in an option each.
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

        var options = new KerasOptions
        {
            Order = order.Length == 0 ? null : order,
            Activation = activation,
            Activations = activations.Count == 0 ? null : activations,
            OutputActivation = parsed.GetValue(_outputActivation)?.Value,
            TakesIndices = parsed.GetValue(_inputs)?.Value,
            Shape = parsed.GetValue(_shape)?.Value ?? default,
            ResetAfter = parsed.GetValue(_reset)?.Value,
            Bidirectional = parsed.GetValue(_bidirectional)?.Value,
        };
        return new WeightChoices(options, [.. All.Where(option => parsed.GetResult(option) is not null).Select(option => option.Name)]);
    }

    /// <summary>The tool's option for a property of the library's.</summary>
    internal static string NameOf(OptionReference option) => option.Property switch
    {
        nameof(WeightOptions.Order) => OrderName,
        nameof(WeightOptions.Activation) => ActivationName,
        nameof(WeightOptions.Activations) => $"{ActivationName} {PlainText.Shortened(option.Key!)}=…",
        nameof(WeightOptions.OutputActivation) => OutputActivationName,
        nameof(WeightOptions.TakesIndices) => InputsName,
        nameof(WeightOptions.Shape) => ShapeName,
        nameof(KerasOptions.ResetAfter) => ResetName,
        nameof(KerasOptions.Bidirectional) => BidirectionalName,
        _ => throw new UnreachableException($"There is no option of the tool for {option}."),
    };

    /// <summary>The module, if one is named, and the activation; null if it is not one.</summary>
    private static (string? Module, Activation? Activation) Parse(string text)
    {
        int end = text.LastIndexOf('=');
        return end < 0
            ? (null, ChoiceOption.Find(text, ("tanh", Activation.Tanh), ("relu", Activation.Relu)))
            : (text[..end], ChoiceOption.Find(text[(end + 1)..], Activations));
    }
}
