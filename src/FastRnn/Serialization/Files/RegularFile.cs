namespace FastRnn.Serialization;

/// <summary>Tells files with content from folders, pipes and devices, before they are opened.</summary>
public static class RegularFile
{
    /// <summary>Throws for a folder and for a file without content. So it does for a pipe and a device, which would block whoever opens
    /// them or never end.</summary>
    /// <param name="path">Where the file is. A file that does not exist is left to the method that opens it.</param>
    /// <param name="item">For the message: the part that the file has to have; null for the file as a whole.</param>
    /// <param name="content">For the message: what the file's content is, such as <c>of a model</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FastRnnFormatException">It is a folder, or has 0 bytes.</exception>
    /// <exception cref="IOException">It is a link that leads nowhere or in a circle.</exception>
    public static void Require(string path, string? item, string content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
        }

        if (Directory.Exists(file.FullName))
        {
            throw Fault("it is a folder");
        }

        // The length of pipes and devices is 0 too.
        if (file.Exists && file.Length == 0)
        {
            throw Fault("the file has 0 bytes");
        }

        FastRnnFormatException Fault(string found) => new(path, item, $"expected a regular file {content}, but {found}");
    }
}
