using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>What a name of the graph stands for.</summary>
internal abstract record GraphValue;

/// <summary>A tensor whose values are known when the file is read.</summary>
internal sealed record Constant(Tensor Tensor) : GraphValue;

/// <summary>Zeros of a shape that depends on the inputs, such as an initial state for any batch.</summary>
internal sealed record DynamicZeros : GraphValue;

/// <summary>Constants that are repeated along an axis as often as the inputs say, such as a learned initial state for any batch.</summary>
/// <param name="Tensor">the values, once</param>
/// <param name="Along">the axis, of which the tensor has one element</param>
/// <param name="Count">the axis of the inputs whose size is the number of repetitions</param>
internal sealed record RepeatedConstant(Tensor Tensor, int Along, Axis Count) : GraphValue;

/// <summary>A list of sizes, of which some depend on the inputs, or a single one.</summary>
internal sealed record DynamicShape(DynamicSize[] Sizes, bool IsScalar) : GraphValue;

/// <summary>A size: a number, or that of an axis, which the inputs decide.</summary>
internal readonly record struct DynamicSize(long? Number, Axis? Axis)
{
    public override string ToString() => Axis?.ToString() ?? $"{Number}";
}

/// <summary>Values that depend on the inputs.</summary>
/// <param name="Source">what they are</param>
/// <param name="Axes">how they lie in memory, the outermost axis first</param>
internal sealed record DynamicValue(ValueSource Source, Axis[] Axes) : GraphValue
{
    public override string ToString() => $"[{string.Join(", ", Axes.Select(axis => axis.ToString()))}]";
}

/// <summary>What values that depend on the inputs are.</summary>
internal abstract record ValueSource;

/// <summary>An input of the graph.</summary>
/// <param name="Name">its name</param>
/// <param name="IsIndices">whether its values are whole numbers</param>
/// <param name="FirstRow">where its part along the first axis begins; null for all of it</param>
internal sealed record InputSource(string Name, bool IsIndices, int? FirstRow = null) : ValueSource;

/// <summary>One-hot vectors for the indices of an input of the graph.</summary>
/// <param name="Input">the indices</param>
/// <param name="Depth">the length of a vector</param>
internal sealed record OneHotSource(InputSource Input, long Depth) : ValueSource;

/// <summary>Steps with a window of earlier ones before them.</summary>
/// <param name="Steps">the steps themselves</param>
/// <param name="Input">the input of the graph that is the window</param>
/// <param name="Window">the window as a state</param>
/// <param name="Time">the axis of the steps</param>
/// <param name="Both">the axis of the window and the steps</param>
internal sealed record WindowedSource(DynamicValue Steps, InputSource Input, RecurrentNode Window, Axis Time, Axis Both) : ValueSource;

/// <summary>Steps with zeros before and behind them, for a convolution.</summary>
/// <param name="Steps">the steps themselves</param>
/// <param name="Before">zeros before them</param>
/// <param name="Behind">zeros behind them</param>
/// <param name="Time">the axis of the steps</param>
/// <param name="Both">the axis of all</param>
internal sealed record PaddedSource(DynamicValue Steps, long Before, long Behind, Axis Time, Axis Both) : ValueSource;

/// <summary>Outputs of a convolution that are more than there are steps: those that are too many have to be cut off.</summary>
/// <param name="Overhang">how many are too many</param>
/// <param name="Along">their axis</param>
/// <param name="Cut">what is left when so many at the start, and the others at the end, are cut off</param>
internal sealed record OverhangSource(long Overhang, Axis Along, Func<long, DynamicValue> Cut) : ValueSource;

/// <summary>What an operation has made of the network's input.</summary>
internal sealed record FlowSource(Flow Flow) : ValueSource;

/// <summary>Final states of recurrent layers, side by side.</summary>
internal sealed record StateSource(StatePiece[] Pieces) : ValueSource;
