using System.Runtime.InteropServices;

namespace FastRnn.Peers.Workloads;

/// <summary>Named runs of floats, one behind the other, and the file of the protocol that holds them: raw, little-endian.</summary>
internal sealed class Tensors
{
    private readonly Dictionary<string, Range> _ranges = new(StringComparer.Ordinal);
    private readonly float[] _values;

    /// <param name="parts">names and lengths in order; those of length 0 are left out</param>
    internal Tensors(params IEnumerable<(string Name, int Length)> parts)
    {
        int length = 0;
        foreach ((string name, int count) in parts.Where(part => part.Length > 0))
        {
            _ranges.Add(name, length..checked(length + count));
            length += count;
        }

        _values = new float[length];
        Names = [.. _ranges.Keys.OrderBy(name => _ranges[name].Start.Value)];
    }

    /// <summary>In the order of the file.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>All of them.</summary>
    internal Span<float> All => _values;

    /// <summary>One of them; empty when it is none of these.</summary>
    internal Memory<float> this[string name] => _ranges.TryGetValue(name, out Range range) ? _values.AsMemory(range) : default;

    /// <summary>Several that stand one behind the other, from the first to the last that is there.</summary>
    internal Span<float> Between(string first, string last)
        => _values.AsSpan(_ranges[first].Start.Value.._ranges[last].End.Value);

    internal void Write(string path)
    {
        using FileStream file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes<float>(_values));
    }

    /// <exception cref="InvalidDataException">The file has another length.</exception>
    internal void Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> bytes = MemoryMarshal.AsBytes(All);
        if (file.Length != bytes.Length)
        {
            throw new InvalidDataException($"Expected {bytes.Length} bytes in {Path.GetFileName(path)}, but found {file.Length}.");
        }

        file.ReadExactly(bytes);
    }
}
