using System.CommandLine;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FastRnn.Cli.CommandLine;
using FastRnn.Cli.Output;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The tool's options for what names and shapes of other frameworks' weights leave open: one for each property of
/// <see cref="KerasOptions"/>, where one for all modules and one for those that are named share one.</summary>
internal sealed class WeightChoiceOptions
{
    internal const string ActivationName = "--activation", EpsilonName = "--epsilon", ModuleName = "--module",
        ConvolutionName = "--convolution", MergeName = "--merge", InputsName = "--inputs", ShapeName = "--shape";

    /// <summary>What <see cref="InputsName"/> takes for a network of indices.</summary>
    internal const string Indices = "indices";

    private const string OrderName = "--order", OutputActivationName = "--output-activation", Values = "values";

    /// <summary>Options for Keras alone.</summary>
    internal const string ResetName = "--reset", BidirectionalName = "--bidirectional";

    private static readonly (string Name, VectorModule Value)[] VectorModules =
    [
        ("layer-norm", VectorModule.LayerNormalization), ("rms-norm", VectorModule.RmsNormalization), ("prelu", VectorModule.PRelu),
    ];

    private static readonly (string Name, SequenceShape Value)[] Shapes =
    [
        ("many-to-many", SequenceShape.ManyToMany), ("many-to-one", SequenceShape.ManyToOne), ("one-to-many", SequenceShape.OneToMany),
    ];

    private readonly Option<string[]> _order = new(OrderName)
    {
        Description = "PyTorch, Keras: all modules from the inputs up, by the prefixes of their tensors' names, without the parts module "
            + "and _orig_mod of wrappers, separated by commas or in an option each",
        HelpName = "module,…",
    };

    private readonly ModuleOption<Activation> _activation = new(
        ActivationName,
        "PyTorch, Keras: the activation of all simple recurrent modules, tanh or relu, or of one module, or behind one that has none of "
        + "its own, such as a normalization, bn1=relu, which is not asked for; with parameters in parentheses "
        + $"where it has some, such as fc=relu or conv.0=leaky-relu(0.1): {ActivationNames.List}",
        "[module=]activation", "activation", $"tanh or relu, or a module's name, = and one of {ActivationNames.List}",
        TryParseActivation);

    private readonly Option<Choice<Activation>?> _outputActivation = new(OutputActivationName)
    {
        Description = "PyTorch, Keras: the activation of the last module, or behind it if it has none of its own",
        HelpName = "activation",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ActivationNames.Find(text) is { } value)
            {
                return new Choice<Activation>(value);
            }

