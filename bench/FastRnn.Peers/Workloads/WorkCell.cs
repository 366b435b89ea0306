namespace FastRnn.Peers.Workloads;

/// <summary>The cells that every peer has.</summary>
internal enum WorkCell
{
    /// <summary>Of tanh.</summary>
    Elman,

    /// <summary>That resets after the recurrent product.</summary>
    Gru,

    /// <summary>Without peepholes.</summary>
    Lstm,
}
