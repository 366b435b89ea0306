using System.Diagnostics;

namespace FastRnn.Serialization;

/// <summary>Makes a model of the modules of a file.</summary>
internal static class ModelReader
{
    /// <summary>Puts the modules in their order, asks the options for what they leave open, and reads the weights.</summary>
    internal static RnnModel Read(string file, IReadOnlyList<WeightModule> modules, WeightOptions options)
    {
        WeightModule[] open = ModuleChain.Find(file, modules, options);
        RefuseNeedless(file, open, options);
        WeightModule[] chain = Array.ConvertAll(open, module => module.With(
            OwnActivationOf(file, module, module == open[^1], options), ActivationBehind(module, module == open[^1], options)));
        RnnSpec spec = SpecOf(file, chain, options);
        return RnnModel.FromParameters(spec, parameters =>
        {
            int size = spec.InputSize;
            foreach (WeightModule module in chain)
            {
                parameters = module.Read(size, parameters);
                size = module.OutputSizeOf(size)!.Value;
            }

            if (!parameters.IsEmpty || size != spec.OutputSize)
            {
                throw new UnreachableException($"All modules of {file} have {parameters.Length} parameters less than {spec}.");
            }
        });
    }

    private static RnnSpec SpecOf(string file, WeightModule[] chain, WeightOptions options)
    {
        LayerSpec[] layers = [.. chain.SelectMany(module => module.Layers)];
        if (layers.Length > SpecJson.LargestLayerCount)
        {
            throw new FastRnnFormatException(
                file, null, $"expected at most {SpecJson.LargestLayerCount} layers, but all modules have {layers.Length}");
        }

        int inputSize = Array.Find(chain, module => module.InputSize is not null)?.InputSize ?? throw new FastRnnFormatException(
            file, null, "expected a module whose shapes tell the number of inputs, but there is none");
        RnnSpec spec;
        try
        {
            spec = options.TakesIndices ?? chain[0].IsEmbedding
                ? RnnSpec.ForIndices(inputSize, layers)
                : new RnnSpec(inputSize, layers);
        }
        catch (ArgumentException exception)
        {
            string rule = $"expected weights that a network can have: {FastRnnFormatException.RuleOf(exception)}";
            if (options.TakesIndices == true)
            {
                throw options.Fault(file, null, nameof(WeightOptions.TakesIndices), rule);
            }

            // The file bounds every other size; what grows beyond memory is a window that an option makes large.
            WeightModule? largest = chain.Where(module => options.Convolutions?.ContainsKey(module.Name) == true)
                .MaxBy(module => module.Layers.OfType<TimeDelaySpec>().Max(layer => layer.Reach));
            throw largest is null
                ? new FastRnnFormatException(file, null, rule, exception)
                : options.Fault(file, largest.Name, nameof(WeightOptions.Convolutions), rule, largest.Name);
        }

        if (options.Shape == SequenceShape.OneToMany)
        {
            spec.RequireCausal(name => Misfit($"expected layers that see no later step, since outputs are fed back, but {name} sees all"));
            if (spec.OutputSize != spec.InputSize)
            {
                throw Misfit(
                    $"expected as many outputs as inputs, since outputs are fed back, but got {spec.OutputSize} and {spec.InputSize}");
            }
        }

        return spec with { Shape = options.Shape };

        FastRnnFormatException Misfit(string rule) => options.Fault(file, null, nameof(WeightOptions.Shape), rule);
    }

    /// <summary>Throws for activations that no module takes.</summary>
    private static void RefuseNeedless(string file, WeightModule[] chain, WeightOptions options)
    {
        bool IsNamed(WeightModule module) => options.Activations?.ContainsKey(module.Name) == true;
        WeightModule last = chain[^1];
        if (options.OutputActivation is not null && IsNamed(last) && !last.IsRecurrentWithActivation)
        {
            throw options.Fault(
                file, last.Name, nameof(WeightOptions.OutputActivation),
                "expected one activation for the last module, but it is given another by its name");
        }

        if (options.Activation is not null
            && Array.TrueForAll(chain, module => !module.IsRecurrentWithActivation || IsNamed(module)))
        {
            throw options.Fault(
                file, null, nameof(WeightOptions.Activation),
                "expected a simple recurrent module that is not given an activation by its name, but there is none");
        }

        foreach (string name in options.Activations?.Keys ?? [])
        {
            if (!Array.Exists(chain, module => module.Name == name))
            {
                throw options.Fault(
                    file, name, nameof(WeightOptions.Activations), "expected a module of this name, but there is none", name);
            }
        }
    }

    /// <summary>The activation behind a module that has none of its own, or behind the simple recurrent one that stands last.</summary>
    private static Activation ActivationBehind(WeightModule module, bool isLast, WeightOptions options)
        => module.IsFeedForward ? Activation.Identity
            : !module.HasActivation && options.Activations?.TryGetValue(module.Name, out Activation named) == true ? named
            : isLast ? options.OutputActivation ?? Activation.Identity
            : Activation.Identity;

    /// <summary>The activation of a module that has one, by the option that decides it.</summary>
    private static Activation OwnActivationOf(string file, WeightModule module, bool isLast, WeightOptions options)
    {
        if (!module.HasActivation)
        {
            return default;
        }

        if (options.Activations is { } named && named.TryGetValue(module.Name, out Activation activation))
        {
            return module.IsFeedForward || activation.Kind is ActivationKind.Tanh or ActivationKind.Relu
                ? activation
                : throw Fault(
                    nameof(WeightOptions.Activations), $"expected tanh or ReLU for a simple recurrent module, but got {activation}");
        }

        const string Unknown = "expected a value, since the file does not say";
        return (module.IsFeedForward, isLast) switch
        {
            (true, true) => options.OutputActivation ?? options.ActivationOfLast ?? throw Fault(
                nameof(WeightOptions.OutputActivation), $"{Unknown} which activation this last feed-forward module has"),
            (true, false) => throw Fault(
                nameof(WeightOptions.Activations), $"{Unknown} which activation this feed-forward module has"),
            _ => options.Activation ?? throw Fault(
                nameof(WeightOptions.Activation), $"{Unknown} whether this simple recurrent module has tanh or ReLU"),
        };

        FastRnnFormatException Fault(string property, string rule)
            => options.Fault(file, module.Name, property, rule, property == nameof(WeightOptions.Activations) ? module.Name : null);
    }
}
