namespace FastRnn;

/// <summary>A part of a layer's state, as <see cref="RnnSpec.StateParts"/> lists it.</summary>
/// <param name="Layer">The layer's place in <see cref="RnnSpec.Layers"/>.</param>
/// <param name="Name"><c>h</c> for a hidden state, <c>c</c> for an LSTM's memory, <c>s2</c>, <c>s3</c>, … for the states of a custom cell
/// behind the first, <c>window</c> for the past inputs of a time-delay layer, oldest first; <c>sum</c>, <c>rest</c>, <c>count</c>,
/// <c>maximum</c>, <c>weight</c> and <c>score</c> for what a pooling keeps. A layer in a branch has its path before it, as in
/// <c>branches.1.0.h</c>.</param>
/// <param name="IsReverse">Whether it belongs to a direction that runs in reverse.</param>
/// <param name="Offset">Where it begins in a stream's state.</param>
/// <param name="Length">How many values it has.</param>
public readonly record struct StatePart(int Layer, string Name, bool IsReverse, int Offset, int Length);
