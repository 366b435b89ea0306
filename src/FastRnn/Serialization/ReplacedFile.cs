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

        // Short, so that it is a name wherever the file's own is.
        string beside = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch (Exception fault)
        {
            Remove(beside, fault);
            throw;
        }
    }

    /// <summary>What went wrong first is what the caller learns of; that something is left over goes along with it.</summary>
    private static void Remove(string path, Exception fault)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault.Data[path] = exception.Message;
        }
    }
}
