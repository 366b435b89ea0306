namespace FastRnn.Peers.Workloads;

/// <summary>What one timed call does.</summary>
internal enum WorkMode
{
    /// <summary>One step of one stream, the state handed on from call to call.</summary>
    Step,

    /// <summary>T steps of N sequences, from an initial state.</summary>
    Sequence,

    /// <summary>The same forward, and backward to all gradients, the inputs' too; no optimizer.</summary>
    Train,
}
