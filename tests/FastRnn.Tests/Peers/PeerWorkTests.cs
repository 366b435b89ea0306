using FastRnn.Peers.Workloads;

namespace FastRnn.Tests.Peers;

public sealed class PeerWorkTests
{
    private const double Peak = 1e11, Bandwidth = 1e11;

    [Fact]
    public void PeerWork_FromRequest_wordsOfAWork_givesTheWork()
        => Assert.All(
            WorkGrid.Create([], [], [], quick: false), work => Assert.Equal(work, PeerWork.FromRequest(work.ToRequest().Split(' '))));

    [Theory]
    [InlineData("elman step 4 4 1")]
    [InlineData("rnn step 4 4 1 1")]
    [InlineData("elman steps 4 4 1 1")]
    [InlineData("elman step 0 4 1 1")]
    [InlineData("elman step 4 -4 1 1")]
    [InlineData("elman step 4 x 1 1")]
    [InlineData("elman step 4 4 2 1")]
    public void PeerWork_FromRequest_otherWords_areRefused(string words)
        => Assert.Throws<FormatException>(() => PeerWork.FromRequest(words.Split(' ')));

    [Fact]
    public void WorkCost_Flops_ofEachMode_countsTheProducts()
    {
        double forward = 2.0 * 3 * 8 * (4 + 8);
        Assert.Equal(forward, WorkCost.Flops(new PeerWork(WorkCell.Gru, WorkMode.Step, 4, 8, 1, 16)));
        Assert.Equal(forward * 100, WorkCost.Flops(new PeerWork(WorkCell.Gru, WorkMode.Sequence, 4, 8, 1, 100)));
        Assert.Equal(forward * 100 * 32, WorkCost.Flops(new PeerWork(WorkCell.Gru, WorkMode.Sequence, 4, 8, 32, 100)));
        Assert.Equal(3 * forward * 100, WorkCost.Flops(new PeerWork(WorkCell.Gru, WorkMode.Train, 4, 8, 1, 100)));
        Assert.Equal(3 * forward * 100 * 32, WorkCost.Flops(new PeerWork(WorkCell.Gru, WorkMode.Train, 4, 8, 32, 100)), 1e-3);
    }

    [Fact]
    public void WorkCost_LeastSeconds_oneSequence_waitsForTheWeightsOfEveryStep()
    {
        // 2 flops at the peak take less time than 4 bytes at the bandwidth.
        const double Input = 2.0 * 4 * 8, Recurrent = 2.0 * 8 * 8, RecurrentBytes = 4.0 * 8 * 8, AllBytes = 4.0 * 8 * 12;
        double Seconds(WorkMode mode, int batch)
            => WorkCost.LeastSeconds(new PeerWork(WorkCell.Elman, mode, 4, 8, batch, 100), Peak, Bandwidth);

        Assert.Equal(AllBytes / Bandwidth, Seconds(WorkMode.Step, 1), 1e-15);
        Assert.Equal(100 * (Input / Peak + RecurrentBytes / Bandwidth), Seconds(WorkMode.Sequence, 1), 1e-15);
        Assert.Equal(3200 * (Input + Recurrent) / Peak, Seconds(WorkMode.Sequence, 32), 1e-15);
        Assert.Equal(
            100 * ((3 * Input + Recurrent) / Peak + 2 * RecurrentBytes / Bandwidth), Seconds(WorkMode.Train, 1), 1e-15);
        Assert.Equal(3 * 3200 * (Input + Recurrent) / Peak, Seconds(WorkMode.Train, 32), 1e-15);
    }

    [Fact]
    public void WorkCost_BytesReadOver_ofEachMode_areTheWeightsOfAStep()
    {
        int Bytes(WorkMode mode, int batch) => WorkCost.BytesReadOver(new PeerWork(WorkCell.Lstm, mode, 4, 8, batch, 100));

        Assert.Equal(4 * 32 * 12, Bytes(WorkMode.Step, 1));
        Assert.Equal(4 * 32 * 8, Bytes(WorkMode.Sequence, 1));
        Assert.Equal(4 * 32 * 8, Bytes(WorkMode.Train, 1));
        Assert.Equal(0, Bytes(WorkMode.Sequence, 32));
    }
}
