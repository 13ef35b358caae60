namespace Tributary.Search;

/// <summary>What the service itself says of an item (search 8.4); every item has all of them, whatever the schema.</summary>
internal enum SystemProperty
{
    /// <summary>The hit's id: the item and its connection in base64.</summary>
    Id,

    /// <summary>A whole number.</summary>
    DocumentId,

    /// <summary>Ends in <c>,</c> and the item's id, which is where clients take that from.</summary>
    SubstrateContentDomainId,

    /// <summary>Names the connection: the same for all its items.</summary>
    SubstrateLocationId,

    /// <summary><see cref="DocumentId"/> in base64.</summary>
    ImmutableEntryId,
}

/// <summary>How the system properties are called.</summary>
internal static class SystemPropertyNames
{
    /// <summary>Before the name in a key: no property of a schema has this character, so neither is taken for the other.</summary>
    private const char KeyMark = '#';

    private static readonly SystemProperty[] All = Enum.GetValues<SystemProperty>();

    /// <summary>Queries write them in any letter case, published ones in PascalCase.</summary>
    public static SystemProperty? FindOrNull(string name)
    {
        foreach (SystemProperty property in All)
        {
            if (name.Equals(Wire(property), StringComparison.OrdinalIgnoreCase))
            {
                return property;
            }
        }

        return null;
    }

    /// <summary>As answers spell it.</summary>
    public static string Wire(SystemProperty property) => property switch
    {
        SystemProperty.Id => "id",
        SystemProperty.DocumentId => "documentId",
        SystemProperty.SubstrateContentDomainId => "substrateContentDomainId",
        SystemProperty.SubstrateLocationId => "substrateLocationId",
        SystemProperty.ImmutableEntryId => "immutableEntryId",
        _ => throw new ArgumentOutOfRangeException(nameof(property)),
    };

    /// <summary>The <see cref="Kql.Restriction.Property"/> of a restriction on it.</summary>
    public static string Key(SystemProperty property) => KeyMark + Wire(property);

    public static SystemProperty? OfKeyOrNull(string key) => key.Length > 0 && key[0] == KeyMark ? FindOrNull(key[1..]) : null;
}
