namespace FastRnn.Onnx.Export;

/// <summary>Writes how several values become one.</summary>
internal static class MergeExport
{
    internal static string Add(GraphBuilder graph, string name, Merge merge, string[] parts)
    {
        string output = $"{name}.output";
        switch (merge)
        {
            case Merge.Concatenate:
                return graph.Value("Concat", output, parts, GraphBuilder.Attribute("axis", -1));
            case Merge.Sum:
                return graph.Value("Sum", output, parts);
            case Merge.Average:
                return graph.Value("Mean", output, parts);
            default:
                string product = parts[0];
                for (int i = 1; i < parts.Length; i++)
                {
                    product = graph.Value("Mul", i == parts.Length - 1 ? output : $"{name}.product.{i}", [product, parts[i]]);
                }

                return product;
        }
    }
}
