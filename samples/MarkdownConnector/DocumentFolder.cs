namespace MarkdownConnector;

/// <summary>All Markdown files below a folder. Files are read one at a time, as they are asked for: a few thousand need not fit in memory.</summary>
internal sealed class DocumentFolder(DirectoryInfo folder, Uri documentsUrl)
{
    private static readonly string[] Patterns = ["*.md", "*.markdown"];

    private static readonly EnumerationOptions AllReadable = new()
    {
        RecurseSubdirectories = true,
        MatchCasing = MatchCasing.CaseInsensitive,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>In the order of their paths, so that two runs over the same folder do the same.</summary>
    public IEnumerable<FileInfo> Files() =>
        Patterns.SelectMany(pattern => folder.EnumerateFiles(pattern, AllReadable)).OrderBy(RelativePath, StringComparer.Ordinal);

    /// <exception cref="FormatException">See <see cref="MarkdownDocument.Read"/>.</exception>
    public async Task<MarkdownDocument> ReadAsync(FileInfo file, CancellationToken cancellationToken) =>
        MarkdownDocument.Read(file, RelativePath(file), await File.ReadAllTextAsync(file.FullName, cancellationToken), documentsUrl);

    public string RelativePath(FileInfo file) => Path.GetRelativePath(folder.FullName, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
