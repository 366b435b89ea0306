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

    private readonly HashSet<string> _files = [];
    private long _left = Math.Max(Least, ValuesPerByte * fileLength);

    /// <summary>Adds what a file beside the model holds, once.</summary>
    internal void Add(string file, long length)
    {
        if (_files.Add(file))
        {
            _left += ValuesPerByte * length;
        }
    }

    internal void Spend(string item, long count)
    {
        if (count > _left)
        {
            throw new FastRnnFormatException(
                path, item, $"expected no more values than the file has bytes for, but it has {count - _left} more");
        }

        _left -= count;
    }
}
