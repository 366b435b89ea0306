using System.CommandLine;
using FastRnn.Tasks;

var root = new RootCommand("Trains networks on whole tasks and writes what they come to, a page a task, to bench/results/training.")
{
    ShakespeareTask.Create(),
    AddingTask.Create(),
    CopyingTask.Create(),
    VowelsTask.Create(),
    SeriesTask.Create(),
    GradientsTask.Create(),
    FitCostTask.Create(),
};
return root.Parse(args).Invoke();
