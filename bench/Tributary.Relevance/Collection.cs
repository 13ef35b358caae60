namespace Tributary.Relevance;

/// <summary>Documents that are searched, all visible to everyone: what is measured is their order.</summary>
/// <param name="Name">What a report calls it.</param>
/// <param name="SchemaJson">The schema of their connection, as it is registered.</param>
/// <param name="Documents">No two of one name.</param>
internal sealed record Collection(string Name, string SchemaJson, IReadOnlyList<Document> Documents);

/// <param name="Name">What judgements call it.</param>
/// <param name="Body">The body of its PUT.</param>
/// <param name="Texts">The values of its searchable properties and its content: what free text is looked for in.</param>
internal sealed record Document(string Name, byte[] Body, IReadOnlyList<string> Texts)
{
    /// <summary>An item id has neither slash nor dot.</summary>
    public string ItemId { get; } = Name.Replace('/', '-').Replace('.', '-');
}

/// <summary>A query and what is wanted by who asks it.</summary>
/// <param name="Kind">Results are told for each kind.</param>
/// <param name="Words">Words and phrases in quotes.</param>
/// <param name="Restriction">KQL that narrows it; null for none.</param>
/// <param name="Grades">Documents by name; what is missing is 0. At least one has <see cref="Relevant"/> or more.</param>
internal sealed record RelevanceQuery(string Kind, string Words, string? Restriction, IReadOnlyDictionary<string, int> Grades)
{
    /// <summary>The least grade of a document that answers or helps.</summary>
    public const int Relevant = 2;

    public const int MaxGrade = 3;

    /// <summary>As it is sent.</summary>
    public string Text => Restriction is null ? Words : $"{Words} {Restriction}";
}

/// <summary>Puts documents in order.</summary>
internal interface IRanking
{
    /// <summary>At most <paramref name="depth"/> names of documents, the best first.</summary>
    Task<IReadOnlyList<string>> RankAsync(RelevanceQuery query, int depth, CancellationToken cancellationToken);
}
