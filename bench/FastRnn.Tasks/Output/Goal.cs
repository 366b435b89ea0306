using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>Watches a training and ends it once a validation is good enough.</summary>
/// <param name="name">what is trained</param>
/// <param name="loss">the validation loss to be reached</param>
internal sealed class Goal(string name, double loss) : IProgress<TrainingProgress>, IDisposable
{
    private readonly Watch _watch = new(name);
    private readonly CancellationTokenSource _source = new();

    internal CancellationToken Token => _source.Token;

    public void Report(TrainingProgress value)
    {
        _watch.Report(value);
        if (value.Validation?.ValidationLoss <= loss)
        {
            _source.Cancel();
        }
    }

    public void Dispose() => _source.Dispose();
}
