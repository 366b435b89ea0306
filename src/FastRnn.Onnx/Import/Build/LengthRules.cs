namespace FastRnn.Onnx.Import;

/// <summary>What means another in a graph than in a network where sequences end before the last step: a graph goes on over the steps behind
/// their end.</summary>
internal static class LengthRules
{
    /// <summary>Throws for such a flow.</summary>
    internal static void Check(Flow flow)
    {
        bool isAnother = flow.Operation switch
        {
            LastStepOperation { IsPlace: true } or AttentionPoolingOperation or PoolingOperation { Function: not Pooling.Sum } => true,

            // Behind their end recurrent layers put out zeros.
            PoolingOperation => flow.Inputs[0].Operation is not RecurrentOperation,
            TimeDelayOperation { Layer.LookAhead: > 0 } => true,
            _ => false,
        };
        if (isAnother)
        {
            throw flow.Node.Refused(
                "expected no sequence_lens where steps behind a sequence's end count, as in a mean over time or a last place, but there "
                + "are both: the final state Y_h is that of each sequence's own end");
        }
    }
}
