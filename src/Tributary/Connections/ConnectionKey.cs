namespace Tributary.Connections;

/// <summary>
/// The surrogate key of a connection: new at each creation, never used again. Rows, feed, index folder and caches use it, so that a re-created
/// <c>contosohr</c> never sees its predecessor's items.
/// </summary>
internal readonly record struct ConnectionKey(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
