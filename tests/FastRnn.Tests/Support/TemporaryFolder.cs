using System.Diagnostics;

namespace FastRnn.Tests.Support;

/// <summary>A folder of a test's own, which goes with what is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrnn-tests-");

    /// <summary>The names of the files in it.</summary>
    internal string[] Names => [.. _folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    /// <summary>The path of a file in it, which need not be there.</summary>
    internal string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file; returns its path.</summary>
    internal string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Makes a named pipe, which are files on Unix alone; returns its path.</summary>
    internal string Pipe(string name)
    {
        using var make = Process.Start("mkfifo", [this[name]]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
