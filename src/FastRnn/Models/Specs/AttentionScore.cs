namespace FastRnn;

/// <summary>How well a query q [I] and a row m [M] of a memory fit: what attention turns into weights.</summary>
public enum AttentionScore
{
    /// <summary>q·m, for I = M. Source: M.-T. Luong, H. Pham and C. D. Manning, Effective approaches to attention-based neural machine
    /// translation, EMNLP 2015.</summary>
    Dot,

    /// <summary>mᵀ·W·q, bilinear, with W [M, I]. Source: Luong et al.</summary>
    General,

    /// <summary>vᵀ·tanh(Wq·q + Wm·m + b), with A hidden units. Source: D. Bahdanau, K. Cho and Y. Bengio, Neural machine translation by
    /// jointly learning to align and translate, ICLR 2015.</summary>
    Additive,
}
