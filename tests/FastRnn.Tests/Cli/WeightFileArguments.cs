using FastRnn.Cli.Files;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;

namespace FastRnn.Tests.Cli;

/// <summary>The tool's options for what has to be said to read a file of weights.</summary>
internal static class WeightFileArguments
{
    private static readonly Dictionary<VectorModule, string> VectorNames = new()
    {
        [VectorModule.LayerNormalization] = "layer-norm",
        [VectorModule.RmsNormalization] = "rms-norm",
        [VectorModule.PRelu] = "prelu",
    };

    internal static string[] Of(WeightFileOptions options)
    {
        var arguments = new List<string>();
        foreach (string module in options.Order ?? [])
        {
            arguments.AddRange(["--order", module]);
        }

        Add("--activation", Name(options.Activation));
        foreach ((string module, Activation activation) in options.Activations ?? [])
        {
            Add("--activation", $"{module}={ActivationNames.Of(activation)}");
        }

        Add("--output-activation", Name(options.OutputActivation));
        foreach ((string module, float epsilon) in options.Epsilons ?? [])
        {
            Add("--epsilon", FormattableString.Invariant($"{module}={epsilon}"));
        }

        foreach ((string module, VectorModule kind) in options.VectorModules ?? [])
        {
            Add("--module", $"{module}={VectorNames[kind]}");
        }

        foreach ((string module, Convolution convolution) in options.Convolutions ?? [])
        {
            string start = convolution.LookAhead is { } ahead ? $"ahead:{ahead}" : "centered";
            string depthwise = convolution.IsDepthwise ? ",depthwise" : "";
            Add("--convolution", $"{module}={start},dilation:{convolution.Dilation},groups:{convolution.Groups}{depthwise}");
        }

        foreach ((string module, Merge merge) in options.Merges ?? [])
        {
            Add("--merge", $"{module}={merge.ToString().ToLowerInvariant()}");
        }

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
                arguments.AddRange([option, value]);
            }
        }

        static string? Name(Activation? activation) => activation is { } value ? ActivationNames.Of(value) : null;
    }
}