            result.AddError($"Option '{OutputActivationName}': expected one of {ActivationNames.List}, but got '{text}'.");
            return null;
        },
    };

    private static readonly (string Name, Merge Value)[] Merges =
        [.. Enum.GetValues<Merge>().Select(merge => (merge.ToString().ToLowerInvariant(), merge))];

    private readonly ModuleOption<float> _epsilon = new(
        EpsilonName, "PyTorch, Keras: the epsilon of all normalizations, or of one, such as norm1=1e-6 [default: the framework's]",
        "[module=]number", "epsilon", "a number above 0, or a module's name, = and such a number",
        (string text, bool _, out float value) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && value > 0 && float.IsFinite(value));

    private readonly ModuleOption<VectorModule> _module = new(
        ModuleName,
        "PyTorch, Keras: what all modules are, or one is, that have vectors alone, where names leave it open, such as norm1=layer-norm",
        $"[module=]{string.Join('|', VectorModules.Select(choice => choice.Name))}", "kind",
        $"{ChoiceOption.Names(VectorModules)}, with or without a module's name and = before it",
        (string text, bool _, out VectorModule value) =>
        {
            VectorModule? found = ChoiceOption.Find(text, VectorModules);
            value = found ?? default;
            return found is not null;
        });

    private readonly ModuleOption<Convolution> _convolution = new(
        ConvolutionName,
        "PyTorch, Keras: how many steps a convolution looks ahead, its dilation and groups, such as conv1=causal,dilation:2",
        $"module={ConvolutionText.Form}", "convolution", $"a module's name, = and {ConvolutionText.Form}",
        (string text, bool isOfModule, [MaybeNullWhen(false)] out Convolution value) =>
        {
            bool isRead = ConvolutionText.TryParse(text, out value);
            return isRead && isOfModule;
        });

    private readonly ModuleOption<Merge> _merge = new(
        MergeName, "PyTorch, Keras: how the two directions of a module become one output [default: concatenate]",
        $"module={string.Join('|', Merges.Select(choice => choice.Name))}", "merge",
        $"a module's name, = and one of {ChoiceOption.Names(Merges)}",
        (string text, bool isOfModule, out Merge value) =>
        {
            Merge? found = ChoiceOption.Find(text, Merges);
            value = found ?? default;
            return found is not null && isOfModule;
        });

    private readonly Option<Choice<bool>?> _inputs = ChoiceOption.Create(
        InputsName, "PyTorch, Keras: what the network reads", (Indices, true), (Values, false));

    private readonly Option<Choice<SequenceShape>?> _shape = ChoiceOption.Create(
        ShapeName,
        "PyTorch, Keras: whether the network reads one step or many, and has outputs for one or many [default: many-to-many]; many-to-one "
        + "takes the last step that each direction of a bidirectional module runs, as h_n of PyTorch, not out[:, -1]",
        Shapes);

    private readonly Option<Choice<bool>?> _reset = ChoiceOption.Create(
        ResetName, "Keras: whether a GRU without biases resets after the recurrent product or before it", ("after", true),
        ("before", false));

    private readonly Option<Choice<bool>?> _bidirectional = ChoiceOption.Create(
        BidirectionalName, "Keras: whether layers named forward_X and backward_X are one bidirectional layer", ("yes", true),
        ("no", false));

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All =>
    [
        _order, _activation.Option, _outputActivation, _epsilon.Option, _module.Option, _convolution.Option, _merge.Option, _inputs,
        _shape, _reset, _bidirectional,
    ];

    internal WeightChoices Read(ParseResult parsed)
    {
        // Names that contain commas can be given in an option each.
        string[] order = parsed.GetValue(_order) is [var names] ? names.Split(',') : parsed.GetValue(_order) ?? [];
        (IReadOnlyList<Activation> activation, IReadOnlyDictionary<string, Activation>? activations) = _activation.Read(parsed);
        (IReadOnlyList<float> epsilon, IReadOnlyDictionary<string, float>? epsilons) = _epsilon.Read(parsed);
        (IReadOnlyList<VectorModule> module, IReadOnlyDictionary<string, VectorModule>? modules) = _module.Read(parsed);
        var keras = new KerasOptions
        {
            ResetAfter = parsed.GetValue(_reset)?.Value,
            Bidirectional = parsed.GetValue(_bidirectional)?.Value,
        };
        return new WeightChoices(
            (PyTorchOptions)WithCommon(new PyTorchOptions()), (KerasOptions)WithCommon(keras),
            [.. All.Where(option => parsed.GetResult(option) is not null).Select(option => option.Name)]);

        WeightOptions WithCommon(WeightOptions options) => options with
        {
            Order = order.Length == 0 ? null : order,
            Activation = activation is [var one] ? one : null,
            Activations = activations,
            OutputActivation = parsed.GetValue(_outputActivation)?.Value,
            Epsilon = epsilon is [var all] ? all : null,
            Epsilons = epsilons,
            VectorModule = module is [var kind] ? kind : null,
            VectorModules = modules,
            Convolutions = _convolution.Read(parsed).OfModules,
            Merges = _merge.Read(parsed).OfModules,
            TakesIndices = parsed.GetValue(_inputs)?.Value,
            Shape = parsed.GetValue(_shape)?.Value ?? default,
        };
    }

    internal static string NameOf(VectorModule module) => Array.Find(VectorModules, choice => choice.Value == module).Name;

    internal static string NameOf(Merge merge) => Array.Find(Merges, choice => choice.Value == merge).Name;

    internal static string NameOf(SequenceShape shape) => Array.Find(Shapes, choice => choice.Value == shape).Name;

    /// <summary>The tool's option for a property of the library's, with the values that it takes where one is asked for.</summary>
    internal static string NameOf(OptionReference option, bool isAsked)
    {
        string? values = !isAsked ? null : option.Property switch
        {
            nameof(WeightOptions.Activation) => "tanh|relu",
            nameof(WeightOptions.Activations) or nameof(WeightOptions.OutputActivation) => "identity|relu|tanh|…",
            nameof(WeightOptions.VectorModules) => string.Join('|', VectorModules.Select(choice => choice.Name)),
            nameof(WeightOptions.Convolutions) => ConvolutionText.Form,
            nameof(WeightOptions.TakesIndices) => $"{Indices}|{Values}",
            nameof(KerasOptions.ResetAfter) => "after|before",
            nameof(KerasOptions.Bidirectional) => "yes|no",
            _ => null,
        };
        string name = NameOf(option);
        return values is null ? name : option.Key is null ? $"{name} {values}" : $"{name[..^1]}{values}";
    }

    /// <summary>The tool's option for a property of the library's.</summary>
    internal static string NameOf(OptionReference option)
    {
        string OfModule(string name) => $"{name} {PlainText.Shortened(option.Key!)}=…";
        return option.Property switch
        {
            nameof(WeightOptions.Order) => OrderName,
            nameof(WeightOptions.Activation) => ActivationName,
            nameof(WeightOptions.Activations) => OfModule(ActivationName),
            nameof(WeightOptions.OutputActivation) => OutputActivationName,
            nameof(WeightOptions.Epsilon) => EpsilonName,
            nameof(WeightOptions.Epsilons) => OfModule(EpsilonName),
            nameof(WeightOptions.VectorModule) => ModuleName,
            nameof(WeightOptions.VectorModules) => OfModule(ModuleName),
            nameof(WeightOptions.Convolutions) => OfModule(ConvolutionName),
            nameof(WeightOptions.Merges) => OfModule(MergeName),
            nameof(WeightOptions.TakesIndices) => InputsName,
            nameof(WeightOptions.Shape) => ShapeName,
            nameof(KerasOptions.ResetAfter) => ResetName,
            nameof(KerasOptions.Bidirectional) => BidirectionalName,
            _ => throw new UnreachableException($"There is no option of the tool for {option}."),
        };
    }

    /// <summary>Any activation of a module; of all simple recurrent ones those that they have in the frameworks.</summary>
    private static bool TryParseActivation(string text, bool isOfModule, out Activation value)
    {
        Activation? found = ActivationNames.Find(text);
        value = found ?? default;
        return found is { } activation && (isOfModule || activation.Kind is ActivationKind.Tanh or ActivationKind.Relu);
    }
}
