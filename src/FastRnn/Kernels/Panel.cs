using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// What the kernels share about panels: each is some rows of a matrix, packed column by column.
/// </summary>
internal static class Panel
{
    /// <summary>How many panels a band has at most, and a product with one vector computes at once.</summary>
    internal const int Group = 4;

    /// <summary>The panels that are best for a matrix of so many rows on this machine.</summary>
    internal static PanelKind KindFor(int rows)
        => !WideVector.IsAccelerated ? PanelKind.Portable
            : (rows + WideVector.Count - 1) / WideVector.Count is 1 or 3 ? PanelKind.WideOfOne
            : PanelKind.Wide;

    internal static int Rows(PanelKind kind)
        => kind switch
        {
            PanelKind.Wide => PanelOfTwo<WideVector>.Rows,
            PanelKind.WideOfOne => PanelOfOne<WideVector>.Rows,
            _ => PanelOfTwo<PortableVector>.Rows,
        };

    /// <summary>The reference <paramref name="count"/> floats on; a null reference stays null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref float Offset(ref float start, nint count)
        => ref Unsafe.IsNullRef(ref start) ? ref start : ref Unsafe.Add(ref start, count);

    /// <summary>sums = s + sums, unless s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddTo<TPanel>(ref float s, nint offset, ref TPanel sums)
        where TPanel : struct, IPanel<TPanel>
    {
        if (!Unsafe.IsNullRef(ref s))
        {
            TPanel addend = TPanel.Load(ref s, offset);
            addend.Add(sums);
            sums = addend;
        }
    }

    /// <summary>Stores s + sums at y, or the sums alone where s is a null reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<TPanel>(TPanel sums, ref float s, nint sOffset, ref float y, nint yOffset)
        where TPanel : struct, IPanel<TPanel>
    {
        AddTo(ref s, sOffset, ref sums);
        sums.Store(ref y, yOffset);
    }
}
