namespace FastRnn;

/// <summary>How the values of a matrix start. n is its number of inputs, m of its outputs; of a cell's stacked gates each starts by itself.
/// </summary>
public enum WeightDistribution
{
    /// <summary>Uniform within ±1/√H of recurrent layers, ±1/√n of others: as PyTorch's modules start.</summary>
    Default,

    /// <summary>Uniform within ±√(6/(n + m)). Source: X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward
    /// neural networks, AISTATS 2010.</summary>
    XavierUniform,

    /// <summary>Normal with the variance 2/(n + m). Source: as of <see cref="XavierUniform"/>.</summary>
    XavierNormal,

    /// <summary>Uniform within ±√(6/n), for layers of ReLU. Source: K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers,
    /// ICCV 2015.</summary>
    HeUniform,

    /// <summary>Normal with the variance 2/n, for layers of ReLU. Source: as of <see cref="HeUniform"/>.</summary>
    HeNormal,

    /// <summary>A random orthogonal matrix; where it is not square, with orthonormal rows or columns, whichever are fewer. Source:
    /// A. M. Saxe, J. L. McClelland and S. Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks,
    /// ICLR 2014.</summary>
    Orthogonal,

    /// <summary>The identity, of recurrent weights alone: with ReLU the IRNN. Source: Q. V. Le, N. Jaitly and G. E. Hinton, A simple way to
    /// initialize recurrent networks of rectified linear units, arXiv:1504.00941.</summary>
    Identity,
}
