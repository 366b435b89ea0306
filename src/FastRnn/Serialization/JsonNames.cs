using System.Diagnostics.CodeAnalysis;

namespace FastRnn.Serialization;

/// <summary>The names that values have in files.</summary>
internal sealed class JsonNames<T>(params (string Name, T Value)[] names)
{
    internal string this[T value] => Array.Find(names, pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Name;

    internal bool TryFind(string name, [MaybeNullWhen(false)] out T value)
    {
        int index = Array.FindIndex(names, pair => pair.Name == name);
        value = index < 0 ? default : names[index].Value;
        return index >= 0;
    }

    /// <summary>All names, for messages.</summary>
    public override string ToString() => string.Join(", ", names.Select(pair => $"'{pair.Name}'"));
}
