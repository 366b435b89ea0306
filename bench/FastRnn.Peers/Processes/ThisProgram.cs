namespace FastRnn.Peers.Processes;

/// <summary>How this program is started again, as a peer or to be measured in a fresh process.</summary>
internal static class ThisProgram
{
    /// <summary>Hidden first arguments.</summary>
    internal const string Serve = "serve", ServeTail = "serve-tail", ServeStartUp = "serve-startup";

    /// <summary>By its own executable; where a build has made none, by the runtime's.</summary>
    internal static (string File, IReadOnlyList<string> Arguments) Command(params IReadOnlyList<string> arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, typeof(ThisProgram).Assembly.GetName().Name!);
        string executable = OperatingSystem.IsWindows() ? $"{path}.exe" : path;
        return File.Exists(executable) ? (executable, arguments) : ("dotnet", [$"{path}.dll", .. arguments]);
    }
}
