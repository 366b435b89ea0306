namespace FastRnn.Training;

/// <summary>How much of a loss's gradient arrives so far back.</summary>
/// <param name="Lag">k, in steps.</param>
/// <param name="Norm">The Euclidean norm of ∂L⟨T⟩/∂state⟨T−k⟩ of a layer, all parts of its state together; the mean over sequences.</param>
public readonly record struct LagNorm(int Lag, double Norm);
