using System.Diagnostics.CodeAnalysis;

namespace FastRnn.Serialization;

/// <summary>
/// What the options say of the modules of a file, asked for where tensors leave it open. What no module has asked for is refused in the
/// end.
/// </summary>
internal sealed class OpenChoices(string file, WeightOptions options)
{
    /// <summary>The options that have been asked for, with the module where they are entries.</summary>
    private readonly HashSet<(string Property, string? Module)> _used = [];

    /// <summary>ε of a normalization.</summary>
    /// <param name="module">its name</param>
    /// <param name="usual">what it is unless an option says otherwise; null where an option has to</param>
    internal float Epsilon(string module, float? usual)
    {
        if (Entry(options.Epsilons, nameof(WeightOptions.Epsilons), module, out float own))
        {
            return own;
        }

        if (options.Epsilon is { } all)
        {
            _used.Add((nameof(WeightOptions.Epsilon), null));
            return all;
        }

        return usual ?? throw options.Fault(
            file, module, nameof(WeightOptions.Epsilons),
            "expected a value, since the file does not say which epsilon this RMS normalization has, such as 1e-6", module);
    }

    /// <summary>What a module of vectors is.</summary>
    /// <param name="module">its name</param>
    /// <param name="rule">what the file leaves open, as a sentence's end</param>
    /// <param name="possible">what it may be</param>
    internal VectorModule Vectors(string module, string rule, params ReadOnlySpan<VectorModule> possible)
    {
        if (Entry(options.VectorModules, nameof(WeightOptions.VectorModules), module, out VectorModule own))
        {
            return possible.Contains(own)
                ? own
                : throw VectorFault($"expected {string.Join(" or ", possible.ToArray())}, by its tensors, but got {own}");
        }

        if (options.VectorModule is { } all && possible.Contains(all))
        {
            _used.Add((nameof(WeightOptions.VectorModule), null));
            return all;
        }

        string unfit = options.VectorModule is { } other ? $", and its tensors are not of {other}, as all modules are said to be" : "";
        throw VectorFault($"expected a value, since the file does not say {rule}{unfit}");

        FastRnnFormatException VectorFault(string text)
            => options.Fault(file, module, nameof(WeightOptions.VectorModules), text, module);
    }

    /// <summary>What the options say by its name that a module of vectors is; null where they say nothing.</summary>
    internal VectorModule? FindVectors(string module)
        => Entry(options.VectorModules, nameof(WeightOptions.VectorModules), module, out VectorModule own) ? own : null;

    /// <summary>What is said of a convolution; null where nothing is.</summary>
    internal Convolution? FindConvolution(string module)
        => Entry(options.Convolutions, nameof(WeightOptions.Convolutions), module, out Convolution? own) ? own : null;

    /// <summary>How the two directions of a module are merged; null where nothing is said.</summary>
    internal Merge? FindMerge(string module)
        => Entry(options.Merges, nameof(WeightOptions.Merges), module, out Merge own) ? own : null;

    /// <summary>What is wrong with what is said, or not said, of a convolution.</summary>
    internal FastRnnFormatException ConvolutionFault(string module, string rule)
        => options.Fault(file, module, nameof(WeightOptions.Convolutions), rule, module);

    /// <summary>Throws for what no module has asked for.</summary>
    internal void RefuseRest()
    {
        const string Normalization = "expected a normalization", Vectors = "expected a module whose vectors leave open what it is";
        RefuseUnused(nameof(WeightOptions.Epsilon), options.Epsilon is not null, Normalization);
        RefuseUnused(nameof(WeightOptions.VectorModule), options.VectorModule is not null, Vectors);
        RefuseEntries(nameof(WeightOptions.Epsilons), options.Epsilons?.Keys, Normalization);
        RefuseEntries(nameof(WeightOptions.VectorModules), options.VectorModules?.Keys, Vectors);
        RefuseEntries(nameof(WeightOptions.Convolutions), options.Convolutions?.Keys, "expected a convolution");
        RefuseEntries(nameof(WeightOptions.Merges), options.Merges?.Keys, "expected a bidirectional module");
    }

    private void RefuseUnused(string property, bool isGiven, string expected)
    {
        if (isGiven && !_used.Contains((property, null)))
        {
            throw options.Fault(file, null, property, $"{expected}, without an entry of its own, but there is none");
        }
    }

    private void RefuseEntries(string property, IEnumerable<string>? modules, string expected)
    {
        string? unused = modules?.FirstOrDefault(module => !_used.Contains((property, module)));
        if (unused is not null)
        {
            throw options.Fault(file, unused, property, $"{expected}, of this name, but there is none", unused);
        }
    }

    /// <summary>Whether a module has an entry, which then has been asked for.</summary>
    private bool Entry<T>(IReadOnlyDictionary<string, T>? entries, string property, string module, [MaybeNullWhen(false)] out T value)
    {
        if (entries is null || !entries.TryGetValue(module, out value))
        {
            value = default;
            return false;
        }

        _used.Add((property, module));
        return true;
    }
}
