using BenchmarkDotNet.Running;
using FastRnn.Benchmarks;

// A job of the configuration would come before one that is named on the command line.
bool namesJob = args.Contains("--job") || args.Contains("-j");
BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args, new BenchmarkConfig(withJob: !namesJob));
