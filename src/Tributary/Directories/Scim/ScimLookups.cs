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

    /// <summary>
    /// The members that the filter asks for by their ids, so that no others need be read: a provisioner that asks whether one is in a group of 100,000 asks it for each. Null when
    /// it asks for more than that.
    /// </summary>
    public static IReadOnlyList<string>? NamedMembersOrNull(ScimFilter filter)
    {
        var named = new List<string>();
        return AddNamedMembers(filter, named) ? named : null;
    }

    private static bool AddNamedMembers(ScimFilter filter, List<string> named)
    {
        switch (filter)
        {
            case ScimFilter.And and:
                return and.Terms.All(term => AddNamedMembers(term, named));
            case ScimFilter.Or or:
                return or.Terms.All(term => AddNamedMembers(term, named));
            case ScimFilter.Not not:
                return AddNamedMembers(not.Term, named);
            case { } term when !term.Mentions("members"):
                return true;
            case ScimFilter.Within { Inner: var inner } when ScimMembers.IdsOrNull(inner) is { } ids:
                named.AddRange(ids);
                return true;
            default:
                if (MemberOrNull(filter) is not { } id)
                {
                    return false;
                }

                named.Add(ScimText.Id(id));
                return true;
        }
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
