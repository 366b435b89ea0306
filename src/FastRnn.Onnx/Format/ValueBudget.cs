using FastRnn.Serialization;

namespace FastRnn.Onnx.Format;

/// <summary>
/// How many values may still be made of a file: a multiple of its bytes. Without it a few nodes that join a tensor with itself, or
/// tensors that share their bytes, would ask for any amount of memory.
/// </summary>
/// <param name="path">the model's file, for messages</param>
/// <param name="fileLength">its bytes</param>
internal sealed class ValueBudget(string path, long fileLength)
{
    private const int ValuesPerByte = 4, Least = 1 << 20;

    private readonly Dictionary<(long Length, string Start), long> _read = [];
    private long _left = Math.Max(Least, ValuesPerByte * fileLength);
    private long _leftBeside;

    /// <summary>Whether what is spent now leads to an output. Only that may count on the bytes of files beside the model, which need not
    /// take room on a disk, however many they are.</summary>
    internal bool IsNeeded { get; set; } = true;

    /// <summary>Adds bytes that are read out of a file beside the model, no more in all than it has.</summary>
    /// <param name="file">what tells the file from others: its length, and how it begins</param>
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
