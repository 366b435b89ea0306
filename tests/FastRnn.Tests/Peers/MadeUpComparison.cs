using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

/// <summary>Comparisons for the tests of the writers. No figure of theirs was ever measured.</summary>
internal static class MadeUpComparison
{
    internal static readonly PieceOfWork Streamed = new(PieceOfWork.Step, 1, 1);
    internal static readonly PieceOfWork Batched = new(PieceOfWork.Sequence, 100, 32);
    internal static readonly PieceOfWork Training = new(PieceOfWork.Train, 100, 32);

    private static readonly PieceOfWork[] Works =
        [Streamed, new(PieceOfWork.Sequence, 100, 1), Batched, Training, new(PieceOfWork.Train, 100, 1)];

    internal static Comparison Of(params PeerRecord[] records)
        => new(
            "Some Processor, family 1 model 2", "L1 48K, L2 1024K", "AVX2; the library's have 256 bits", 123.4, 256, "Some System 12",
            ".NET 10.0.1", new DateOnly(2001, 2, 3), "dotnet run -- results",
            [
                new("fastrnn", "0.1.0"), new("onnxruntime", "ONNX Runtime 1.2.3"), new("onednn", "oneDNN 4.5.6"),
                new("eigen", "7.8.9"), new("pytorch", "PyTorch 2.1.0"),
            ],
            records, Tail: [], StartUp: []);

    /// <summary>Every peer, work, cell and size, tail and start-up.</summary>
    internal static Comparison Full()
        => Of([
            .. from work in Works
               from cell in PeerNames.Cells
               from size in (int[])[16, 32, 64, 128, 256, 512]
               from peer in PeerNames.Ordered
               where work.Mode != PieceOfWork.Train || peer is PeerNames.FastRnn or PeerNames.OneDnn or PeerNames.PyTorch
               select Record(peer, cell, size, Time(peer, cell, size, work), work),
        ]) with
        {
            Tail =
            [
                new("elman", 64, 10_000_000, 123, 130, 150, 210, 5300, 234_567, 21.4, 1, 1234),
                new("lstm", 64, 10_000_000, 812, 845, 1010, 2210, 15_300, 1_234_567, 21.5, 0, 0),
            ],
            StartUp =
            [
                new("fastrnn", "lstm", 64, 45.6, 52.1, 55.5, 60.1, 0.912), new("onnxruntime", "lstm", 64, 45.1, 98.7, 101, 110, 9.1),
            ],
        };

    internal static PeerRecord Record(string peer, string cell, int size, double nanoseconds, PieceOfWork? work = null)
    {
        PieceOfWork done = work ?? Streamed;
        return new(
            peer, cell, done.Mode, size, size, done.Batch, done.Steps, nanoseconds, Gigaflops: 1.5, FractionOfLimit: 0.876,
            AllocatedBytesPerStep: peer switch { PeerNames.FastRnn => 0, PeerNames.PyTorch => null, _ => 96 + size / 16 },
            MaxAbsDifference: peer == PeerNames.FastRnn ? 0 : 1.2e-7);
    }

    private static double Time(string peer, string cell, int size, PieceOfWork work)
    {
        double gates = cell switch { "elman" => 1, "gru" => 3, _ => 4 };
        double time = (40 + gates * size * size / 40.0) * Math.Sqrt(work.Batch) * (work.Mode == PieceOfWork.Train ? 3 : 1);
        return peer switch
        {
            PeerNames.FastRnn => time,
            PeerNames.Eigen => 100 + time * 1.4,
            PeerNames.OneDnn => 1400 + time * 1.05,
            PeerNames.PyTorch => 9000 + time * 1.1,
            _ => 2400 + time * 0.97,
        };
    }
}
