using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

internal enum ScimMemberChangeKind
{
    Add,
    Remove,
    Replace,
}

/// <summary>A step in changing who is in a group.</summary>
/// <param name="Kind">What to do with them.</param>
/// <param name="Ids">As they are compared, none twice.</param>
internal sealed record ScimMemberChange(ScimMemberChangeKind Kind, IReadOnlyList<string> Ids);

/// <summary>A member as it is shown.</summary>
/// <param name="Id">As it is compared.</param>
/// <param name="Kind">Null when it names neither user nor group.</param>
/// <param name="Display">Its name, or null.</param>
internal sealed record ScimMember(string Id, ScimKind? Kind, string? Display)
{
    /// <summary>With what a filter may ask for.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject(ScimText.IgnoringCase) { ["value"] = Id };
        if (Kind is { } kind)
        {
            json["type"] = kind.ToString();
        }

        if (Display is not null)
        {
            json["display"] = Display;
        }

        return json;
    }
}

internal static class ScimMembers
{
    /// <summary>The ids that <c>value eq "…"</c>, alone or several with <c>or</c>, names; null for any other filter.</summary>
    public static IReadOnlyList<string>? IdsOrNull(ScimFilter filter)
    {
        var ids = new List<string>();
        foreach (ScimFilter term in filter is ScimFilter.Or or ? or.Terms : [filter])
        {
            if (term is not ScimFilter.Compare { Operator: ScimOperator.Eq, Value: string id, Path: { Sub: null } path } || !path.IsCore("value"))
            {
                return null;
            }

            ids.Add(ScimText.Id(id));
        }

        return ids;
    }
}
