using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>What the body of an item has for one property of the schema.</summary>
internal record struct SentProperty
{
    public bool HasValue;
    public bool IsNull;
    public bool HasAnnotation;

    /// <summary>The annotation names no type at all; that was told, and no more is to be said about it.</summary>
    public bool IsAnnotationRefused;

    public PropertyType Annotated;
}
