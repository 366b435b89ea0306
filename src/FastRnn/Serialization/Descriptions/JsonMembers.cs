namespace FastRnn.Serialization;

/// <summary>The members of a JSON object, written or read: whoever has members names each of them once, for both. A writer writes the
/// values that it is given and returns them, a reader returns those of the text instead.</summary>
internal abstract class JsonMembers
{
    internal abstract int Int(string name, int value = 0);

    internal abstract long Long(string name, long value = 0);

    internal abstract float Float(string name, float value = 0);

    internal abstract double Double(string name, double value = 0);

    internal abstract IReadOnlyList<float> Floats(string name, IReadOnlyList<float> values, int largestCount);

    internal abstract bool Bool(string name, bool value = false);

    internal abstract string Text(string name, string value = "");

    /// <summary>A number that counts something: at least 0, and at most so large that counting on does not overflow.</summary>
    internal long Count(string name, long value, long largest = long.MaxValue / 4)
        => Long(name, value) is var count && count >= 0 && count <= largest
            ? count
            : throw Fault($"expected a number from 0 to {largest} for '{name}', but it is {count}");

    /// <summary>The value that goes by the name that the member has.</summary>
    internal T Choice<T>(string name, JsonNames<T> names, T value)
    {
        string text = Text(name, names[value]);
        return names.TryFind(text, out T? found) ? found : throw Fault($"expected one of {names} for '{name}', but it is '{text}'");
    }

    /// <summary>Whether a member is a text and not an object.</summary>
    /// <param name="name">the member</param>
    /// <param name="isText">what a writer is going to write; a reader does not use it</param>
    internal abstract bool IsText(string name, bool isText);

    /// <summary>Whether there is a member that is left out where it has its usual value.</summary>
    internal abstract bool Has(string name, bool isUnusual);

    /// <param name="name">the member</param>
    /// <param name="value">the object to write; a reader does not use it</param>
    /// <param name="exchange">writes the members of an object or, where that is null, reads them; returns the object</param>
    internal abstract T Object<T>(string name, T value, Func<JsonMembers, T?, T> exchange)
        where T : class;

    /// <inheritdoc cref="Object"/>
    internal abstract T[] Objects<T>(string name, IEnumerable<T> values, int largestCount, Func<JsonMembers, T?, T> exchange)
        where T : class;

    internal abstract FastRnnFormatException Fault(string rule);
}
