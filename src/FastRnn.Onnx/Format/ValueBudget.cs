using FastRnn.Serialization;

namespace FastRnn.Onnx.Format;

/// <summary>
/// How many values may still be made from a file: a multiple of its bytes. Without a limit, a few nodes that join a tensor with itself, or
/// tensors that share their bytes, could take any amount of memory.
/// </summary>
/// <param name="path">the model's file, for messages</param>
/// <param name="fileLength">its bytes</param>
internal sealed class ValueBudget(string path, long fileLength)
{
    private const int ValuesPerByte = 4, Least = 1 << 20;

    private readonly Dictionary<(long Length, string Start), long> _read = [];
    private long _left = Math.Max(Least, ValuesPerByte * fileLength);
    private long _leftBeside;

    /// <summary>Whether the values lead to an output. Only those may use the bytes of files beside the model, which may be many and take no
    /// space on a disk.</summary>
    internal bool IsNeeded { get; set; } = true;

    /// <summary>Adds bytes that are read from a file beside the model; each of its bytes counts once.</summary>
    /// <param name="file">what identifies the file: its length and its start</param>
    /// <param name="bytes">the bytes</param>
    internal void Add((long Length, string Start) file, long bytes)
    {
        long before = _read.GetValueOrDefault(file);
        _read[file] = Math.Min(file.Length, before + bytes);
        _leftBeside += ValuesPerByte * (_read[file] - before);
    }

    internal void Spend(string item, long count)
    {
        if (count > Array.MaxLength)
        {
            throw new FastRnnFormatException(path, item, $"expected at most {Array.MaxLength} values in one place, but there are {count}");
        }

        long beside = IsNeeded ? Math.Min(count, _leftBeside) : 0;
        if (count - beside > _left)
        {
            throw new FastRnnFormatException(
                path, item, $"expected no more values than the file has bytes for, but it has {count - beside - _left} more");
        }

        _leftBeside -= beside;
        _left -= count - beside;
    }
}
