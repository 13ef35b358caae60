using Tributary.Schemas;

namespace Tributary.Search;

/// <summary>
/// What names to sort by, count, filter and collapse by are in the connections searched (search 10 to 13). A connection that has no such property gives no value; a
/// name that none has, or that has different types, is a mistake. Where nothing is searched nothing is known of names, and none is wrong.
/// </summary>
internal sealed class SearchedNames(IReadOnlyList<SearchedConnection> connections)
{
    /// <summary>For each connection the property or null; null when the name is wrong, which is then among <paramref name="problems"/>.</summary>
    /// <param name="name">As sent: a property, an alias, or a label.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="isQueryableToo">Whether refinable is not enough, as for collapsing.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public IReadOnlyList<Property?>? ResolveOrNull(string name, string path, bool isQueryableToo, List<SearchError> problems)
    {
        Property?[] named = [.. connections.Select(searched => PropertyNames.ResolveOrNull(searched.Schema, name))];
        Property?[] usable = [.. named.Select(property => property is { IsRefinable: true } && (property.IsQueryable || !isQueryableToo) ? property : null)];
        if (named.Length > 0 && usable.All(property => property is null))
        {
            string reason = named.All(property => property is null) ? "is a property of none of the content sources"
                : isQueryableToo ? "is not both queryable and refinable" : "is not refinable";
            problems.Add(SearchErrors.Entity($"{path}: '{Shown(name)}' {reason}"));
            return null;
        }

        PropertyType[] types = [.. usable.OfType<Property>().Select(property => property.Type.Element()).Distinct()];
        if (types.Length < 2)
        {
            return usable;
        }

        // Without the names of connections: who asks for all of them (*) need not know which there are.
        problems.Add(SearchErrors.Entity(
            $"{path}: '{Shown(name)}' has different types in the content sources: {string.Join(", ", types)}; name the content sources in which it has one type"));
        return null;
    }

    /// <summary>A name or value of the client as an error repeats it.</summary>
    public static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "…";
}
