using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Memory;

[Collection(Alone.Name)]
public sealed class WorkspaceTests
{
    [Fact]
    public void WorkspacePlan_Add_oddLengths_segmentsAreAlignedAndDisjoint()
    {
        var plan = default(WorkspacePlan);
        Segment[] segments = [plan.Add(1), plan.Add(0), plan.Add(16), plan.Add(17), plan.Add(100)];
        Assert.Equal([1, 0, 16, 17, 100], segments.Select(segment => segment.Length));
        int end = 0;
        foreach (Segment segment in segments)
        {
            Assert.Equal(0, segment.Start % AlignedBuffer.LineLength);
            Assert.True(segment.Start >= end);
            end = segment.Start + segment.Length;
        }

        Assert.True(plan.Length >= end);
    }

    [Fact]
    public void WorkspacePlan_Add_beyondAnInt_throws()
    {
        var plan = default(WorkspacePlan);
        plan.Add(int.MaxValue - 100);
        Assert.Throws<OverflowException>(() => plan.Add(200));
    }

    [Fact]
    public void Workspace_indexer_segments_areAlignedAndKeepTheirValues()
    {
        var plan = default(WorkspacePlan);
        Segment[] segments = [plan.Add(3), plan.Add(33), plan.Add(7)];
        using var workspace = new Workspace();
        workspace.Reserve(plan.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            workspace[segments[i]].Fill(i);
        }

        for (int i = 0; i < segments.Length; i++)
        {
            Assert.Equal(0, Address.Of(workspace[segments[i]]) % 64);
            Assert.Equal(Enumerable.Repeat((float)i, segments[i].Length), workspace[segments[i]].ToArray());
        }
    }

    [Fact]
    public void Workspace_Reserve_smallerOrEqual_keepsTheMemory()
    {
        using var workspace = new Workspace();
        workspace.Reserve(1000);
        int capacity = workspace.Capacity;
        Span<float> before = workspace[new Segment(0, 1000)];
        before.Fill(7);
        workspace.Reserve(10);
        workspace.Reserve(capacity);
        Assert.Equal(capacity, workspace.Capacity);
        Assert.Equal(Address.Of(before), Address.Of(workspace[new Segment(0, 1000)]));
        Assert.False(workspace[new Segment(0, 1000)].ContainsAnyExcept(7f));
    }

    [Fact]
    public void Workspace_Reserve_larger_growsAndReturnsTheOldMemory()
    {
        using var workspace = new Workspace();
        workspace.Reserve(40_000);
        long old = Address.Of(workspace[new Segment(0, 1)]);
        workspace.Reserve(200_000);
        Assert.True(workspace.Capacity >= 200_000);
        AlignedBuffer[] rented = Enumerable.Range(0, 32).Select(_ => AlignedPool.Rent(40_000)).ToArray();
        Assert.Contains(old, rented.Select(buffer => Address.Of(buffer.Span)));
    }

    [Fact]
    public void Workspace_indexer_beyondTheMemory_throws()
    {
        using var workspace = new Workspace();
        workspace.Reserve(64);
        Assert.Throws<ArgumentOutOfRangeException>(() => workspace[new Segment(0, workspace.Capacity + 1)].Length);
    }

    [Fact]
    public void Workspace_Dispose_twice_returnsTheMemoryOnce()
    {
        var workspace = new Workspace();
        workspace.Reserve(90_000);
        workspace.Dispose();
        workspace.Dispose();
        Assert.True(workspace.IsDisposed);
        AlignedBuffer[] rented = Enumerable.Range(0, 32).Select(_ => AlignedPool.Rent(90_000)).ToArray();
        Assert.Equal(rented.Length, rented.Select(buffer => Address.Of(buffer.Span)).Distinct().Count());
    }

    [Fact]
    public void Workspace_anyUse_afterDispose_throws()
    {
        var workspace = new Workspace();
        workspace.Reserve(10);
        workspace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => workspace.Reserve(1));
        Assert.Throws<ObjectDisposedException>(() => workspace[new Segment(0, 1)].Length);
    }
}
