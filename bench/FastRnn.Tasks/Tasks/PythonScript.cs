using System.Diagnostics;

namespace FastRnn.Tasks;

/// <summary>Runs a script of <c>python/</c> on one thread.</summary>
internal static class PythonScript
{
    /// <summary>Names another interpreter, as for the comparison with other libraries.</summary>
    private const string Variable = "FASTRNN_PYTHON";

    /// <summary>That of the system comes first: its packages have PyTorch on Debian.</summary>
    private static string Interpreter
        => Environment.GetEnvironmentVariable(Variable) ?? (File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

    /// <summary>The lines that it prints, which are shown as they come.</summary>
    /// <param name="name">of the file</param>
    /// <param name="arguments">the script's</param>
    /// <exception cref="IOException">It can't be started or has failed.</exception>
    internal static List<string> Run(string name, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(Interpreter)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { Find(name) },
            Environment = { ["OMP_NUM_THREADS"] = "1", ["OPENBLAS_NUM_THREADS"] = "1" },
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            var lines = new List<string>();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                Console.Error.WriteLine($"PyTorch: {line}");
                lines.Add(line);
            }

            process.WaitForExit();
            return process.ExitCode == 0 && lines.Count > 0
                ? lines
                : throw new IOException($"{name} has ended with {process.ExitCode}; it needs python3 with torch and numpy.");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"python3 can't be started: {exception.Message}", exception);
        }
    }

    /// <summary>The path of a script, from the program's folder upwards.</summary>
    private static string Find(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "python", name)))
        {
            folder = folder.Parent;
        }

        return folder is not null
            ? Path.Combine(folder.FullName, "python", name)
            : throw new IOException($"There is no python/{name} beside the program or above it.");
    }
}
