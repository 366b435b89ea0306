namespace FastRnn.Onnx.Import;

/// <summary>
/// An axis of a value that depends on the inputs. What it runs over is known once a node tells it, for all values that share the axis.
/// </summary>
internal sealed class Axis(long? size = null, OnnxAxis? role = null, Axis[]? parts = null)
{
    /// <summary>How many elements it has, if the file says.</summary>
    internal long? Size { get; } = size;

    /// <summary>What it runs over; null as long as that is unknown.</summary>
    internal OnnxAxis? Role { get; private set; } = role;

    /// <summary>The axes that a reshape has joined to this one, time and batch; else none.</summary>
    internal Axis[] Parts { get; } = parts ?? [];

    /// <summary>The parts, or the axis itself where it is not joined.</summary>
    internal Axis[] Unjoined => Parts.Length > 0 ? Parts : [this];

    internal bool IsSingle => Size == 1;

    internal bool Has(OnnxAxis role, long size) => Role == role && Size == size;

    /// <summary>Makes the axis run over something; false if it already runs over something else.</summary>
    internal bool Bind(OnnxAxis role)
    {
        if (Parts.Length > 0)
        {
            return false;
        }

        Role ??= role;
        return Role == role;
    }

    public override string ToString()
        => Parts.Length > 0
            ? string.Join("·", Parts.Select(part => part.ToString()))
            : $"{Role?.ToString() ?? "?"}{(Size is { } size ? $" {size}" : "")}";
}
