using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace FastRnn.Kernels;

/// <summary><see cref="Vector{T}"/>: 128 bits on Arm, 256 with AVX2.</summary>
internal struct PortableVector(Vector<float> value) : IVector<PortableVector>
{
    private Vector<float> _value = value;

    /// <summary>The vector itself, for functions that only the framework has.</summary>
    internal readonly Vector<float> Value => _value;

    public static PortableVector Zero => new(Vector<float>.Zero);

    public static PortableVector One => new(Vector<float>.One);

    public static int Count => Vector<float>.Count;

    public static bool HasManyRegisters => Vector512.IsHardwareAccelerated || AdvSimd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector operator +(PortableVector a, PortableVector b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector operator -(PortableVector a, PortableVector b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector operator -(PortableVector a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector operator *(PortableVector a, PortableVector b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector operator /(PortableVector a, PortableVector b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector Create(float value) => new(new Vector<float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector MultiplyAdd(PortableVector a, PortableVector b, PortableVector c)
        => new(Vector.MultiplyAddEstimate(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref PortableVector sum, PortableVector a, PortableVector b)
        => sum._value = Vector.MultiplyAddEstimate(a._value, b._value, sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref PortableVector sum, PortableVector a, ref readonly float b, nint offset)
        => sum._value = Vector.MultiplyAddEstimate(a._value, Vector.LoadUnsafe(in b, (nuint)offset), sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector Abs(PortableVector a) => new(Vector.Abs(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector WherePositive(PortableVector condition, PortableVector values)
        => new(Vector.ConditionalSelect(
            Vector.LessThanOrEqual(condition._value, Vector<float>.Zero), Vector<float>.Zero, values._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector WherePositive(PortableVector condition, PortableVector values, PortableVector otherwise)
        => new(Vector.ConditionalSelect(
            Vector.LessThanOrEqual(condition._value, Vector<float>.Zero), otherwise._value, values._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector FlushBelow(PortableVector a, float least)
        => new(Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(a._value), new Vector<float>(least)), Vector<float>.Zero, a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector Load(ref readonly float source, nint offset) => new(Vector.LoadUnsafe(in source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(PortableVector vector, ref float destination, nint offset)
        => vector._value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector SquareRoot(PortableVector a) => new(Vector.SquareRoot(a._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(PortableVector a) => Vector.Sum(a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector MinOrSecond(PortableVector a, PortableVector b) => new(Vector.MinNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector MaxOrSecond(PortableVector a, PortableVector b) => new(Vector.MaxNative(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector WithSign(PortableVector a, PortableVector b)
        => new(a._value | (b._value & Vector.AsVectorSingle(new Vector<int>(int.MinValue))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector AddShifted(PortableVector a, int left, PortableVector b)
        => new(Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorInt32(a._value), left) + Vector.AsVectorInt32(b._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableVector SubtractShifted(PortableVector a, PortableVector b, int right)
        => new(Vector.AsVectorSingle(
            Vector.ShiftRightArithmetic(Vector.AsVectorInt32(a._value) - Vector.AsVectorInt32(b._value), right)));
}
