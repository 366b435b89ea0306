namespace FastRnn.Onnx.Import;

/// <summary>Which way a recurrent layer goes.</summary>
internal enum LayerDirection
{
    None, Forward, Backward, Both,
}
