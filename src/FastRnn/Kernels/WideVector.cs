using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastRnn.Kernels;

/// <summary>Vectors of 512 bits, for processors with AVX-512; elsewhere right, but slow.</summary>
internal struct WideVector(Vector512<float> value) : IVector<WideVector>
{
    private Vector512<float> _value = value;

    /// <summary>Whether the processor and the runtime have them; a constant to the just-in-time compiler.</summary>
    internal static bool IsAccelerated => Vector512.IsHardwareAccelerated;

    /// <summary>The elements of the widest vectors that are used on this machine.</summary>
    internal static int WidestCount => IsAccelerated ? Count : PortableVector.Count;

    public static WideVector Zero => new(Vector512<float>.Zero);

    public static WideVector One => new(Vector512<float>.One);

    public static int Count => Vector512<float>.Count;

    public static bool HasManyRegisters => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator +(WideVector a, WideVector b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator -(WideVector a, WideVector b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator -(WideVector a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator *(WideVector a, WideVector b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector operator /(WideVector a, WideVector b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector MultiplyAdd(WideVector a, WideVector b, WideVector c)
        => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref WideVector sum, WideVector a, WideVector b)
        => sum._value = Vector512.MultiplyAddEstimate(a._value, b._value, sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref WideVector sum, WideVector a, ref readonly float b, nint offset)
        => sum._value = Vector512.MultiplyAddEstimate(a._value, Vector512.LoadUnsafe(in b, (nuint)offset), sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Abs(WideVector a) => new(Vector512.Abs(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector WherePositive(WideVector condition, WideVector values)
        => new(Vector512.ConditionalSelect(
            Vector512.LessThanOrEqual(condition._value, Vector512<float>.Zero), Vector512<float>.Zero, values._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector WherePositive(WideVector condition, WideVector values, WideVector otherwise)
        => new(Vector512.ConditionalSelect(
            Vector512.LessThanOrEqual(condition._value, Vector512<float>.Zero), otherwise._value, values._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector FlushBelow(WideVector a, float least)
        => new(Vector512.ConditionalSelect(
            Vector512.LessThan(Vector512.Abs(a._value), Vector512.Create(least)), Vector512<float>.Zero, a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector Load(ref readonly float source, nint offset) => new(Vector512.LoadUnsafe(in source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WideVector vector, ref float destination, nint offset)
        => vector._value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector SquareRoot(WideVector a) => new(Vector512.Sqrt(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(WideVector a) => Vector512.Sum(a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector MinOrSecond(WideVector a, WideVector b) => new(Vector512.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector MaxOrSecond(WideVector a, WideVector b) => new(Vector512.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector WithSign(WideVector a, WideVector b)
        => new(a._value | (b._value & Vector512.Create(int.MinValue).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector AddShifted(WideVector a, int left, WideVector b)
        => new((Vector512.ShiftLeft(a._value.AsInt32(), left) + b._value.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideVector SubtractShifted(WideVector a, WideVector b, int right)
        => new(Vector512.ShiftRightArithmetic(a._value.AsInt32() - b._value.AsInt32(), right).AsSingle());
}
