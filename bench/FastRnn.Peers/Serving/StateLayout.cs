using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>Between the protocol's h [N, H] and c [N, H], one behind the other, and FastRnn's rows of both [N, S].</summary>
internal static class StateLayout
{
    internal static float[] Initial(PeerWork work, Tensors data)
    {
        int width = work.HiddenSize;
        int size = work.HasMemory ? 2 * width : width;
        var rows = new float[work.Batch * size];
        for (int n = 0; n < work.Batch; n++)
        {
            data[WorkTensors.InitialHidden].Span.Slice(n * width, width).CopyTo(rows.AsSpan(n * size));
            if (work.HasMemory)
            {
                data[WorkTensors.InitialMemory].Span.Slice(n * width, width).CopyTo(rows.AsSpan(n * size + width));
            }
        }

        return rows;
    }

    internal static void CopyFinal(PeerWork work, ReadOnlySpan<float> rows, Tensors results)
    {
        int width = work.HiddenSize;
        int size = work.HasMemory ? 2 * width : width;
        for (int n = 0; n < work.Batch; n++)
        {
            rows.Slice(n * size, width).CopyTo(results[WorkTensors.FinalHidden].Span[(n * width)..]);
            if (work.HasMemory)
            {
                rows.Slice(n * size + width, width).CopyTo(results[WorkTensors.FinalMemory].Span[(n * width)..]);
            }
        }
    }
}
