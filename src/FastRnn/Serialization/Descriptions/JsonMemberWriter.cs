using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace FastRnn.Serialization;

/// <summary>Writes a JSON object.</summary>
internal sealed class JsonMemberWriter : JsonMembers
{
    private readonly Utf8JsonWriter _json;

    private JsonMemberWriter(Utf8JsonWriter json) => _json = json;

    /// <summary>The text of an object.</summary>
    internal static string Write(Action<JsonMembers> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(new JsonMemberWriter(json));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal override int Int(string name, int value) => (int)Long(name, value);

    internal override long Long(string name, long value)
    {
        _json.WriteNumber(name, value);
        return value;
    }

    internal override float Float(string name, float value)
    {
        _json.WriteNumber(name, value);
        return value;
    }

    internal override double Double(string name, double value)
    {
        _json.WriteNumber(name, value);
        return value;
    }

    internal override IReadOnlyList<float> Floats(string name, IReadOnlyList<float> values, int largestCount)
    {
        _json.WriteStartArray(name);
        foreach (float value in values)
        {
            _json.WriteNumberValue(value);
        }

        _json.WriteEndArray();
        return values;
    }

    internal override bool Bool(string name, bool value)
    {
        _json.WriteBoolean(name, value);
        return value;
    }

    internal override string Text(string name, string value)
    {
        _json.WriteString(name, value);
        return value;
    }

    internal override bool IsText(string name, bool isText) => isText;

    internal override bool Has(string name, bool isUnusual) => isUnusual;

    internal override T Object<T>(string name, T value, Func<JsonMembers, T?, T> exchange)
        where T : class
    {
        _json.WritePropertyName(name);
        return WriteObject(value, exchange);
    }

    internal override T[] Objects<T>(string name, IEnumerable<T> values, int largestCount, Func<JsonMembers, T?, T> exchange)
        where T : class
    {
        _json.WriteStartArray(name);
        T[] written = [.. values.Select(value => WriteObject(value, exchange))];
        _json.WriteEndArray();
        return written;
    }

    internal override FastRnnFormatException Fault(string rule) => throw new UnreachableException(rule);

    private T WriteObject<T>(T value, Func<JsonMembers, T?, T> exchange)
        where T : class
    {
        _json.WriteStartObject();
        value = exchange(this, value);
        _json.WriteEndObject();
        return value;
    }
}
