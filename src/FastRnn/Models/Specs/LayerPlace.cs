namespace FastRnn;

/// <summary>Where a layer stands: what it sees.</summary>
/// <param name="InputSize">I, the size of the vocabulary for indices</param>
/// <param name="TakesIndices">whether inputs are indices</param>
/// <param name="IsReduced">whether there is one row a sequence, since a layer before has reduced time</param>
/// <param name="ReverseColumn">the columns from which on inputs are those of a reverse direction; null where there is none</param>
/// <param name="IsMixed">whether both directions have a part in the same columns</param>
/// <param name="TakesRows">whether inputs are rows of several inputs, indices and values</param>
internal readonly record struct LayerPlace(
    int InputSize, bool TakesIndices, bool IsReduced, int? ReverseColumn, bool IsMixed = false, bool TakesRows = false);
