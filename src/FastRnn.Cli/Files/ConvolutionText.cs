using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>What is open of a convolution, in the words of the command line, such as <c>causal,dilation:2</c>.</summary>
internal static class ConvolutionText
{
    internal const string Form = "causal|centered|ahead:N[,dilation:N][,groups:N][,depthwise]";

    /// <summary>That of a layer.</summary>
    internal static string Of(TimeDelaySpec layer)
        => (layer.LookAhead == 0 ? "causal" : string.Create(CultureInfo.InvariantCulture, $"ahead:{layer.LookAhead}"))
            + (layer.Dilation == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $",dilation:{layer.Dilation}"))
            + (layer.Groups == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $",groups:{layer.Groups}"));

    internal static bool TryParse(string text, [MaybeNullWhen(false)] out Convolution value)
    {
        string[] parts = text.Split(',');
        Convolution? read = parts[0] switch
        {
            "causal" => Convolution.Causal,
            "centered" => Convolution.Centered,
            _ => Number(parts[0], "ahead", least: 0) is { } ahead ? new Convolution { LookAhead = ahead } : null,
        };
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in parts.Skip(1))
        {
            bool isNew = given.Add(part.Split(':')[0]);
            read = read is null || !isNew ? null
                : part == "depthwise" ? read with { IsDepthwise = true }
                : Number(part, "dilation", least: 1) is { } dilation ? read with { Dilation = dilation }
                : Number(part, "groups", least: 1) is { } groups ? read with { Groups = groups }
                : null;
        }

        value = read;
        return read is not null;
    }

    /// <summary>The number behind a name and a colon; null where it is another one.</summary>
    private static int? Number(string part, string name, int least)
        => part.Split(':') is [var before, var number] && before == name
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : null;
}
