namespace FastRnn.Layers;

/// <summary>A count of steps in a state: two floats whose sum it is, the second a multiple of 2²⁰, so that it is right up to 2⁴⁴.</summary>
internal static class StepCount
{
    internal const int Length = 2;

    private const float Carry = 1 << 20;

    internal static void Increment(Span<float> count)
    {
        count[0]++;
        if (count[0] >= Carry)
        {
            count[0] -= Carry;
            count[1] += Carry;
        }
    }

    internal static float Value(ReadOnlySpan<float> count) => count[0] + count[1];
}
