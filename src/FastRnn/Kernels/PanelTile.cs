using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>
/// Some rows of X times one panel, y[r, c] = s[r, c] + Σ_k x[r, k]·panel[k, c]: where all of them stand. It is handed on by reference:
/// what a loop does not need stays in memory instead of in one of few registers.
/// </summary>
internal ref struct PanelTile
{
    /// <summary>x[0, 0]</summary>
    internal ref float X;

    /// <summary>The first weight of the panel.</summary>
    internal ref float FirstWeight;

    /// <summary>s[0, 0], added to each finished sum; a null reference for none. May be <see cref="Y"/>.</summary>
    internal ref float S;

    /// <summary>y[0, 0]</summary>
    internal ref float Y;

    /// <summary>Floats from x[r, k] to x[r + 1, k].</summary>
    internal nint RowStride;

    /// <summary>Floats from x[r, k] to x[r, k + 1].</summary>
    internal nint StepStride;

    /// <summary>Floats from panel[k, c] to panel[k + 1, c].</summary>
    internal nint PanelStride;

    /// <summary>Floats from s[r, c] to s[r + 1, c].</summary>
    internal nint SStride;

    /// <summary>Floats from y[r, c] to y[r + 1, c].</summary>
    internal nint YStride;

    /// <summary>The number of k.</summary>
    internal int Steps;

    /// <summary>How many chains a sum has, see <see cref="PackedMatrix.Parts"/>.</summary>
    internal int Parts;

    /// <summary>The first x of a chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly ref float Column(int part) => ref Unsafe.Add(ref X, part * StepStride);

    /// <summary>The first weights of a chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly ref float Weights(int part) => ref Unsafe.Add(ref FirstWeight, part * PanelStride);

    /// <summary>How many k a chain has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly int StepsOf(int part) => Parts == 1 ? Steps : (Steps - part + Parts - 1) / Parts;

    /// <summary>What a chain is added to: s, and then what the chains before it have made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly ref float Addends(int part, out nint stride)
    {
        stride = part == 0 ? SStride : YStride;
        return ref part == 0 ? ref S : ref Y;
    }

    /// <summary>The same products with other addends and sums.</summary>
    internal readonly PanelTile WithSums(ref float s, ref float y, nint stride)
        => new()
        {
            X = ref X,
            RowStride = RowStride,
            StepStride = StepStride,
            FirstWeight = ref FirstWeight,
            PanelStride = PanelStride,
            Steps = Steps,
            Parts = Parts,
            S = ref s,
            SStride = stride,
            Y = ref y,
            YStride = stride,
        };

    /// <summary>Goes on to a later row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void MoveBy(int rows)
    {
        X = ref Unsafe.Add(ref X, rows * RowStride);
        S = ref Panel.Offset(ref S, rows * SStride);
        Y = ref Unsafe.Add(ref Y, rows * YStride);
    }
}
