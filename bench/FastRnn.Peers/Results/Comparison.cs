namespace FastRnn.Peers.Results;

/// <summary>All that a page of a processor shows; kept as JSON beside it, so that a test can compare the two.</summary>
/// <param name="Processor">name and generation</param>
/// <param name="Caches">the first core's</param>
/// <param name="Vectors">the widest vectors of processor and runtime, and the library's</param>
/// <param name="PeakGigaflops">multiply-adds in registers, one core</param>
/// <param name="PeakVectorBits">of the vectors that the peak is measured with: the library's</param>
/// <param name="System">the operating system</param>
/// <param name="Runtime">.NET's version</param>
/// <param name="Date">of the run, UTC</param>
/// <param name="Command">that made it</param>
/// <param name="Peers">those that took part, FastRnn first</param>
/// <param name="Records">the figures</param>
/// <param name="Tail">of many streamed steps, a cell each</param>
/// <param name="StartUp">from process start to first results</param>
internal sealed record Comparison(
    string Processor, string Caches, string Vectors, double PeakGigaflops, int PeakVectorBits, string System, string Runtime, DateOnly Date,
    string Command, IReadOnlyList<PeerVersion> Peers, IReadOnlyList<PeerRecord> Records, IReadOnlyList<TailLatency> Tail,
    IReadOnlyList<StartUpTime> StartUp);

/// <param name="Peer">as in <see cref="PeerRecord.Peer"/></param>
/// <param name="Version">name and version, as the peer itself says</param>
internal sealed record PeerVersion(string Peer, string Version);

/// <summary>The distribution of single streamed steps' times, in nanoseconds, clock reads included.</summary>
internal sealed record TailLatency(
    string Cell, int HiddenSize, long Steps, double P50, double P90, double P99, double P999, double P9999, double Maximum,
    double ClockNanoseconds, int Collections, long AllocatedBytes);

/// <summary>Medians of some fresh processes' milliseconds from the process's start.</summary>
/// <param name="Peer">fastrnn or onnxruntime</param>
/// <param name="Cell">the network's</param>
/// <param name="HiddenSize">H</param>
/// <param name="RuntimeMilliseconds">until the program's first line</param>
/// <param name="ModelMilliseconds">until the model and session are there</param>
/// <param name="FirstStepMilliseconds">until the first step is done</param>
/// <param name="ThousandStepsMilliseconds">until a thousand steps are done</param>
/// <param name="WarmThousandStepsMilliseconds">what a thousand steps take in the end, when all is compiled</param>
internal sealed record StartUpTime(
    string Peer, string Cell, int HiddenSize, double RuntimeMilliseconds, double ModelMilliseconds, double FirstStepMilliseconds,
    double ThousandStepsMilliseconds, double WarmThousandStepsMilliseconds);
