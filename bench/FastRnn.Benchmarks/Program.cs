using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastRnn.Benchmarks;
using FastRnn.Benchmarks.Results;

// `load` measures loading a model, `activations` times every activation, `results` runs what the page of a processor shows and writes it.
// All else is BenchmarkDotNet's command line, which has to be started somewhere in the source; its options may stand behind `results` too.
if (args is ["load"])
{
    return LoadMeasurement.Run() ? 0 : 1;
}

if (args is ["activations"])
{
    ActivationTimes.Print();
    return 0;
}

bool writesPage = args is ["results", ..];
string[] options = writesPage ? args[1..] : args;

// A job of the configuration would come before one that is named on the command line.
bool namesJob = Names("--job", "-j");
if (writesPage && !Names("--filter", "-f"))
{
    options = [.. options, "--filter", .. ResultsPage.Classes.Select(type => $"*.{type.Name}.*")];
}

IEnumerable<Summary> summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly)
    .Run(options, new BenchmarkConfig(withJob: !namesJob));
if (!writesPage)
{
    return 0;
}

// A part of the benchmarks, or shorter runs, are for a look: the page that is kept shows all, measured alike or more often.
string folder = args is ["results"] or ["results", "--launchCount", _]
    ? ResultsFolder()
    : Path.Combine("BenchmarkDotNet.Artifacts", "results");
string command = string.Join(' ', (string[])["dotnet run -c Release --project bench/FastRnn.Benchmarks --", .. args.Select(Quoted)]);
string? page = ResultsPage.Write(summaries, command, folder);
Console.WriteLine(page is null ? "No page: there are benchmarks without a result." : $"Written: {page}");
return page is null ? 1 : 0;

bool Names(string option, string shortOption)
    => options.Any(name => name == shortOption || name == option || name.StartsWith($"{option}=", StringComparison.Ordinal));

// `bench/results` of the source that this was built from; started elsewhere, of the current folder.
static string ResultsFolder()
{
    DirectoryInfo? root = new(AppContext.BaseDirectory);
    while (root is not null && !File.Exists(Path.Combine(root.FullName, "FastRnn.sln")))
    {
        root = root.Parent;
    }

    return Path.Combine(root?.FullName ?? ".", "bench", "results");
}

// The page is public: a path below the home folder does not tell whose it is.
static string Quoted(string argument)
{
    string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
    string shown = home.Length > 1 ? argument.Replace(home, "~", StringComparison.Ordinal) : argument;
    return shown.Any(letter => !char.IsAsciiLetterOrDigit(letter) && !"-_./=~".Contains(letter)) ? $"'{shown}'" : shown;
}
