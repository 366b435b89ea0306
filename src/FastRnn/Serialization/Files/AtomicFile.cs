namespace FastRnn.Serialization;

/// <summary>Replaces files as a whole: a file is written beside its place and moved there when it is complete. Whoever reads the path sees
/// the old file or the new one, never a part of it.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Creates or replaces a file. If <paramref name="write"/> throws, what it has written is removed and the path stays as it was. Of a
    /// link the file that it leads to is replaced; a file that is replaced keeps its access rights on Unix; a pipe or a device, which can't
    /// be replaced, is written to directly.
    /// </summary>
    /// <param name="path">Where the file goes.</param>
    /// <param name="write">Writes the content to the stream that it is given, which is closed afterwards. Its exceptions go to the caller;
    /// an IOException or UnauthorizedAccessException whose message names the file beside the path is replaced by one that names the path.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> or <paramref name="write"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file can't be written, or its folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string? link = new FileInfo(full).LinkTarget;
        string target = link is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        using (FileStream? irregular = link is not null && IsDescriptor(full) ? OpenAtItsEnd(full) : OpenIrregular(target))
        {
            if (irregular is not null)
            {
                write(irregular);
                return;
            }
        }

        // Short, so that it is a name wherever the file's own is.
        string beside = Path.Combine(Path.GetDirectoryName(target) ?? target, $".{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(beside, OptionsOf(target)))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        catch (Exception fault)
        {
            Remove(beside, fault);
            if (fault is not (IOException or UnauthorizedAccessException) || !fault.Message.Contains(beside, StringComparison.Ordinal))
            {
                throw;
            }

            // The file that the caller knows is named, not the one beside it.
            string message = fault.Message.Replace(beside, path, StringComparison.Ordinal);
            throw fault switch
            {
                UnauthorizedAccessException => new UnauthorizedAccessException(message, fault),
                DirectoryNotFoundException => new DirectoryNotFoundException(message, fault),
                _ => new IOException(message, fault),
            };
        }
    }

    /// <summary>The file beside the path has the same access rights as the file that it replaces.</summary>
    private static FileStreamOptions OptionsOf(string target)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            options.UnixCreateMode = File.GetUnixFileMode(target) | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Whether a link leads through one of a process's open files, as <c>/dev/stdout</c> does, to which others go on writing.
    /// </summary>
    private static bool IsDescriptor(string link)
    {
        string path = link;
        while (!path.StartsWith("/proc/", StringComparison.Ordinal) && !path.StartsWith("/dev/fd/", StringComparison.Ordinal))
        {
            if (new FileInfo(path).LinkTarget is null)
            {
                return false;
            }

            path = File.ResolveLinkTarget(path, returnFinalTarget: false)!.FullName;
        }

        return true;
    }

    private static FileStream OpenAtItsEnd(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        if (stream.CanSeek)
        {
            stream.Seek(0, SeekOrigin.End);
        }

        return stream;
    }

    /// <summary>Opens what is there and can't be replaced, a pipe or a device; null for a file, and where nothing is.</summary>
    private static FileStream? OpenIrregular(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > 0)
        {
            return null;
        }

        // Once, since a pipe ends for its reader when it is closed; to set the length that a file has changes nothing.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        try
        {
            stream.SetLength(0);
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException)
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    /// <summary>The caller gets the first exception; a file that could not be removed is noted in its data.</summary>
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
