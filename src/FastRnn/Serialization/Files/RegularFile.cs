namespace FastRnn.Serialization;

/// <summary>Files that lie somewhere with their content.</summary>
internal static class RegularFile
{
    /// <summary>Throws for a folder, and for what has no content: to open a pipe would wait for someone who writes.</summary>
    /// <param name="path">where the file is; that there is none is what opening it tells</param>
    /// <param name="item">for messages: the part that the file has to have</param>
    /// <param name="content">for messages: what its content is, such as <c>that begins with a length</c></param>
    internal static void Require(string path, string? item, string content)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
        }

        if (Directory.Exists(file.FullName))
        {
            throw Fault("it is a folder");
        }

        // Pipes and devices have the length 0 too.
        if (file.Exists && file.Length == 0)
        {
            throw Fault("the file has 0 bytes");
        }

        FastRnnFormatException Fault(string found) => new(path, item, $"expected a regular file {content}, but {found}");
    }
}
