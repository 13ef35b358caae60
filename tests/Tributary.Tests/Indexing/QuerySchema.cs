using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Tests.Indexing;

/// <summary>A schema with a property of every type, and with attributes that differ.</summary>
internal static class QuerySchema
{
    public const string Connection = "contosohr";
    public const string Tenant = "0b1d2e3f-0000-4000-8000-00000000000a";

    public static readonly Schema Schema = new(
    [
        new Property
        {
            Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title], Aliases = ["headline"],
        },
        new Property { Name = "notes", Type = PropertyType.StringCollection, IsSearchable = true, IsQueryable = true, Aliases = ["remarks", "url"] },
        new Property { Name = "hidden", Type = PropertyType.String, IsSearchable = true },
        new Property { Name = "code", Type = PropertyType.String, IsQueryable = true, IsExactMatchRequired = true, Labels = [Label.Url] },
        new Property { Name = "codes", Type = PropertyType.StringCollection, IsQueryable = true, IsExactMatchRequired = true },
        new Property { Name = "priority", Type = PropertyType.Int64, IsQueryable = true },
        new Property { Name = "sizes", Type = PropertyType.Int64Collection, IsQueryable = true },
        new Property { Name = "weight", Type = PropertyType.Double, IsQueryable = true },
        new Property { Name = "rates", Type = PropertyType.DoubleCollection, IsQueryable = true },
        new Property { Name = "done", Type = PropertyType.Boolean, IsQueryable = true },
        new Property { Name = "due", Type = PropertyType.DateTime, IsQueryable = true, Labels = [Label.LastModifiedDateTime] },
        new Property { Name = "dates", Type = PropertyType.DateTimeCollection, IsQueryable = true },
        new Property { Name = "owner", Type = PropertyType.Principal, IsQueryable = true, Labels = [Label.CreatedBy] },
        new Property { Name = "readers", Type = PropertyType.PrincipalCollection, IsQueryable = true },
        new Property { Name = "tags", Type = PropertyType.StringCollection, IsQueryable = true, IsRefinable = true },
        new Property { Name = "secret", Type = PropertyType.Int64 },
    ]);

    public static readonly SystemValues Values = new("0123456789abcdef", Connection, Tenant);

    /// <summary>What names mean, written down and not looked up; those of <see cref="Elsewhere"/> and of nothing that may be asked are not there.</summary>
    public static readonly IReadOnlyDictionary<string, string> Meanings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["title"] = "title",
        ["HEADLINE"] = "title",
        ["label_title"] = "title",
        ["notes"] = "notes",
        ["Remarks"] = "notes",
        ["url"] = "notes",
        ["hidden"] = "hidden",
        ["code"] = "code",
        ["Label_Url"] = "code",
        ["path"] = "code",
        ["codes"] = "codes",
        ["priority"] = "priority",
        ["sizes"] = "sizes",
        ["weight"] = "weight",
        ["rates"] = "rates",
        ["done"] = "done",
        ["due"] = "due",
        ["LastModifiedTime"] = "due",
        ["lastModifiedDateTime"] = "due",
        ["dates"] = "dates",
        ["owner"] = "owner",
        ["createdBy"] = "owner",
        ["readers"] = "readers",
        ["tags"] = "tags",
        ["secret"] = "secret",
    };

    public static readonly string[] SystemNames = ["id", "Id", "DocumentId", "documentid", "SubstrateContentDomainId", "substrateLocationId", "ImmutableEntryId"];

    /// <summary>Another connection of the same search, which knows a name that the first does not; not queryable, so that it takes every form of value.</summary>
    public static readonly Schema Elsewhere = new([new Property { Name = "elsewhere", Type = PropertyType.String }]);
}
