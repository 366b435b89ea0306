using FastRnn.Training;

namespace FastRnn.Tests.Support;

/// <summary>Cancels a training after an update.</summary>
internal sealed class Canceling(CancellationTokenSource source, long update) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Update == update)
        {
            source.Cancel();
        }
    }
}
