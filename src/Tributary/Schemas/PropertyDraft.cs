namespace Tributary.Schemas;

/// <summary>
/// A property as it will be after a write: the members that were sent over those that are stored. What was refused is still in here, so that
/// <see cref="SchemaRules"/> can go on and find the rest; <see cref="ToProperty"/> is for drafts that broke no rule.
/// </summary>
/// <remarks>
/// A member that is not sent keeps its stored value instead of falling back to its default. OData alone would replace the element as a whole, but a v1.0
/// client cannot send <c>isExactMatchRequired</c> and <c>rankingHint</c> at all, and clients send partial bodies (U18): reading "not sent" as "off" would
/// let a change of one alias silently drop what a beta client or an earlier body had set, refiners among it, which could never be added back (U17).
/// Whoever wants a flag off says <c>false</c>; null stands for the default.
/// </remarks>
/// <param name="Body">What was sent; null for a stored property that the body does not name, which stays as it is (U15).</param>
/// <param name="Stored">The stored property of that name; null for a new one.</param>
/// <param name="IsPeople">Whether the connection holds people data.</param>
internal sealed record PropertyDraft(PropertyBody? Body, Property? Stored, bool IsPeople)
{
    private static readonly PropertyBody NothingSent = new("");

    /// <summary>What was sent; nothing for an untouched property.</summary>
    public PropertyBody Sent => Body ?? NothingSent;

    /// <summary>The stored spelling wins: items, indexes and clients already use it. Null when a new property has no readable name.</summary>
    public string? Name => Stored?.Name ?? Sent.Name.Value;

    /// <summary>The stored type wins: it cannot change (U16), and the other members are judged by what will hold. Null when a new property has none.</summary>
    public PropertyType? Type => Stored?.Type ?? Sent.Type.Value;

    public bool IsSearchable => Flag(Sent.IsSearchable, Stored?.IsSearchable);

    public bool IsQueryable => Flag(Sent.IsQueryable, Stored?.IsQueryable);

    public bool IsRetrievable => Flag(Sent.IsRetrievable, Stored?.IsRetrievable);

    public bool IsRefinable => Flag(Sent.IsRefinable, Stored?.IsRefinable);

    public bool IsExactMatchRequired => Sent.IsExactMatchRequired.Or(Stored?.IsExactMatchRequired) ?? false;

    /// <summary>Each once: a label is there or not.</summary>
    public IReadOnlyList<Label> Labels => Sent.Labels.IsSent
        ? [.. (Sent.Labels.Value ?? []).Select(label => label.Value).Distinct()]
        : Stored?.Labels ?? [];

    /// <summary>Each once, ignoring case, in its first spelling.</summary>
    public IReadOnlyList<string> Aliases => Sent.Aliases.IsSent
        ? [.. (Sent.Aliases.Value ?? []).Select(alias => alias.Value).Distinct(StringComparer.OrdinalIgnoreCase)]
        : Stored?.Aliases ?? [];

    public Property ToProperty() => new()
    {
        Name = Name!,
        Type = Type!.Value,
        IsSearchable = IsSearchable,
        IsQueryable = IsQueryable,
        IsRetrievable = IsRetrievable,
        IsRefinable = IsRefinable,
        IsExactMatchRequired = IsExactMatchRequired,
        Labels = Labels,
        Aliases = Aliases,
        RankingHint = Sent.RankingHint.Or(Stored?.RankingHint),
        Description = Sent.Description.Or(Stored?.Description),
    };

    /// <summary>
    /// A people connection ignores the four search flags that are sent (external-connectors 4.9), so a new property has them off. Storing them as sent would
    /// let them contradict the type, and put profile data into the index of whoever reads the schema without asking for the connection's category.
    /// </summary>
    private bool Flag(Sent<bool?> sent, bool? stored) => (IsPeople ? stored : sent.Or(stored)) ?? false;
}
