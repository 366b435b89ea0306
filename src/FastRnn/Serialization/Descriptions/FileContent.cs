using System.Globalization;

namespace FastRnn.Serialization;

/// <summary>What the metadata of this library's files say: the version of what is in them, and descriptions in JSON by name.</summary>
internal static class FileContent
{
    /// <summary>What the names of all these texts begin with.</summary>
    internal const string Prefix = "fastrnn.";

    internal const string Version = "fastrnn.version";
    internal const string Spec = "fastrnn.spec";
    internal const string Encoder = "fastrnn.encoder";
    internal const string Decoder = "fastrnn.decoder";
    internal const string Trainer = "fastrnn.trainer";

    /// <summary>Beside a trainer's, if its file was written in the middle of a training.</summary>
    internal const string Fit = "fastrnn.fit";

    /// <summary>The kind of a loss or an optimizer of the caller's own.</summary>
    internal const string Custom = "custom";

    /// <summary>Goes up when a reader of the version before would misread what is written.</summary>
    private const int CurrentVersion = 1;

    private static readonly string[] Descriptions = [Spec, Encoder, Decoder, Trainer, Fit];

    /// <summary>A file with the version.</summary>
    internal static SafetensorsWriter CreateWriter()
    {
        var writer = new SafetensorsWriter();
        writer.Add(Version, CurrentVersion.ToString(CultureInfo.InvariantCulture));
        return writer;
    }

    /// <summary>Throws unless a file is of a known version and has these descriptions and no other.</summary>
    internal static void Check(SafetensorsFile file, params ReadOnlySpan<string> names)
    {
        if (!file.Metadata.TryGetValue(Version, out string? text))
        {
            throw new FastRnnFormatException(
                file.Path, Version, "expected a file that this library has written, but its metadata have no such text");
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version is < 1 or > CurrentVersion)
        {
            throw new FastRnnFormatException(file.Path, Version, $"expected a version from 1 to {CurrentVersion}, but it is '{text}'");
        }

        string? unknown = file.Metadata.Keys.FirstOrDefault(
            name => name.StartsWith(Prefix, StringComparison.Ordinal) && name != Version && !Descriptions.Contains(name));
        if (unknown is not null)
        {
            throw new FastRnnFormatException(file.Path, unknown, "expected texts that this version knows, but it does not know this one");
        }

        foreach (string name in Descriptions)
        {
            bool isExpected = names.Contains(name);
            bool mayBeThere = isExpected || (name == Fit && names.Contains(Trainer));
            if (file.Metadata.ContainsKey(name) ? !mayBeThere : isExpected)
            {
                throw new FastRnnFormatException(
                    file.Path, name,
                    isExpected
                        ? "expected this text in the metadata, but there is none"
                        : "expected metadata without this text, which belongs to a file of another kind");
            }
        }
    }
}
