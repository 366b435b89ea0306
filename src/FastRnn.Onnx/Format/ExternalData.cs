using System.Globalization;
using System.Security.Cryptography;
using FastRnn.Serialization;

namespace FastRnn.Onnx.Format;

/// <summary>Values that a model keeps in another file, which has to be in the model's folder or below and not behind a link.</summary>
internal static class ExternalData
{
    private const int LongestLocation = 4096;

    /// <summary>Opens the file at the first of its values, once it is known to have them all; null for no values.</summary>
    internal static FileStream? Open(string path, string item, TensorProto proto, int count, int size, ValueBudget budget)
    {
        long length = (long)count * size;
        if (length > Array.MaxLength)
        {
            throw Refused($"expected at most {Array.MaxLength} bytes of external data, but its dimensions ask for {length}");
        }

        string? location = null;
        long offset = 0, stated = length;
        foreach (StringStringEntryProto entry in proto.ExternalData)
        {
            switch (entry.Key)
            {
                case "location":
                    location = entry.Value;
                    break;
                case "offset":
                    offset = Number(entry);
                    break;
                case "length":
                    stated = Number(entry);
                    break;
                case "checksum":
                    // A SHA-1 that most writers leave out. It is not checked; the length is.
                    break;
                default:
                    throw Refused($"expected location, offset, length or checksum in external_data, but got {DisplayText.Text(entry.Key)}");
            }
        }

        if (stated != length)
        {
            throw Refused($"expected {length} bytes of external data, as its dimensions say, but its length is {stated}");
        }

        string file = Confined(location), shown = DisplayText.Text(location ?? "");
        if (!File.Exists(file))
        {
            throw Refused($"expected external data in {shown}, but there is no such file in the model's folder");
        }

        // The length of pipes and devices, which could block for ever, is 0 before they are opened.
        long available = new FileInfo(file).Length;
        if (offset > available - length)
        {
            throw Refused($"expected {length} bytes from byte {offset} of {shown} on, but it has {available}");
        }

        if (length == 0)
        {
            return null;
        }

        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            long actual = stream.Length;
            if (offset > actual - length)
            {
                throw Refused($"expected {length} bytes from byte {offset} of {shown} on, but it has {actual}");
            }

            budget.Add((actual, Start(stream)), length);
            budget.Spend(item, count);
            stream.Position = offset;
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        long Number(StringStringEntryProto entry)
            => long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? value
                : throw Refused($"expected a whole number as {entry.Key} of external_data, but got {DisplayText.Text(entry.Value)}");

        string Confined(string? relative)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            relative ??= "";
            if (relative.Length > LongestLocation)
            {
                throw Refused($"expected at most {LongestLocation} characters as location of external_data, but it has {relative.Length}");
            }

            string[] parts = relative.Split('/', '\\');
            if (parts.Any(IsForbidden) || Path.IsPathRooted(relative))
            {
                throw Outside(relative);
            }

            string full = folder;
            foreach (string part in parts)
            {
                full = Path.Combine(full, part);
                if (new FileInfo(full).LinkTarget is not null)
                {
                    throw Refused($"expected external data within the model's folder, but {DisplayText.Text(relative)} goes by a link");
                }
            }

            full = Path.GetFullPath(full);
            string inside = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
            return full.StartsWith(inside, StringComparison.Ordinal) ? full : throw Outside(relative);
        }

        FastRnnFormatException Outside(string location)
            => Refused($"expected a path within the model's folder as location of external_data, but got {DisplayText.Text(location)}");

        FastRnnFormatException Refused(string rule) => new(path, item, rule);
    }

    /// <summary>A hash of a file's first bytes, which identifies it: its name does not, since links and other letters make several names.
    /// </summary>
    private static string Start(FileStream stream)
    {
        Span<byte> start = stackalloc byte[4096];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Convert.ToHexString(SHA256.HashData(start[..length]));
    }

    /// <summary>A part that is no name: an empty one, "." and "..", and what Windows reads as a drive, a stream or another name.</summary>
    private static bool IsForbidden(string part)
        => part.Length == 0 || part[^1] is '.' or ' ' || part.AsSpan().ContainsAny(':', '\0');
}
