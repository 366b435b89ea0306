namespace FastRnn.Training;

/// <summary>A loss and the sum of weights that it is the mean over.</summary>
internal readonly record struct LossValue(double Mean, double Weight);
