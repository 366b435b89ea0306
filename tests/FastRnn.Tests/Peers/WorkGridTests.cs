using FastRnn.Peers.Workloads;

namespace FastRnn.Tests.Peers;

public sealed class WorkGridTests
{
    [Fact]
    public void WorkGrid_Create_all_hasEveryCellSizeModeAndBatch()
    {
        IReadOnlyList<PeerWork> works = WorkGrid.Create([], [], [], quick: false);

        Assert.Equal(3 * 6 * 5, works.Count);
        Assert.Equal(works.Count, works.Distinct().Count());
        Assert.All(works, work => Assert.Equal(work.HiddenSize, work.InputSize));
        Assert.Equal([16, 32, 64, 128, 256, 512], works.Select(work => work.HiddenSize).Distinct());
        Assert.Equal(
            [
                (WorkMode.Step, 1, 1), (WorkMode.Sequence, 1, 100), (WorkMode.Sequence, 32, 100), (WorkMode.Train, 1, 100),
                (WorkMode.Train, 32, 100),
            ],
            works.Select(work => (work.Mode, work.Batch, work.StepsOfCall)).Distinct());
    }

    [Fact]
    public void WorkGrid_Create_quick_hasThreeSizes()
        => Assert.Equal(
            [16, 64, 256], WorkGrid.Create([], [], [], quick: true).Select(work => work.HiddenSize).Distinct());

    [Fact]
    public void WorkGrid_Create_namedParts_hasThoseAlone()
    {
        IReadOnlyList<PeerWork> works = WorkGrid.Create([WorkCell.Gru], [WorkMode.Train], [7, 5, 7], quick: true);

        Assert.Equal([5, 7, 5, 7], works.Select(work => work.HiddenSize));
        Assert.Equal([1, 1, 32, 32], works.Select(work => work.Batch));
        Assert.All(works, work => Assert.Equal((WorkCell.Gru, WorkMode.Train), (work.Cell, work.Mode)));
    }
}
