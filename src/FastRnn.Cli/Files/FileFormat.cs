namespace FastRnn.Cli.Files;

/// <summary>What files of models are.</summary>
internal enum FileFormat
{
    /// <summary>Safetensors that this library has written, with the spec in its metadata.</summary>
    FastRnn,

    /// <summary>Safetensors with a state dictionary of PyTorch.</summary>
    PyTorch,

    /// <summary>Safetensors with the variables of Keras.</summary>
    Keras,

    /// <summary>An ONNX graph.</summary>
    Onnx,
}
