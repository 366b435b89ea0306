using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

internal static class VectorMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> t = Vector.MinNative(new Vector<float>(9f), Vector.MaxNative(new Vector<float>(-9f), x));
        Vector<float> u = t * t;
        Vector<float> p = Vector.MultiplyAddEstimate(u, new(-2.76076847742355e-16f), new(2.00018790482477e-13f));
        p = Vector.MultiplyAddEstimate(u, p, new(-8.60467152213735e-11f));
        p = Vector.MultiplyAddEstimate(u, p, new(5.12229709037114e-08f));
        p = Vector.MultiplyAddEstimate(u, p, new(1.48572235717979e-05f));
        p = Vector.MultiplyAddEstimate(u, p, new(6.37261928875436e-04f));
        p = Vector.MultiplyAddEstimate(u, p, new(4.89352455891786e-03f));
        Vector<float> q = Vector.MultiplyAddEstimate(u, new(1.19825839466702e-06f), new(1.18534705686654e-04f));
        q = Vector.MultiplyAddEstimate(u, q, new(2.26843463243900e-03f));
        q = Vector.MultiplyAddEstimate(u, q, new(4.89352518554385e-03f));
        return t * p / q;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Exp(Vector<float> x) => Vector.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));
}
