using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>
/// The members of a JSON object, each of which has to be asked for: what is missing, of another type, there twice or left over is refused.
/// </summary>
internal sealed class JsonMembers
{
    /// <summary>Objects within each other that a description of this library has at most, with one to spare.</summary>
    private const int MaxDepth = 8;

    private readonly JsonElement _object;
    private readonly HashSet<string> _left;

    private JsonMembers(string file, string item, JsonElement element)
    {
        File = file;
        Item = item;
        _object = element.ValueKind == JsonValueKind.Object
            ? element
            : throw Fault($"expected an object, but there is {element.ValueKind}");
        _left = element.EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
    }

    private string File { get; }

    private string Item { get; }

    /// <summary>Reads an object; what constructors refuse, the file is at fault for.</summary>
    /// <param name="file">for messages</param>
    /// <param name="item">for messages: what the text is</param>
    /// <param name="json">the text</param>
    /// <param name="read">makes a value of the members, all of which it has to ask for</param>
    internal static T Read<T>(string file, string item, string json, Func<JsonMembers, T> read)
        => Guarded(file, item, () => new JsonMembers(file, item, Parse(json)).ReadAll(read));

    /// <summary>Whether two texts say the same, whatever the order of members and the blanks.</summary>
    internal static bool AreSame(string file, string item, string json, string other)
        => Guarded(file, item, () => JsonElement.DeepEquals(Parse(json), Parse(other)));

    internal bool Has(string name) => _left.Contains(name);

    internal int Int(string name)
        => Take(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number)
            ? number
            : throw Fault($"expected a whole number of 32 bits for '{name}'");

    internal long Long(string name)
        => Take(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number)
            ? number
            : throw Fault($"expected a whole number of 64 bits for '{name}'");

    /// <summary>A number beyond the floats, of which the parser would make ∞, is refused.</summary>
    internal float Float(string name)
        => Take(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Fault($"expected a number of 32 bits for '{name}'");

    internal bool Bool(string name)
        => Take(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
            ? value.GetBoolean()
            : throw Fault($"expected true or false for '{name}'");

    internal string Text(string name)
        => Take(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Fault($"expected a text for '{name}'");

    /// <summary>The value that goes by the name that the member has.</summary>
    internal T Choice<T>(string name, JsonNames<T> names)
    {
        string text = Text(name);
        return names.TryFind(text, out T? value) ? value : throw Fault($"expected one of {names} for '{name}', but it is '{text}'");
    }

    internal T Object<T>(string name, Func<JsonMembers, T> read)
        => new JsonMembers(File, $"{Item}.{name}", Take(name)).ReadAll(read);

    internal T[] Objects<T>(string name, int largestCount, Func<JsonMembers, T> read)
    {
        JsonElement array = Take(name);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"expected an array for '{name}'");
        }

        int count = array.GetArrayLength();
        return count <= largestCount
            ? [.. array.EnumerateArray().Select((element, i) => new JsonMembers(File, $"{Item}.{name}[{i}]", element).ReadAll(read))]
            : throw Fault($"expected at most {largestCount} elements of '{name}', but there are {count}");
    }

    internal FastRnnFormatException Fault(string rule) => new(File, Item, rule);

    private T ReadAll<T>(Func<JsonMembers, T> read)
    {
        T value = read(this);
        return _left.Count == 0
            ? value
            : throw Fault($"expected nothing more, but there is '{_left.Order(StringComparer.Ordinal).First()}'");
    }

    private static T Guarded<T>(string file, string item, Func<T> read)
    {
        try
        {
            return FastRnnFormatException.Guard(file, item, read);
        }
        catch (JsonException exception)
        {
            throw new FastRnnFormatException(file, item, $"expected JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement Parse(string json)
        => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });

    private JsonElement Take(string name) => _left.Remove(name) ? _object.GetProperty(name) : throw Fault($"expected '{name}'");
}
