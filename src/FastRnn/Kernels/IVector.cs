namespace FastRnn.Kernels;

/// <summary>
/// A vector of float, as wide as the kernels use it on this machine: what the formulas of a cell are written in. An element of a result
/// depends on the same elements of the operands alone, so its bits do not depend on the width.
/// </summary>
/// <remarks>
/// The library has all implementations there are: a formula is compiled once for each width that the processor has, and its traversal
/// chooses.
/// </remarks>
/// <typeparam name="TSelf">The vector itself.</typeparam>
public interface IVector<TSelf>
    where TSelf : struct, IVector<TSelf>
{
    /// <summary>0 in every element.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>1 in every element.</summary>
    static abstract TSelf One { get; }

    /// <summary>How many elements there are.</summary>
    internal static abstract int Count { get; }

    /// <summary>Whether the processor has 32 registers for such vectors, not 16.</summary>
    internal static abstract bool HasManyRegisters { get; }

    /// <summary>a + b</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>−a</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>a·b, element by element.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b, element by element.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>The value in every element.</summary>
    /// <param name="value">Any value.</param>
    static abstract TSelf Create(float value);

    /// <summary>a·b + c, rounded once where the processor has fused multiply-adds, else twice.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">The other factor.</param>
    /// <param name="c">The addend.</param>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>|a|</summary>
    /// <param name="a">Any values.</param>
    static abstract TSelf Abs(TSelf a);

    /// <summary>The values where the condition is positive or NaN, 0 elsewhere: the derivative of ReLU, and ReLU itself if both are one.
    /// </summary>
    /// <param name="condition">Decides.</param>
    /// <param name="values">What is kept.</param>
    static abstract TSelf WherePositive(TSelf condition, TSelf values);

    /// <summary>The values where the condition is positive or NaN, the others elsewhere.</summary>
    internal static abstract TSelf WherePositive(TSelf condition, TSelf values, TSelf otherwise);

    /// <summary>0 where |a| is below <paramref name="least"/>, elsewhere a, NaN included.</summary>
    internal static abstract TSelf FlushBelow(TSelf a, float least);

    /// <summary>The elements that begin at <paramref name="offset"/>.</summary>
    internal static abstract TSelf Load(ref readonly float source, nint offset);

    /// <summary>Stores the elements from <paramref name="offset"/> on.</summary>
    internal static abstract void Store(TSelf vector, ref float destination, nint offset);

    /// <summary>
    /// sum += a·b, as <see cref="MultiplyAdd"/>. In place, since RyuJIT moves a sum that is returned from one register to another.
    /// </summary>
    internal static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>sum += a·b for the elements of b that begin at <paramref name="offset"/>: one instruction loads and adds.</summary>
    internal static abstract void AddProduct(ref TSelf sum, TSelf a, ref readonly float b, nint offset);

    /// <summary>√a</summary>
    internal static abstract TSelf SquareRoot(TSelf a);

    /// <summary>The sum of all elements.</summary>
    internal static abstract float Sum(TSelf a);

    /// <summary>The lesser; NaN where <paramref name="b"/> is NaN, unspecified where only <paramref name="a"/> is.</summary>
    internal static abstract TSelf MinOrSecond(TSelf a, TSelf b);

    /// <summary>The greater; NaN where <paramref name="b"/> is NaN, unspecified where only <paramref name="a"/> is.</summary>
    internal static abstract TSelf MaxOrSecond(TSelf a, TSelf b);

    /// <summary>|a| with the sign of b, for a that is not negative.</summary>
    internal static abstract TSelf WithSign(TSelf a, TSelf b);

    /// <summary>The sum of the bits of a, moved to the left, and those of b.</summary>
    internal static abstract TSelf AddShifted(TSelf a, int left, TSelf b);

    /// <summary>The difference of the bits of a and b, moved to the right with its sign.</summary>
    internal static abstract TSelf SubtractShifted(TSelf a, TSelf b, int right);
}
