using System.Runtime.InteropServices;
using FastRnn.Kernels;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Kernels;

public sealed class VectorCopyTests
{
    [Fact]
    public void VectorCopy_Copy_everyLength_copiesAllAndNothingElse()
    {
        foreach (int length in Sizes.Short)
        {
            var random = new Random(length);
            var source = new Guarded(RandomData.Uniform(random, length));
            var destination = new Guarded(length, shift: 3);
            float[] expected = source.Span.ToArray();

            VectorCopy.Copy(ref MemoryMarshal.GetReference(source.Span), ref MemoryMarshal.GetReference(destination.Span), length);

            Compare.SameBits(expected, destination.Span, $"length {length}");
            Compare.SameBits(expected, source.Span, $"source of length {length}");
            source.AssertIntact();
            destination.AssertIntact();
        }
    }
}
