namespace FastRnn.Tests.Onnx;

/// <summary>A folder of its own for a test's files, gone when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrnn");

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    internal string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
