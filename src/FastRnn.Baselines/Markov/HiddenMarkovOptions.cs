using FastRnn.Baselines.Numerics;

namespace FastRnn.Baselines.Markov;

/// <summary>How a hidden Markov model is trained.</summary>
public sealed record HiddenMarkovOptions
{
    /// <summary>Which transitions a model starts with; a transition that starts with the probability 0 keeps it.</summary>
    public HiddenMarkovTopology Topology { get; init; } = HiddenMarkovTopology.Ergodic;

    /// <summary>How many Gaussians make up the density of a state; 1 is a single diagonal Gaussian. Without meaning for symbols.</summary>
    public int Components { get; init; } = 1;

    /// <summary>The seed of the start.</summary>
    public int Seed { get; init; }

    /// <summary>How many times the parameters are estimated anew at most.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>Training ends when an iteration raises the log likelihood by less than this for each step of the sequences, in
    /// nats.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>The least probability of a symbol, a component, and a transition or initial state that is possible at all; at most half of
    /// an even share is used.</summary>
    public double ProbabilityFloor { get; init; } = 1e-6;

    /// <summary>The least variance of a value, in the values' unit squared.</summary>
    public double VarianceFloor { get; init; } = 1e-6;

    /// <summary>The least variance of a value as a share of its variance over all training sequences; the larger of both floors counts.
    /// </summary>
    public double VarianceFloorShare { get; init; } = 0.01;

    internal void Check(string parameter)
    {
        Guard.Option(Enum.IsDefined(Topology), nameof(Topology), Topology, "a defined value", parameter);
        Guard.Option(Components >= 1, nameof(Components), Components, "at least 1", parameter);
        Guard.Option(MaxIterations >= 0, nameof(MaxIterations), MaxIterations, "at least 0", parameter);
        Guard.Option(Tolerance >= 0, nameof(Tolerance), Tolerance, "at least 0", parameter);
        Guard.Option(ProbabilityFloor is >= 0 and < 1, nameof(ProbabilityFloor), ProbabilityFloor, "from 0 up to, but not, 1", parameter);
        Guard.Option(
            VarianceFloor > 0 && double.IsFinite(VarianceFloor), nameof(VarianceFloor), VarianceFloor, "a finite value above 0", parameter);
        Guard.Option(
            VarianceFloorShare is >= 0 and <= 1, nameof(VarianceFloorShare), VarianceFloorShare, "from 0 to 1", parameter);
    }
}
