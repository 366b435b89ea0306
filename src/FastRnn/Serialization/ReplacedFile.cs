namespace FastRnn.Serialization;

/// <summary>A file that is written beside its place and moved there when it is whole: what stood there before is never half-written over.
/// </summary>
internal static class ReplacedFile
{
    /// <summary>Writes by <paramref name="write"/>; what it has written so far is removed where it throws.</summary>
    internal static void Write(string path, Action<FileStream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string beside = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
