namespace Tributary.Search;

/// <summary>One search request, checked (search 3.2).</summary>
/// <param name="ContentSources">Ids of connections as sent, without the path around them; <c>*</c> stands for all.</param>
/// <param name="QueryString">Not empty.</param>
/// <param name="From">Hits to pass over.</param>
/// <param name="Size">Hits wanted.</param>
/// <param name="Fields">Names of the properties wanted; empty for all retrievable ones.</param>
internal sealed record SearchRequest(IReadOnlyList<string> ContentSources, string QueryString, int From, int Size, IReadOnlyList<string> Fields)
{
    public const string AllSources = "*";
}
