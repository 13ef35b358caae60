namespace Tributary.Directories.Scim;

/// <summary>Finds in a filter what an index answers. What it finds is a part that every match satisfies, so that the rest is asked of few.</summary>
internal static class ScimLookups
{
    /// <summary>The id that the filter asks for, or null.</summary>
    public static string? IdOrNull(ScimFilter? filter) => Terms(filter).Select(term => EqualToOrNull(term, "id")).FirstOrDefault(id => id is not null);

    /// <summary>The index to ask, the most selective first; <see cref="ScimLookup.All"/> when there is none.</summary>
    public static ScimLookup Of(ScimFilter? filter, ScimResourceType type)
    {
        IReadOnlyList<ScimFilter> terms = Terms(filter);
        if (type.Kind == ScimKind.User && Find("userName") is { } name)
        {
            return new ScimLookup(ScimIndex.Name, ScimText.Fold(name));
        }

        if (Find("externalId") is { } externalId)
        {
            return new ScimLookup(ScimIndex.ExternalId, externalId);
        }

        if (Find("displayName") is { } displayName)
        {
            return new ScimLookup(ScimIndex.DisplayName, ScimText.Fold(displayName));
        }

        return type.Kind == ScimKind.Group && terms.Select(MemberOrNull).FirstOrDefault(id => id is not null) is { } member
            ? new ScimLookup(ScimIndex.Member, ScimText.Id(member))
            : ScimLookup.All;

        string? Find(string attribute) => terms.Select(term => EqualToOrNull(term, attribute)).FirstOrDefault(value => value is not null);
    }

    private static IReadOnlyList<ScimFilter> Terms(ScimFilter? filter) => filter switch
    {
        null => [],
        ScimFilter.And and => and.Terms,
        _ => [filter],
    };

    private static string? EqualToOrNull(ScimFilter filter, string attribute) =>
        filter is ScimFilter.Compare { Operator: ScimOperator.Eq, Value: string value, Path: { Sub: null } path } && path.IsCore(attribute) ? value : null;

    /// <summary><c>members eq "…"</c>, <c>members.value eq "…"</c> or <c>members[value eq "…"]</c>.</summary>
    private static string? MemberOrNull(ScimFilter filter) => filter switch
    {
        ScimFilter.Compare { Operator: ScimOperator.Eq, Value: string value, Path: var path }
            when path.IsCore("members") && (path.Sub is null || path.Sub.Equals("value", StringComparison.OrdinalIgnoreCase)) => value,
        ScimFilter.Within { Path: var path, Inner: var inner } when path.IsCore("members") => EqualToOrNull(inner, "value"),
        _ => null,
    };
}
