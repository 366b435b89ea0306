using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>Vocabularies as files: JSON with the tokens in the order of their indices.</summary>
public static class VocabularyFile
{
    private const string Format = "fastrnn.vocabulary";
    private const int Version = 1;

    /// <summary>Bytes that are read at most.</summary>
    private const long LargestFile = 1L << 28;

    extension(Vocabulary vocabulary)
    {
        /// <summary>Writes the vocabulary to a file, beside it first and moved there when all is written.</summary>
        /// <param name="path">Where the file is to be; its folder has to be there.</param>
        /// <exception cref="ArgumentNullException">The vocabulary or the path is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
        public void Save(string path)
        {
            ArgumentNullException.ThrowIfNull(vocabulary);
            AtomicFile.Write(path, stream =>
            {
                using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
                json.WriteStartObject();
                json.WriteString("format", Format);
                json.WriteNumber("version", Version);
                if (vocabulary.UnknownIndex is { } unknown)
                {
                    json.WriteNumber("unknown", unknown);
                }

                json.WriteStartArray("tokens");
                foreach (string token in vocabulary.Tokens)
                {
                    json.WriteStringValue(token);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }

        /// <summary>Reads a vocabulary that <c>Save</c> has written.</summary>
        /// <param name="path">Where the file is.</param>
        /// <exception cref="ArgumentException">The path is null or empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of a vocabulary, such as a folder, a pipe or a device, was written by a
        /// newer version, is larger than 256 MiB, or its tokens are not those of a vocabulary.</exception>
        public static Vocabulary Load(string path)
        {
            RegularFile.Require(path, null, "of a vocabulary");
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > LargestFile)
            {
                throw new FastRnnFormatException(path, null, $"expected at most {LargestFile} bytes, but there are {stream.Length}");
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(stream);

                // Texts with bytes that are no UTF-8, or with half of a pair of surrogates, are JSON, but no strings.
                return FastRnnFormatException.Guard(path, "JSON", () => Read(path, document.RootElement));
            }
            catch (JsonException fault)
            {
                throw new FastRnnFormatException(path, "JSON", fault.Message, fault);
            }
        }
    }

    private static Vocabulary Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out JsonElement format)
            || format.ValueKind != JsonValueKind.String || !format.ValueEquals(Format))
        {
            throw new FastRnnFormatException(path, "format", $"expected '{Format}'");
        }

        int version = Number(path, root, "version") ?? 0;
        if (version != Version)
        {
            throw new FastRnnFormatException(path, "version", $"expected version {Version}, but it is {version}");
        }

        if (!root.TryGetProperty("tokens", out JsonElement list) || list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(token => token.ValueKind != JsonValueKind.String))
        {
            throw new FastRnnFormatException(path, "tokens", "expected an array of texts");
        }

        string[] tokens = [.. list.EnumerateArray().Select(token => token.GetString()!)];
        int? unknown = Number(path, root, "unknown");
        if (unknown is { } index && (uint)index >= (uint)tokens.Length)
        {
            throw new FastRnnFormatException(path, "unknown", $"expected an index from 0 to {tokens.Length - 1}, but it is {index}");
        }

        return FastRnnFormatException.Guard(path, "tokens", () => new Vocabulary(tokens, unknown is { } i ? tokens[i] : null));
    }

    /// <summary>A whole number; null where there is none.</summary>
    private static int? Number(string path, JsonElement root, string name)
        => !root.TryGetProperty(name, out JsonElement element) ? null
            : element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) ? number
            : throw new FastRnnFormatException(path, name, "expected a whole number of 32 bits");
}
