namespace FastRnn.Onnx;

/// <summary>Where a state is in an input or output of an ONNX graph.</summary>
/// <param name="Name">The input or output, which may have states of several layers and directions.</param>
/// <param name="Part">Its place along the axis of layers and directions, or of a window's steps.</param>
/// <param name="IsBatchFirst">Whether the axes are [N, parts, H] instead of [parts, N, H].</param>
public sealed record OnnxStatePlace(string Name, int Part, bool IsBatchFirst);
