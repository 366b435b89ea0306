using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastRnn.Peers.Processes;

/// <summary>The peers that there can be, and whether each is there.</summary>
internal static class PeerCatalog
{
    internal const string FastRnn = "fastrnn", OnnxRuntime = "onnxruntime", OneDnn = "onednn", Eigen = "eigen", PyTorch = "pytorch";

    /// <summary>What <c>setup.sh</c> fills.</summary>
    private const string Installed = ".peers";

    /// <summary>A Python with PyTorch that is to be taken before any other.</summary>
    private const string PythonVariable = "FASTRNN_PYTHON";

    private static readonly TimeSpan PythonTime = TimeSpan.FromSeconds(20);

    /// <summary>All, in the order of the table: FastRnn, the reference, first.</summary>
    internal static string[] Names { get; } = [FastRnn, OnnxRuntime, OneDnn, Eigen, PyTorch];

    /// <summary>The library whose functions the peer calls; null where it is not there.</summary>
    internal static string? OnnxRuntimeLibrary
        => PeersFolder.File(
            Installed, "node_modules", "onnxruntime-node", "bin", "napi-v6", Platform, Architecture,
            OperatingSystem.IsWindows() ? "onnxruntime.dll"
                : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib"
                : "libonnxruntime.so.1");

    /// <summary>Counts heap bytes in a process that it is loaded into; null where it is not there.</summary>
    internal static string? HeapCounter => OperatingSystem.IsLinux() ? PeersFolder.File(Installed, "liballocations.so") : null;

    private static string Platform => OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string Architecture => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>How a peer is started; null when it is not there.</summary>
    internal static PeerCommand? Find(string peer) => peer switch
    {
        FastRnn => Own(FastRnn, countsHeap: false),
        OnnxRuntime => OnnxRuntimeLibrary is null ? null : Own(OnnxRuntime, countsHeap: true),
        PyTorch => PeersFolder.File("python", "pytorch.py") is { } script && FindPython() is { } python
            ? new PeerCommand(PyTorch, python, [script], CountsHeap: true)
            : null,
        _ => PeersFolder.File(Installed, OperatingSystem.IsWindows() ? $"{peer}.exe" : peer) is { } program
            ? new PeerCommand(peer, program, [], CountsHeap: true)
            : null,
    };

    private static PeerCommand Own(string peer, bool countsHeap)
    {
        (string file, IReadOnlyList<string> arguments) = ThisProgram.Command(ThisProgram.Serve, peer);
        return new PeerCommand(peer, file, arguments, countsHeap);
    }

    private static string? FindPython()
    {
        string?[] candidates =
            [Environment.GetEnvironmentVariable(PythonVariable), OperatingSystem.IsWindows() ? null : "/usr/bin/python3", "python3"];
        return candidates.FirstOrDefault(python => !string.IsNullOrEmpty(python) && HasPyTorch(python));
    }

    /// <summary>Asks whether PyTorch is there without loading it, which takes seconds.</summary>
    private static bool HasPyTorch(string python)
    {
        try
        {
            const string Look = "import sys; from importlib.util import find_spec as found; "
                + "sys.exit(not (found('torch') and found('numpy')))";
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", Look])
            {
                RedirectStandardError = true,
            });
            if (process is null || !process.WaitForExit(PythonTime))
            {
                process?.Kill(entireProcessTree: true);
                return false;
            }

            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
