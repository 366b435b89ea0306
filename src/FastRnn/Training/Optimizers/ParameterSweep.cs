using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastRnn.Kernels;

namespace FastRnn.Training;

/// <summary>The formula of an optimizer, at one parameter.</summary>
internal interface IUpdateRule
{
    /// <summary>How many values are remembered of a parameter, 0 to 2.</summary>
    static abstract int MomentCount { get; }

    /// <summary>Changes parameters and what is remembered of them.</summary>
    void Apply<TVector>(ref TVector parameter, TVector gradient, ref TVector first, ref TVector second)
        where TVector : struct, IVector<TVector>;
}

/// <summary>The traversal of parameters, gradients and moments: each is read and written once.</summary>
internal static class ParameterSweep
{
    internal static void Run<TRule>(in TRule rule, in ParameterUpdate update)
        where TRule : struct, IUpdateRule
    {
        Span<float> first = TRule.MomentCount > 0 ? update.Moment(0) : [];
        Span<float> second = TRule.MomentCount > 1 ? update.Moment(1) : [];
        int count = WideVector.IsAccelerated
            ? RunWhole<TRule, WideVector>(rule, update.Parameters, update.Gradients, first, second)
            : RunWhole<TRule, PortableVector>(rule, update.Parameters, update.Gradients, first, second);
        for (int i = count; i < update.Parameters.Length; i += PortableVector.Count)
        {
            RunPart(rule, update.Parameters, update.Gradients, first, second, i);
        }
    }

    /// <summary>As many whole vectors as there are; returns how many elements they have.</summary>
    [MethodImpl(JitOptions.Loop)]
    private static int RunWhole<TRule, TVector>(
        TRule rule, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second)
        where TRule : struct, IUpdateRule
        where TVector : struct, IVector<TVector>
    {
        ref float parameter = ref MemoryMarshal.GetReference(parameters);
        ref float gradient = ref MemoryMarshal.GetReference(gradients);
        ref float firstMoment = ref MemoryMarshal.GetReference(first);
        ref float secondMoment = ref MemoryMarshal.GetReference(second);
        nint i = 0;
        for (; i <= parameters.Length - TVector.Count; i += TVector.Count)
        {
            TVector value = TVector.Load(ref parameter, i);
            TVector one = TRule.MomentCount > 0 ? TVector.Load(ref firstMoment, i) : TVector.Zero;
            TVector two = TRule.MomentCount > 1 ? TVector.Load(ref secondMoment, i) : TVector.Zero;
            rule.Apply(ref value, TVector.Load(ref gradient, i), ref one, ref two);
            TVector.Store(value, ref parameter, i);
            if (TRule.MomentCount > 0)
            {
                TVector.Store(one, ref firstMoment, i);
            }

            if (TRule.MomentCount > 1)
            {
                TVector.Store(two, ref secondMoment, i);
            }
        }

        return (int)i;
    }

    /// <summary>A part of a vector, or a whole one, from an element on.</summary>
    private static void RunPart<TRule>(
        TRule rule, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, int start)
        where TRule : struct, IUpdateRule
    {
        int length = Math.Min(PortableVector.Count, parameters.Length - start);
        PortableVector value = Elementwise.LoadPart(parameters.Slice(start, length), 0);
        PortableVector one = TRule.MomentCount > 0 ? Elementwise.LoadPart(first.Slice(start, length), 0) : PortableVector.Zero;
        PortableVector two = TRule.MomentCount > 1 ? Elementwise.LoadPart(second.Slice(start, length), 0) : PortableVector.Zero;
        rule.Apply(ref value, Elementwise.LoadPart(gradients.Slice(start, length), 0), ref one, ref two);
        Elementwise.StorePart(value, parameters.Slice(start, length));
        if (TRule.MomentCount > 0)
        {
            Elementwise.StorePart(one, first.Slice(start, length));
        }

        if (TRule.MomentCount > 1)
        {
            Elementwise.StorePart(two, second.Slice(start, length));
        }
    }
}
