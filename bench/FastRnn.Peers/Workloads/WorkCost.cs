using FastRnn.Benchmarks.Limits;

namespace FastRnn.Peers.Workloads;

/// <summary>What a call computes at least: the products, whose sizes the cell gives, whoever computes them.</summary>
internal static class WorkCost
{
    /// <summary>Multiplications and additions of a call: forward, and twice as many back, for weights and for inputs and states.</summary>
    internal static double Flops(PeerWork work) => Parts(work).Sum(part => part.Flops);

    /// <summary>Bytes of the weights that are read anew for every step; 0 where a batch shares what is read.</summary>
    internal static int BytesReadOver(PeerWork work)
    {
        int inputs = work.Mode == WorkMode.Step ? work.InputSize : 0;
        return work.Batch > 1 ? 0 : sizeof(float) * work.Gates * work.HiddenSize * (inputs + work.HiddenSize);
    }

    /// <summary>The least time of a call.</summary>
    /// <param name="work">what the call does</param>
    /// <param name="peak">flops a second</param>
    /// <param name="bandwidth">bytes a second, of a buffer of <see cref="BytesReadOver"/></param>
    internal static double LeastSeconds(PeerWork work, double peak, double bandwidth)
        => Parts(work).Sum(part => part.LeastSeconds(peak, bandwidth));

    private static IEnumerable<Work> Parts(PeerWork work)
    {
        double rows = work.Gates * (double)work.HiddenSize;
        double all = work.InputSize + (double)work.HiddenSize;
        if (work.Mode == WorkMode.Step)
        {
            yield return Work.VectorProduct(rows, all);
            yield break;
        }

        // Input products have all steps' rows at once; recurrent ones wait for the step before, so with one sequence they read the
        // weights at every step. Both go forward and, in training, back; the gradients of weights are sums over all steps.
        double count = work.Steps * (double)work.Batch;
        for (int pass = 0; pass < (work.Mode == WorkMode.Train ? 2 : 1); pass++)
        {
            yield return Work.Product(count, rows, work.InputSize);
            yield return work.Batch == 1
                ? Work.VectorProduct(rows, work.HiddenSize, work.Steps)
                : Work.Product(count, rows, work.HiddenSize);
        }

        if (work.Mode == WorkMode.Train)
        {
            yield return Work.Product(count, rows, all);
        }
    }
}
