using System.Text;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// The values of <c>{property}@odata.type</c> (external-connectors 6.7): <c>Collection(String)</c>, with or without <c>#</c> and <c>Edm.</c>, in any letter case
/// like every name on input.
/// </summary>
internal static class PropertyAnnotation
{
    /// <summary>The type that an annotation names; false for one that no property can have.</summary>
    /// <param name="text">The annotation's value.</param>
    /// <param name="isDateTimeAllowed"><see cref="ItemOptions.LenientDateTimeCollections"/>.</param>
    /// <param name="type">The type, when this returns true.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, bool isDateTimeAllowed, out PropertyType type)
    {
        if (text.StartsWith("#"u8))
        {
            text = text[1..];
        }

        bool isCollection = StartsWith(text, "Collection("u8) && text.EndsWith(")"u8);
        if (isCollection)
        {
            text = text["Collection(".Length..^1];
        }

        PropertyType? element = ElementOrNull(text, isDateTimeAllowed);
        PropertyType? named = isCollection ? CollectionOfOrNull(element) : element;
        type = named ?? PropertyType.UnknownFutureValue;
        return named is not null;
    }

    /// <summary>How the annotation of a type is spelled in the reference.</summary>
    public static string SpellingOf(PropertyType type)
    {
        string element = type.Element() switch
        {
            PropertyType.DateTime => "DateTimeOffset",
            PropertyType.Principal => "microsoft.graph.externalConnectors.principal",
            PropertyType other => other.ToString(),
        };
        return type.IsCollection() ? $"Collection({element})" : element;
    }

    /// <summary>
    /// Whether a value needs its annotation: without it an array in an open type has no type. Not so for principals, of which no source says that it is needed.
    /// </summary>
    public static bool IsRequiredFor(PropertyType type) => type.IsCollection() && type != PropertyType.PrincipalCollection;

    private static PropertyType? ElementOrNull(ReadOnlySpan<byte> text, bool isDateTimeAllowed)
    {
        if (Is(text, "microsoft.graph.externalConnectors.principal"u8))
        {
            return PropertyType.Principal;
        }

        if (Is(text, "microsoft.graph.externalConnectors.principalCollection"u8))
        {
            return PropertyType.PrincipalCollection;
        }

        if (StartsWith(text, "Edm."u8))
        {
            text = text["Edm.".Length..];
        }

        if (Is(text, "String"u8))
        {
            return PropertyType.String;
        }

        if (Is(text, "Int64"u8))
        {
            return PropertyType.Int64;
        }

        if (Is(text, "Double"u8))
        {
            return PropertyType.Double;
        }

        if (Is(text, "DateTimeOffset"u8) || (isDateTimeAllowed && Is(text, "DateTime"u8)))
        {
            return PropertyType.DateTime;
        }

        return Is(text, "Boolean"u8) ? PropertyType.Boolean : null;
    }

    /// <summary>There are no collections of Booleans.</summary>
    private static PropertyType? CollectionOfOrNull(PropertyType? element) => element switch
    {
        PropertyType.String => PropertyType.StringCollection,
        PropertyType.Int64 => PropertyType.Int64Collection,
        PropertyType.Double => PropertyType.DoubleCollection,
        PropertyType.DateTime => PropertyType.DateTimeCollection,
        PropertyType.Principal => PropertyType.PrincipalCollection,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(text, name);

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
