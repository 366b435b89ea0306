using FastRnn.Onnx.Export;
using FastRnn.Onnx.Format;
using FastRnn.Serialization;
using Google.Protobuf;

namespace FastRnn.Onnx;

/// <summary>Writes models as ONNX files.</summary>
public static class OnnxExport
{
    private const int FormatVersion = 8;

    /// <summary>
    /// Writes a model as an ONNX file of opset 14, with layer normalizations of opset 17. Its graph has the input <c>x</c>
    /// [time, batch, I], or indices [time, batch] of 64 bits, the output <c>y</c> [time, batch, O], many-to-one [batch, O], and each
    /// layer's states as inputs and outputs:
    /// <c>layers.0.h.initial</c> and <c>layers.0.h.final</c> [directions, batch, H], for an LSTM <c>c</c> too, for a time-delay layer
    /// <c>window</c> [steps, batch, I]. The numbers of steps and sequences are free. The file is replaced as a whole, see
    /// <see cref="AtomicFile"/>. NaN and ∞ among the weights are written as they are.
    /// </summary>
    /// <remarks>Dropout becomes an identity. Time-delay layers become convolutions, padded with zeros where they look ahead; indices
    /// without an embedding become one-hot vectors. Activations without an operator, such as GELU, become the nodes that compute them.
    /// Layers of branches have the states of theirs, such as <c>layers.0.branches.0.1.h.initial</c>. A pooling over time has no state in
    /// the graph: it begins with the first step. <see cref="OnnxModel.Load"/> reads back every network that is written. Source:
    /// ONNX, Operators.md.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="path">Where the file goes; one that is there is replaced.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="NotSupportedException">ONNX has no operator for a layer, such as a Jordan network or a custom cell; the message
    /// names it. Or the network is one-to-many, or its weights are more than the 2 GiB of a file. Nothing has been written.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(RnnModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        const long Rest = 1 << 24;
        if ((long)model.ParameterCount * sizeof(float) > int.MaxValue - Rest)
        {
            throw new NotSupportedException(
                $"Expected at most {(int.MaxValue - Rest) / sizeof(float)} weights in an ONNX file, but there are {model.ParameterCount}.");
        }

        GraphBuilder graph = Graph(model);
        var proto = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = "FastRnn",
            Graph = graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = graph.OperatorSet } },
        };
        AtomicFile.Write(path, stream => proto.WriteTo(stream));
    }

    private static GraphBuilder Graph(RnnModel model)
    {
        RnnSpec spec = model.Spec;
        if (spec.Shape == SequenceShape.OneToMany)
        {
            throw new NotSupportedException(
                "Expected a network that reads all its inputs, but it is one-to-many: outputs are fed back.");
        }

        if (spec.Inputs.Count > 0)
        {
            throw new NotSupportedException(
                $"Expected a network of values or of one index, but it has {spec.Inputs.Count} inputs, which are not written.");
        }

        var graph = new GraphBuilder();
        bool isOne = spec.Shape == SequenceShape.ManyToOne;
        string value = spec.TakesIndices
            ? graph.Input("x", isIndices: true, GraphBuilder.Time, GraphBuilder.Batch)
            : graph.Input("x", isIndices: false, GraphBuilder.Time, GraphBuilder.Batch, spec.InputSize);

        // The network's output comes before the states.
        graph.Output("y", isOne ? [GraphBuilder.Batch, spec.OutputSize] : [GraphBuilder.Time, GraphBuilder.Batch, spec.OutputSize]);
        if (spec.TakesIndices && spec.Layers[0] is not EmbeddingSpec)
        {
            string depth = graph.Integers("x.depth", spec.InputSize);
            value = graph.Value("OneHot", "x.vectors", ["x", depth, graph.Weights("x.values", [0, 1], 2)]);
        }

        value = new LayerExport(graph, spec).Add(ExportedLayer.Of(model), value, reverseColumn: null, top: null);
        graph.Value("Identity", "y", [value]);
        return graph;
    }
}
