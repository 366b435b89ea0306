namespace FastRnn.Benchmarks;

/// <summary>The cells that are measured, in the order of the tables.</summary>
public enum BenchmarkCell
{
    Elman,

    /// <summary>With as many outputs as hidden units.</summary>
    Jordan,

    /// <summary>The reset after the recurrent product.</summary>
    Gru,

    GruResetBefore,

    Lstm,

    LstmPeepholes,
}
