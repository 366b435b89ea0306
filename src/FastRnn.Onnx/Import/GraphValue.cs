using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>What a name of the graph stands for.</summary>
internal abstract record GraphValue;

/// <summary>A tensor whose values are known when the file is read.</summary>
internal sealed record Constant(Tensor Tensor) : GraphValue;

/// <summary>Zeros of a shape that depends on the inputs, such as an initial state for any batch.</summary>
internal sealed record DynamicZeros : GraphValue;

/// <summary>Constants that are repeated along an axis so often as the inputs say, such as a learned initial state for any batch.</summary>
/// <param name="Tensor">the values, once</param>
/// <param name="Along">the axis, which the tensor has one element of</param>
/// <param name="Count">the axis of the inputs whose size says how often</param>
internal sealed record RepeatedConstant(Tensor Tensor, int Along, Axis Count) : GraphValue;

/// <summary>A shape of which some sizes depend on the inputs: for each element a number, or the axis whose size it is.</summary>
internal sealed record DynamicShape((long? Size, Axis? Axis)[] Sizes, bool IsScalar) : GraphValue;

/// <summary>Values that depend on the inputs.</summary>
/// <param name="Source">what they are</param>
/// <param name="Axes">how they lie in memory, the outermost axis first</param>
internal sealed record Flow(FlowSource Source, Axis[] Axes) : GraphValue
{
    public override string ToString() => $"[{string.Join(", ", Axes.Select(axis => axis.ToString()))}]";
}

/// <summary>What a flow's values are.</summary>
internal abstract record FlowSource;

/// <summary>An input of the graph.</summary>
/// <param name="Name">its name</param>
/// <param name="IsIndices">whether its values are whole numbers</param>
/// <param name="FirstRow">where its part along the first axis begins; null for all of it</param>
internal sealed record InputSource(string Name, bool IsIndices, int? FirstRow = null) : FlowSource;

/// <summary>One-hot vectors for the indices that an input of the graph has.</summary>
/// <param name="Input">the indices</param>
/// <param name="Depth">the length of a vector</param>
internal sealed record OneHotSource(InputSource Input, long Depth) : FlowSource;

/// <summary>Steps with a window of earlier ones before them.</summary>
/// <param name="Steps">the steps themselves</param>
/// <param name="Input">the input of the graph that is the window</param>
/// <param name="Window">the window as the state that it is</param>
/// <param name="Time">the axis of the steps</param>
/// <param name="Both">the axis of the window and the steps</param>
internal sealed record WindowedSource(Flow Steps, InputSource Input, RecurrentNode Window, Axis Time, Axis Both) : FlowSource;

/// <summary>What the chain of layers puts out behind so many layers.</summary>
/// <param name="Version">the chain's own count when the value was made</param>
/// <param name="IsLast">whether it is that of each sequence's last step</param>
internal sealed record ChainSource(int Version, bool IsLast) : FlowSource;

/// <summary>Final states of recurrent layers, side by side.</summary>
internal sealed record StateSource(StatePiece[] Pieces) : FlowSource;

/// <summary>One direction's h or c of a recurrent layer, or one step of a window.</summary>
internal readonly record struct StatePiece(RecurrentNode Node, bool IsMemory, int Direction);
