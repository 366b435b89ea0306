namespace FastRnn.Peers.Results;

/// <summary>One peer on one piece of work.</summary>
/// <param name="Peer">fastrnn, onnxruntime, onednn, eigen or pytorch</param>
/// <param name="Cell">elman, gru or lstm</param>
/// <param name="Mode">step, sequence or train</param>
/// <param name="InputSize">I</param>
/// <param name="HiddenSize">H</param>
/// <param name="Batch">N</param>
/// <param name="Steps">T; 1 for a streamed step</param>
/// <param name="NanosecondsPerStep">the median of a call's time, by the step of the whole batch</param>
/// <param name="Gigaflops">the products' multiplications and additions by that time</param>
/// <param name="FractionOfLimit">of what the machine can do at most: multiply-adds in registers, and reading weights, forwards, from
/// the cache that they fit in</param>
/// <param name="AllocatedBytesPerStep">heap bytes asked for in the timed calls; null where they can't be counted</param>
/// <param name="MaxAbsDifference">of its outputs from FastRnn's</param>
internal sealed record PeerRecord(
    string Peer, string Cell, string Mode, int InputSize, int HiddenSize, int Batch, int Steps,
    double NanosecondsPerStep, double Gigaflops, double FractionOfLimit, double? AllocatedBytesPerStep, double MaxAbsDifference);
