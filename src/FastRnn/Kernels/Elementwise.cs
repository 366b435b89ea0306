using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>An elementwise function y = f(x).</summary>
internal interface IUnaryOperator
{
    static abstract Vector<float> Invoke(Vector<float> x);
}

/// <summary>An elementwise function y = f(a, b).</summary>
internal interface IBinaryOperator
{
    static abstract Vector<float> Invoke(Vector<float> a, Vector<float> b);
}

/// <summary>y = a·b.</summary>
internal readonly struct Multiplication : IBinaryOperator
{
    public static Vector<float> Invoke(Vector<float> a, Vector<float> b) => a * b;
}

/// <summary>
/// The traversals of elementwise functions. An element has the same bits wherever in a span it stands. The result may be written
/// over an operand; spans that overlap in any other way are not allowed.
/// </summary>
internal static class Elementwise
{
    /// <summary>y[i] = f(x[i])</summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void Map<TOperator>(ReadOnlySpan<float> x, Span<float> y)
        where TOperator : struct, IUnaryOperator
    {
        Debug.Assert(x.Length == y.Length, "x and y must be of one length");
        if (x.Length < Vector<float>.Count)
        {
            StorePart(TOperator.Invoke(LoadPart(x, 0f)), y);
            return;
        }

        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);

        // The last vector may overlap the one before it; it is computed before anything is written, so that y may be x.
        nuint last = (nuint)(x.Length - Vector<float>.Count);
        Vector<float> end = TOperator.Invoke(Vector.LoadUnsafe(ref from, last));
        for (nuint i = 0; i < last; i += (nuint)Vector<float>.Count)
        {
            TOperator.Invoke(Vector.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }

        end.StoreUnsafe(ref to, last);
    }

    /// <summary>y[i] = f(a[i], b[i])</summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void Zip<TOperator>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TOperator : struct, IBinaryOperator
    {
        Debug.Assert(a.Length == y.Length && b.Length == y.Length, "a, b and y must be of one length");
        if (y.Length < Vector<float>.Count)
        {
            StorePart(TOperator.Invoke(LoadPart(a, 0f), LoadPart(b, 0f)), y);
            return;
        }

        ref float left = ref MemoryMarshal.GetReference(a);
        ref float right = ref MemoryMarshal.GetReference(b);
        ref float to = ref MemoryMarshal.GetReference(y);
        nuint last = (nuint)(y.Length - Vector<float>.Count);
        Vector<float> end = TOperator.Invoke(Vector.LoadUnsafe(ref left, last), Vector.LoadUnsafe(ref right, last));
        for (nuint i = 0; i < last; i += (nuint)Vector<float>.Count)
        {
            TOperator.Invoke(Vector.LoadUnsafe(ref left, i), Vector.LoadUnsafe(ref right, i)).StoreUnsafe(ref to, i);
        }

        end.StoreUnsafe(ref to, last);
    }

    /// <summary>A vector that begins with the elements of a shorter span and goes on with <paramref name="fill"/>.</summary>
    internal static Vector<float> LoadPart(ReadOnlySpan<float> x, float fill)
    {
        var vector = new Vector<float>(fill);
        x.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector<float>, float>(ref vector), Vector<float>.Count));
        return vector;
    }

    /// <summary>Stores as much of the vector as the span takes.</summary>
    internal static void StorePart(Vector<float> vector, Span<float> y)
        => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector<float>, float>(ref vector), y.Length).CopyTo(y);
}
