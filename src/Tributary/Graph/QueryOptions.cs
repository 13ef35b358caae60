namespace Tributary.Graph;

/// <summary>OData query options. Those that would change the meaning of an answer are refused by name until they are implemented.</summary>
internal static class QueryOptions
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "count", "expand", "filter", "orderby", "search", "select", "skip", "skiptoken", "top", "apply", "compute",
    };

    /// <summary>The refusal of the first option that would have to be obeyed; null when there is none. <c>$format=json</c> and unknown names without <c>$</c> are ignored.</summary>
    public static GraphError? RefusalOrNull(IQueryCollection query)
    {
        foreach (string name in query.Keys)
        {
            string bare = name.StartsWith('$') ? name[1..] : name;
            if (Known.Contains(bare))
            {
                return GraphErrors.NotImplemented($"The query option '${bare.ToLowerInvariant()}'");
            }

            if (name.StartsWith('$') && !bare.Equals("format", StringComparison.OrdinalIgnoreCase))
            {
                return GraphErrors.UnknownQueryOption(name);
            }
        }

        return null;
    }
}
