using FastRnn.Tests.Reference;
using FastRnn.Tests.Reference.Stacks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace FastRnn.Tests.Support;

/// <summary>FsCheck's settings, and its generators of networks.</summary>
internal static class Properties
{
    private const ulong Seed = 20_260_101;
    private const ulong Gamma = 97;

    /// <summary>Checks a property of many networks, always the same ones; a failure is made smaller and printed.</summary>
    internal static void ForAllNetworks(int count, Action<NetworkCase> property, int largestHidden = 21)
        => ForAll(count, Arb.From(Networks(largestHidden), Smaller), property);

    /// <summary>As <see cref="ForAllNetworks"/>, for stacks of any layers.</summary>
    internal static void ForAllStacks(int count, StackLimits limits, Action<StackCase> property)
        => ForAll(count, RandomStacks.Within(limits), property);

    private static void ForAll<T>(int count, Arbitrary<T> cases, Action<T> property)
    {
        Replay replay = new(new Rnd(Seed, Gamma), FSharpOption<int>.None);
        Config config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count)
            .WithReplay(FSharpOption<Replay>.Some(replay));
        Check.One(config, Prop.ForAll(cases, property));
    }

    private static Gen<NetworkCase> Networks(int largestHidden)
        => from steps in Gen.Choose(1, 12)
           from batch in Gen.Choose(1, 7)
           from inputs in Gen.Choose(1, 19)
           from hidden in Gen.Choose(1, largestHidden)
           from outputs in Gen.Choose(1, 11)
           from activation in Gen.Elements(NetworkShape.CellActivations)
           from head in Gen.Elements(NetworkShape.Heads)
           from seed in Gen.Choose(0, 1_000_000)
           select new NetworkCase(new NetworkShape(inputs, hidden, activation, head, head is null ? 0 : outputs), steps, batch, seed);

    private static IEnumerable<NetworkCase> Smaller(NetworkCase network)
    {
        NetworkShape shape = network.Shape;
        return new[]
        {
            network with { Steps = (network.Steps + 1) / 2 },
            network with { Batch = (network.Batch + 1) / 2 },
            network with { Shape = shape with { Inputs = (shape.Inputs + 1) / 2 } },
            network with { Shape = shape with { Hidden = (shape.Hidden + 1) / 2 } },
            network with { Shape = shape with { HeadOutputs = (shape.HeadOutputs + 1) / 2 } },
        }.Where(smaller => smaller != network);
    }
}
