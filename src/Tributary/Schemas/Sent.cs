namespace Tributary.Schemas;

/// <summary>
/// A member of a request body. An update needs three cases apart: not sent (the stored value stays), sent as null (back to the default, protocol 6.3) and
/// sent with a value. A value that could not be read counts as sent and is null; its problem is already known.
/// </summary>
internal readonly record struct Sent<T>(bool IsSent, T? Value)
{
    /// <summary>What holds after the write: the sent value, which may be null, else <paramref name="stored"/>.</summary>
    public T? Or(T? stored) => IsSent ? Value : stored;
}
