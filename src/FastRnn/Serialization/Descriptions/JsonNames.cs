using System.Diagnostics.CodeAnalysis;

namespace FastRnn.Serialization;

/// <summary>The names that values have in files.</summary>
internal sealed class JsonNames<T>(params (string Name, T Value)[] names)
{
    /// <summary>The name of a value, which has to have one.</summary>
    internal string this[T value]
    {
        get
        {
            int index = Array.FindIndex(names, pair => EqualityComparer<T>.Default.Equals(pair.Value, value));
            return index >= 0
                ? names[index].Name
                : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a value with a name, one of {this}.");
        }
    }

    internal bool Has(T value) => Array.Exists(names, pair => EqualityComparer<T>.Default.Equals(pair.Value, value));

    internal bool TryFind(string name, [MaybeNullWhen(false)] out T value)
    {
        int index = Array.FindIndex(names, pair => pair.Name == name);
        value = index < 0 ? default : names[index].Value;
        return index >= 0;
    }

    /// <summary>All names, for messages.</summary>
    public override string ToString() => string.Join(", ", names.Select(pair => $"'{pair.Name}'"));
}
