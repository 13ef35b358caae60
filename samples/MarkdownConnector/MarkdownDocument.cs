namespace MarkdownConnector;

/// <summary>A document as the connector sees it: what its front matter says, what its text says, and guesses from the file where both are silent.</summary>
internal sealed record MarkdownDocument
{
    public required string ItemId { get; init; }

    /// <summary>Path in the folder, with forward slashes on every system, so that an item keeps its id when the connector moves.</summary>
    public required string RelativePath { get; init; }

    public required string Title { get; init; }

    public required Uri Url { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Modified { get; init; }

    public required IReadOnlyList<string> Authors { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<AclLine> Acl { get; init; }

    public string? Department { get; init; }

    public string? Status { get; init; }

    public string? Priority { get; init; }

    public string? Language { get; init; }

    public long? Number { get; init; }

    public double? Budget { get; init; }

    public bool? Confidential { get; init; }

    /// <summary>The Markdown as plain text: what the full text index is to see and summaries are cut from.</summary>
    public required string Text { get; init; }

    /// <exception cref="FormatException">The Markdown or its front matter cannot be read, or the access list cannot be understood.</exception>
    public static MarkdownDocument Read(FileInfo file, string relativePath, string markdown, Uri documentsUrl)
    {
        var text = MarkdownText.Parse(markdown);
        var matter = FrontMatter.Parse(text.FrontMatter);
        var title = matter.Text("title") ?? text.FirstHeading ?? Path.GetFileNameWithoutExtension(relativePath);
        return new MarkdownDocument
        {
            ItemId = ItemIds.FromPath(relativePath),
            RelativePath = relativePath,
            Title = title,
            Url = matter.Uri("url") ?? new Uri(documentsUrl, string.Join('/', relativePath.Split('/').Select(Uri.EscapeDataString))),
            Created = matter.Date("created") ?? file.CreationTimeUtc,
            Modified = matter.Date("modified") ?? file.LastWriteTimeUtc,
            Authors = matter.List("authors") ?? matter.List("author") ?? [],
            Tags = matter.List("tags") ?? [],
            Acl = matter.AccessLines()?.Select(AclLine.Parse).ToList() ?? [AclLine.GrantEveryone],
            Department = matter.Text("department"),
            Status = matter.Text("status"),
            Priority = matter.Text("priority"),
            Language = matter.Text("language"),
            Number = matter.Number("number"),
            Budget = matter.Decimal("budget"),
            Confidential = matter.Flag("confidential"),
            // Most documents repeat the title as their first heading. It is searched as a property; in summaries it would take the room of the text.
            Text = text.Plain.StartsWith(title + "\n", StringComparison.Ordinal) ? text.Plain[(title.Length + 1)..] : text.Plain,
        };
    }
}
