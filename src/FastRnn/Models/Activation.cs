namespace FastRnn;

/// <summary>The activation g₁ of a recurrent cell.</summary>
public enum Activation
{
    /// <summary>tanh(x), within [−1, 1].</summary>
    Tanh,

    /// <summary>max(0, x).</summary>
    Relu,
}
