namespace FastRnn.Onnx;

/// <summary>What an axis of an input or output of an ONNX graph runs over.</summary>
public enum OnnxAxis
{
    /// <summary>A single element without a meaning.</summary>
    One,

    /// <summary>The steps, T.</summary>
    Time,

    /// <summary>The sequences, N.</summary>
    Batch,

    /// <summary>The directions of a recurrent layer, forward and reverse; FastRnn counts them among the features.</summary>
    Direction,

    /// <summary>The features.</summary>
    Feature,
}
