using System.Globalization;

namespace FastRnn.Peers.Workloads;

/// <summary>A piece of work that all peers do alike: one recurrent layer.</summary>
/// <param name="Cell">the layer's</param>
/// <param name="Mode">what one call is</param>
/// <param name="InputSize">I</param>
/// <param name="HiddenSize">H</param>
/// <param name="Batch">N</param>
/// <param name="Steps">T; of streamed steps, how many different inputs the calls go round</param>
internal sealed record PeerWork(WorkCell Cell, WorkMode Mode, int InputSize, int HiddenSize, int Batch, int Steps)
{
    /// <summary>G, the products of H rows in a step.</summary>
    internal int Gates => Cell switch
    {
        WorkCell.Elman => 1,
        WorkCell.Gru => 3,
        _ => 4,
    };

    /// <summary>Whether the state has a second part, c.</summary>
    internal bool HasMemory => Cell == WorkCell.Lstm;

    /// <summary>Steps of one call.</summary>
    internal int StepsOfCall => Mode == WorkMode.Step ? 1 : Steps;

    /// <summary>The words of a request behind <c>prepare</c>, without the files.</summary>
    internal string ToRequest()
        => string.Create(CultureInfo.InvariantCulture, $"{Cell.Name()} {Mode.Name()} {InputSize} {HiddenSize} {Batch} {Steps}");

    /// <summary>Of the six words that <see cref="ToRequest"/> gives.</summary>
    /// <exception cref="FormatException">The words are not those.</exception>
    internal static PeerWork FromRequest(ReadOnlySpan<string> words)
    {
        if (words.Length != 6)
        {
            throw new FormatException($"Expected cell, mode, I, H, N and T, but got {words.Length} words.");
        }

        var work = new PeerWork(
            Names.Cell(words[0]), Names.Mode(words[1]), Number(words[2]), Number(words[3]), Number(words[4]), Number(words[5]));
        return work.Mode != WorkMode.Step || work.Batch == 1
            ? work
            : throw new FormatException($"Expected one stream in mode step, but got a batch of {work.Batch}.");
    }

    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture, $"{Cell.Name()} {Mode.Name()}, I {InputSize}, H {HiddenSize}, N {Batch}, T {StepsOfCall}");

    private static int Number(string word)
        => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : throw new FormatException($"Expected a whole number of at least 1, but got '{word}'.");
}
