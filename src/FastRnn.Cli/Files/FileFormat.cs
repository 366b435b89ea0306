namespace FastRnn.Cli.Files;

/// <summary>The formats of model files.</summary>
internal enum FileFormat
{
    /// <summary>Safetensors written by this library, with the spec in its metadata.</summary>
    FastRnn,

    /// <summary>Safetensors with a state dictionary of PyTorch.</summary>
    PyTorch,

    /// <summary>Safetensors with the variables of Keras.</summary>
    Keras,

    /// <summary>An ONNX graph.</summary>
    Onnx,
}
