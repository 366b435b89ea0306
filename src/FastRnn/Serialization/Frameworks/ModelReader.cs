namespace FastRnn.Serialization;

/// <summary>Makes a model of the modules of a file.</summary>
internal static class ModelReader
{
    /// <summary>Puts the modules in their order, asks the options for what they leave open, and reads the weights.</summary>
    internal static RnnModel Read(SafetensorsFile file, IReadOnlyList<WeightModule> modules, WeightOptions options)
    {
        WeightModule[] chain = ModuleChain.Find(file.Path, modules, options);
        RnnSpec spec = SpecOf(file.Path, chain, options);
        return RnnModel.FromParameters(spec, parameters =>
        {
            int start = 0;
            foreach (WeightModule module in chain)
            {
                int length = (int)module.ParameterCount;
                module.Read(file, parameters.Slice(start, length));
                start += length;
            }
        });
    }

    private static RnnSpec SpecOf(string file, WeightModule[] chain, WeightOptions options)
    {
        string option = options.GetType().Name;
        bool IsNamed(WeightModule module) => options.Activations?.ContainsKey(module.Name) == true;
        if (options.OutputActivation is not null && (!chain[^1].IsDense || IsNamed(chain[^1])))
        {
            throw new FastRnnFormatException(
                file, chain[^1].Name,
                $"expected a feed-forward module last that {option}.{nameof(WeightOptions.Activations)} does not name, since "
                + $"{option}.{nameof(WeightOptions.OutputActivation)} is given, but it is none");
        }

        if (options.Activation is not null
            && Array.TrueForAll(chain, module => module.IsDense || !module.HasActivation || IsNamed(module)))
        {
            throw new FastRnnFormatException(
                file, null,
                $"expected a simple recurrent module that {option}.{nameof(WeightOptions.Activations)} does not name, since "
                + $"{option}.{nameof(WeightOptions.Activation)} is given, but there is none");
        }

        foreach (string name in options.Activations?.Keys ?? [])
        {
            if (!Array.Exists(chain, module => module.Name == name && module.HasActivation))
            {
                throw new FastRnnFormatException(
                    file, name, $"expected a simple recurrent or feed-forward module of that name, since "
                    + $"{option}.{nameof(WeightOptions.Activations)} has it, but there is none");
            }
        }

        var layers = new List<Layer>();
        foreach (WeightModule module in chain)
        {
            module.AddLayers(layers, ActivationOf(file, module, module == chain[^1], options));
        }

        if (layers.Count > SpecJson.LargestLayerCount)
        {
            throw new FastRnnFormatException(
                file, null, $"expected at most {SpecJson.LargestLayerCount} layers, but all modules have {layers.Count}");
        }

        bool takesIndices = options.TakesIndices ?? chain[0].IsEmbedding;
        int inputSize = chain[0].InputSize;
        try
        {
            RnnSpec spec = takesIndices ? RnnSpec.ForIndices(inputSize, layers.ToArray()) : new RnnSpec(inputSize, layers.ToArray());
            return spec with { Shape = options.Shape };
        }
        catch (ArgumentException exception)
        {
            throw new FastRnnFormatException(
                file, null,
                $"expected weights that a network of the options can have: {FastRnnFormatException.RuleOf(exception)}", exception);
        }
    }

    /// <summary>The activation of a module, of the option that decides it.</summary>
    private static Activation ActivationOf(string file, WeightModule module, bool isLast, WeightOptions options)
    {
        if (!module.HasActivation)
        {
            return default;
        }

        string type = options.GetType().Name;
        string option = $"{type}.{nameof(WeightOptions.Activations)}[\"{module.Name}\"]";
        if (options.Activations is null || !options.Activations.TryGetValue(module.Name, out Activation activation))
        {
            string named = option;
            option = $"{type}.{(module.IsDense ? nameof(WeightOptions.OutputActivation) : nameof(WeightOptions.Activation))}";
            activation = (module.IsDense, isLast) switch
            {
                (true, true) => options.OutputActivation ?? options.ActivationOfLast ?? throw new FastRnnFormatException(
                    file, module.Name, $"expected to be told the activation of the last feed-forward module: {option} decides"),
                (true, false) => throw new FastRnnFormatException(
                    file, module.Name,
                    $"expected to be told the activation of a feed-forward module that is not the last: {named} decides"),
                _ => options.Activation ?? throw new FastRnnFormatException(
                    file, module.Name, $"expected to be told whether this simple recurrent module has tanh or ReLU: {option} decides"),
            };
        }

        return module.IsDense || activation is Activation.Tanh or Activation.Relu
            ? activation
            : throw new ArgumentException($"Expected Tanh or Relu as {option}, but got {activation}.", nameof(options));
    }
}
