namespace FastRnn.Onnx.Import;

/// <summary>In which direction of time a recurrent layer runs.</summary>
internal enum LayerDirection
{
    None, Forward, Reverse, Both,
}
