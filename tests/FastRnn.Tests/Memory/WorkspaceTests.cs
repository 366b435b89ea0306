using FastRnn.Memory;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Memory;

[Collection(Alone.Name)]
public sealed class WorkspaceTests
{
    [Fact]
    public void Workspace_indexer_segments_areAlignedAndKeepTheirValues()
    {
        Segment[] segments = [new(0, 3), new(16, 33), new(64, 7)];
        using var workspace = new Workspace();
        workspace.Reserve(80);
        Assert.True(workspace.All.Length >= 80);
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
