using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>
/// Reads a JSON object, of which each member has to be asked for: what is missing, of another type, there twice or left over is refused.
/// </summary>
internal sealed class JsonMemberReader : JsonMembers
{
    /// <summary>Objects and arrays within each other that a description of this library has at most, with some to spare.</summary>
    private const int MaxDepth = 64;

    private readonly JsonElement _object;
    private readonly HashSet<string> _left;

    private JsonMemberReader(string file, string item, JsonElement element)
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
        => Guarded(file, item, () => new JsonMemberReader(file, item, Parse(json)).ReadAll(read));

    /// <summary>Whether two texts say the same, whatever the order of members and the blanks.</summary>
    internal static bool AreSame(string file, string item, string json, string other)
        => Guarded(file, item, () => JsonElement.DeepEquals(Parse(json), Parse(other)));

    internal override bool IsText(string name, bool isText)
        => !_left.Contains(name) || _object.GetProperty(name).ValueKind != JsonValueKind.Object;

    internal override bool Has(string name, bool isUnusual) => _left.Contains(name);

    internal override int Int(string name, int value)
        => Take(name) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt32(out int number)
            ? number
            : throw Fault($"expected a whole number of 32 bits for '{name}'");

    internal override long Long(string name, long value)
        => Take(name) is { ValueKind: JsonValueKind.Number } element && element.TryGetInt64(out long number)
            ? number
            : throw Fault($"expected a whole number of 64 bits for '{name}'");

    internal override float Float(string name, float value)
        => Float(name, Take(name));

    internal override double Double(string name, double value)
        => Take(name) is { ValueKind: JsonValueKind.Number } element && element.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Fault($"expected a number of 64 bits for '{name}'");

    internal override IReadOnlyList<float> Floats(string name, IReadOnlyList<float> values, int largestCount)
        => [.. Elements(name, largestCount).Select((element, i) => Float($"{name}[{i}]", element))];

    internal override bool Bool(string name, bool value)
        => Take(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } element
            ? element.GetBoolean()
            : throw Fault($"expected true or false for '{name}'");

    internal override string Text(string name, string value)
        => Take(name) is { ValueKind: JsonValueKind.String } element ? element.GetString()! : throw Fault($"expected a text for '{name}'");

    internal override T Object<T>(string name, T value, Func<JsonMembers, T?, T> exchange)
        where T : class
        => ReadObject($"{Item}.{name}", Take(name), exchange);

    internal override T[] Objects<T>(string name, IEnumerable<T> values, int largestCount, Func<JsonMembers, T?, T> exchange)
        where T : class
        => [.. Elements(name, largestCount).Select((element, i) => ReadObject($"{Item}.{name}[{i}]", element, exchange))];

    internal override FastRnnFormatException Fault(string rule) => new(File, Item, rule);

    private float Float(string name, JsonElement element)
        => element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Fault($"expected a number of 32 bits for '{name}'");

    private JsonElement.ArrayEnumerator Elements(string name, int largestCount)
    {
        JsonElement array = Take(name);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"expected an array for '{name}'");
        }

        int count = array.GetArrayLength();
        return count <= largestCount
            ? array.EnumerateArray()
            : throw Fault($"expected at most {largestCount} elements of '{name}', but there are {count}");
    }

    private T ReadObject<T>(string item, JsonElement element, Func<JsonMembers, T?, T> exchange)
        where T : class
        => new JsonMemberReader(File, item, element).ReadAll(members => exchange(members, null));

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
