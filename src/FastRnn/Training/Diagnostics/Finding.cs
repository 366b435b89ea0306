namespace FastRnn.Training;

/// <summary>Something that is wrong with a training.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Place">The layer or the tensor, such as <c>layers[0] (Elman)</c>.</param>
/// <param name="Message">The finding in words: the place, the numbers, and what to try.</param>
public sealed record Finding(FindingKind Kind, string Place, string Message);
