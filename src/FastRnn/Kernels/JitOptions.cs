using System.Runtime.CompilerServices;

namespace FastRnn.Kernels;

/// <summary>How the just-in-time compiler is to treat the methods that do the work.</summary>
internal static class JitOptions
{
    /// <summary>
    /// Out of line: among other code a loop loses registers to what is hoisted over it. Compiled fully at once: in the first tiers of
    /// compilation such a loop is some thirty times slower, and a method that is called once a training step stays there for long.
    /// </summary>
    internal const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
}
