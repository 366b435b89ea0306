using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastRnn.Kernels;

/// <summary>An elementwise function y = f(x).</summary>
internal interface IUnaryOperator
{
    TVector Invoke<TVector>(TVector x)
        where TVector : struct, IVector<TVector>;
}

/// <summary>An elementwise function y = f(a, b).</summary>
internal interface IBinaryOperator
{
    TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>;
}

/// <summary>An elementwise function y = f(a, b, c).</summary>
internal interface ITernaryOperator
{
    TVector Invoke<TVector>(TVector a, TVector b, TVector c)
        where TVector : struct, IVector<TVector>;
}

/// <summary>y = a + b.</summary>
internal readonly struct Addition : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => a + b;
}

/// <summary>y = a·b.</summary>
internal readonly struct Multiplication : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TVector>(TVector a, TVector b)
        where TVector : struct, IVector<TVector>
        => a * b;
}

/// <summary>
/// The traversals of elementwise functions. An element has the same bits wherever in a span it stands. The result may be written
/// over an operand; spans that overlap in any other way are not allowed.
/// </summary>
internal static class Elementwise
{
    /// <summary>y[i] = f(x[i])</summary>
    internal static void Map<TOperator>(TOperator function, ReadOnlySpan<float> x, Span<float> y)
        where TOperator : struct, IUnaryOperator
    {
        Debug.Assert(x.Length == y.Length, "x and y must be of one length");
        if (WideVector.IsAccelerated && x.Length >= WideVector.Count)
        {
            MapWhole<TOperator, WideVector>(function, x, y);
        }
        else if (x.Length >= PortableVector.Count)
        {
            MapWhole<TOperator, PortableVector>(function, x, y);
        }
        else
        {
            StorePart(function.Invoke(LoadPart(x, 0f)), y);
        }
    }

    /// <summary>y[i] = f(a[i], b[i])</summary>
    internal static void Zip<TOperator>(TOperator function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TOperator : struct, IBinaryOperator
    {
        Debug.Assert(a.Length == y.Length && b.Length == y.Length, "a, b and y must be of one length");
        if (WideVector.IsAccelerated && y.Length >= WideVector.Count)
        {
            ZipWhole<TOperator, WideVector>(function, a, b, y);
        }
        else if (y.Length >= PortableVector.Count)
        {
            ZipWhole<TOperator, PortableVector>(function, a, b, y);
        }
        else
        {
            StorePart(function.Invoke(LoadPart(a, 0f), LoadPart(b, 0f)), y);
        }
    }

    /// <summary>y[i] = f(a[i], b[i], c[i])</summary>
    internal static void Zip<TOperator>(
        TOperator function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y)
        where TOperator : struct, ITernaryOperator
    {
        Debug.Assert(a.Length == y.Length && b.Length == y.Length && c.Length == y.Length, "a, b, c and y must be of one length");
        if (WideVector.IsAccelerated && y.Length >= WideVector.Count)
        {
            ZipWhole<TOperator, WideVector>(function, a, b, c, y);
        }
        else if (y.Length >= PortableVector.Count)
        {
            ZipWhole<TOperator, PortableVector>(function, a, b, c, y);
        }
        else
        {
            StorePart(function.Invoke(LoadPart(a, 0f), LoadPart(b, 0f), LoadPart(c, 0f)), y);
        }
    }

    /// <summary>A vector that begins with the elements of a shorter span and goes on with <paramref name="fill"/>.</summary>
    internal static PortableVector LoadPart(ReadOnlySpan<float> x, float fill)
    {
        var vector = new Vector<float>(fill);
        x.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector<float>, float>(ref vector), Vector<float>.Count));
        return new PortableVector(vector);
    }

    /// <summary>Stores as much of the vector as the span takes.</summary>
    internal static void StorePart(PortableVector vector, Span<float> y)
        => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<PortableVector, float>(ref vector), y.Length).CopyTo(y);

    /// <summary>At least one whole vector.</summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void MapWhole<TOperator, TVector>(TOperator function, ReadOnlySpan<float> x, Span<float> y)
        where TOperator : struct, IUnaryOperator
        where TVector : struct, IVector<TVector>
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(y);

        // The last vector may overlap the one before it; it is computed before anything is written, so that y may be x.
        nint last = x.Length - TVector.Count;
        TVector end = function.Invoke(TVector.Load(ref from, last));
        for (nint i = 0; i < last; i += TVector.Count)
        {
            TVector.Store(function.Invoke(TVector.Load(ref from, i)), ref to, i);
        }

        TVector.Store(end, ref to, last);
    }

    /// <summary>At least one whole vector.</summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void ZipWhole<TOperator, TVector>(TOperator function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TOperator : struct, IBinaryOperator
        where TVector : struct, IVector<TVector>
    {
        ref float left = ref MemoryMarshal.GetReference(a);
        ref float right = ref MemoryMarshal.GetReference(b);
        ref float to = ref MemoryMarshal.GetReference(y);
        nint last = y.Length - TVector.Count;
        TVector end = function.Invoke(TVector.Load(ref left, last), TVector.Load(ref right, last));
        for (nint i = 0; i < last; i += TVector.Count)
        {
            TVector.Store(function.Invoke(TVector.Load(ref left, i), TVector.Load(ref right, i)), ref to, i);
        }

        TVector.Store(end, ref to, last);
    }

    /// <summary>At least one whole vector.</summary>
    [MethodImpl(JitOptions.Loop)]
    internal static void ZipWhole<TOperator, TVector>(
        TOperator function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> y)
        where TOperator : struct, ITernaryOperator
        where TVector : struct, IVector<TVector>
    {
        ref float left = ref MemoryMarshal.GetReference(a);
        ref float middle = ref MemoryMarshal.GetReference(b);
        ref float right = ref MemoryMarshal.GetReference(c);
        ref float to = ref MemoryMarshal.GetReference(y);
        nint last = y.Length - TVector.Count;
        TVector end = function.Invoke(TVector.Load(ref left, last), TVector.Load(ref middle, last), TVector.Load(ref right, last));
        for (nint i = 0; i < last; i += TVector.Count)
        {
            TVector.Store(
                function.Invoke(TVector.Load(ref left, i), TVector.Load(ref middle, i), TVector.Load(ref right, i)), ref to, i);
        }

        TVector.Store(end, ref to, last);
    }
}
