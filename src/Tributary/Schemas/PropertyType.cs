namespace Tributary.Schemas;

/// <summary><c>propertyType</c>. Numbers are the metadata's (external-connectors 11).</summary>
internal enum PropertyType
{
    String = 0,
    Int64 = 1,
    Double = 2,
    DateTime = 3,
    Boolean = 4,
    StringCollection = 5,
    Int64Collection = 6,
    DoubleCollection = 7,
    DateTimeCollection = 8,
    UnknownFutureValue = 9,
    Principal = 10,
    PrincipalCollection = 11,
}

internal static class PropertyTypes
{
    public static bool IsCollection(this PropertyType type) =>
        type is PropertyType.StringCollection or PropertyType.Int64Collection or PropertyType.DoubleCollection or PropertyType.DateTimeCollection
            or PropertyType.PrincipalCollection;

    /// <summary>The type of one element; of the value itself when the type is no collection.</summary>
    public static PropertyType Element(this PropertyType type) => type switch
    {
        PropertyType.StringCollection => PropertyType.String,
        PropertyType.Int64Collection => PropertyType.Int64,
        PropertyType.DoubleCollection => PropertyType.Double,
        PropertyType.DateTimeCollection => PropertyType.DateTime,
        PropertyType.PrincipalCollection => PropertyType.Principal,
        _ => type,
    };

    public static bool IsText(this PropertyType type) => type is PropertyType.String or PropertyType.StringCollection;
}
