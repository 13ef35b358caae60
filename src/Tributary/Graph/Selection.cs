namespace Tributary.Graph;

/// <summary>Which members of an entity an answer shows: all, or those that <c>$select</c> names and <c>id</c>, which is always there.</summary>
/// <param name="names">Declared names in the order asked for; null for all.</param>
/// <param name="expanded">Relationships that are shown in place.</param>
internal sealed class Selection(IReadOnlyList<string>? names, IReadOnlyList<string> expanded)
{
    public static readonly Selection All = new(null, []);

    public bool IsAll => names is null;

    /// <summary>What stands behind the collection's name in <c>@odata.context</c>, such as <c>(id,name,schema())</c>; empty when nothing was chosen.</summary>
    public string Context => names is null && expanded.Count == 0 ? "" : $"({string.Join(',', [.. names ?? [], .. expanded.Select(name => name + "()")])})";

    public bool Has(string name) => names is null || name == "id" || names.Contains(name);

    /// <summary>Whether <c>$select</c> names it; <c>id</c> only when it does, as with objects of the directory.</summary>
    public bool Names(string name) => names?.Contains(name) == true;

    public bool Expands(string name) => expanded.Contains(name);
}
