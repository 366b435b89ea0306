using System.Diagnostics;
using FastRnn.Training;

namespace FastRnn.Tasks;

/// <summary>Prints the validations of a training to standard error.</summary>
/// <param name="name">what is trained</param>
internal sealed class Watch(string name) : IProgress<TrainingProgress>
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public void Report(TrainingProgress value)
    {
        if (value.Validation is { } validation)
        {
            Console.Error.WriteLine(
                $"{name}: update {validation.Update}, loss {validation.TrainingLoss:0.0000}, validation {validation.ValidationLoss:0.0000}, "
                + $"{Stopwatch.GetElapsedTime(_start).TotalSeconds:0.0} s");
        }
    }
}
