using Microsoft.Graph.Models.ExternalConnectors;

namespace MarkdownConnector;

/// <summary>
/// What Graph is told about documents. Searchable properties join the full text and cannot be refinable; the others are there to restrict a search
/// (<c>department:Finance</c>), to be counted, or only to be shown. Labels tell Microsoft 365 which property means what, and need one that is
/// retrievable.
/// </summary>
internal static class DocumentSchema
{
    public static Schema Create() => new()
    {
        BaseType = "microsoft.graph.externalItem",
        Properties =
        [
            Searchable("title", PropertyType.String, Label.Title),
            Shown("url", Label.Url),
            Shown("iconUrl", Label.IconUrl),
            Searchable("authors", PropertyType.StringCollection, Label.Authors),
            Refinable("created", PropertyType.DateTime, Label.CreatedDateTime),
            Refinable("modified", PropertyType.DateTime, Label.LastModifiedDateTime),
            Searchable("fileName", PropertyType.String, Label.FileName),
            Refinable("tags", PropertyType.StringCollection),
            Refinable("department", PropertyType.String),
            Refinable("status", PropertyType.String),
            Refinable("priority", PropertyType.String),
            Refinable("language", PropertyType.String),
            Refinable("number", PropertyType.Int64),
            Refinable("budget", PropertyType.Double),
            Queryable("confidential", PropertyType.Boolean),
        ],
    };

    private static Property Searchable(string name, PropertyType type, Label label) =>
        new() { Name = name, Type = type, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [label] };

    private static Property Refinable(string name, PropertyType type, Label? label = null) =>
        new() { Name = name, Type = type, IsRefinable = true, IsQueryable = true, IsRetrievable = true, Labels = label is null ? [] : [label] };

    /// <summary>Booleans can be asked for but not refined by.</summary>
    private static Property Queryable(string name, PropertyType type) => new() { Name = name, Type = type, IsQueryable = true, IsRetrievable = true };

    private static Property Shown(string name, Label label) => new() { Name = name, Type = PropertyType.String, IsRetrievable = true, Labels = [label] };
}
