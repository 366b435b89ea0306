namespace FastRnn.Onnx;

/// <summary>What an axis of an input or output of an ONNX graph runs over.</summary>
public enum OnnxAxis
{
    /// <summary>One element, which means nothing.</summary>
    One,

    /// <summary>The steps, T.</summary>
    Time,

    /// <summary>The sequences, N.</summary>
    Batch,

    /// <summary>The directions of a recurrent layer, forward and backward: with the features they are FastRnn's features.</summary>
    Direction,

    /// <summary>The features.</summary>
    Feature,
}
