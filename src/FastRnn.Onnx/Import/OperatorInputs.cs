namespace FastRnn.Onnx.Import;

/// <summary>How many inputs an operator has at most: a further one would be ignored.</summary>
internal static class OperatorInputs
{
    /// <summary>null for an operator that is not known.</summary>
    internal static int? Most(string type) => type switch
    {
        "Constant" => 0,
        "ConstantOfShape" or "Identity" or "Cast" or "Transpose" or "Shape" or "Sigmoid" or "Tanh" or "Relu" or "Softmax" => 1,
        "Reshape" or "Squeeze" or "Unsqueeze" or "Gather" or "Expand" or "MatMul" or "Add" or "Mul" or "Equal" => 2,
        "Gemm" or "OneHot" or "Conv" or "Where" => 3,
        "Slice" => 5,
        "RNN" or "GRU" => 6,
        "LSTM" => 8,
        "Concat" => int.MaxValue,
        _ => null,
    };
}
