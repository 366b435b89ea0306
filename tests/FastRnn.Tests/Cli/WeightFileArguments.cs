using FastRnn.Tests.Golden;

namespace FastRnn.Tests.Cli;

/// <summary>The tool's options for what has to be said to read a file of weights.</summary>
internal static class WeightFileArguments
{
    internal static string[] Of(WeightFileOptions options)
    {
        var arguments = new List<string>();
        foreach (string module in options.Order ?? [])
        {
            arguments.AddRange(["--order", module]);
        }

        Add("--activation", options.Activation?.ToString());
        foreach ((string module, Activation activation) in options.Activations ?? [])
        {
            Add("--activation", $"{module}={activation}");
        }

        Add("--output-activation", options.OutputActivation?.ToString());
        Add("--inputs", options.TakesIndices switch
        {
            true => "indices",
            false => "values",
            null => null,
        });
        Add("--reset", options.ResetAfter switch
        {
            true => "after",
            false => "before",
            null => null,
        });
        Add("--bidirectional", options.Bidirectional switch
        {
            true => "yes",
            false => "no",
            null => null,
        });
        return [.. arguments];

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                arguments.AddRange([option, Lower(value)]);
            }
        }

        // Activations alone: modules keep their letters.
        static string Lower(string value)
        {
            int start = value.LastIndexOf('=') + 1;
            return value[..start] + string.Concat(value[start..].Select(char.ToLowerInvariant));
        }
    }
}
