using System.Buffers;

namespace Tributary.Items;

/// <summary>
/// The id of an item, unique in its connection and compared case-sensitively. The reference says "alphanumeric"; ids with <c>-</c> and <c>_</c> are in use and
/// accepted by the service (external-connectors 6.8).
/// </summary>
internal readonly record struct ItemId
{
    public const int MaxLength = 128;

    private const string Portable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Strict = SearchValues.Create(Portable);
    private static readonly SearchValues<char> Lenient = SearchValues.Create(Portable + ".~=:,");

    private readonly string? _value;

    private ItemId(string value) => _value = value;

    /// <summary>Empty, which no item has, when this was not parsed.</summary>
    public string Value => _value ?? "";

    /// <param name="text">The segment of the path, percent-decoded.</param>
    /// <param name="isLenient"><see cref="ItemOptions.LenientIds"/>.</param>
    /// <param name="id">The id, when this returns true.</param>
    public static bool TryParse(string? text, bool isLenient, out ItemId id)
    {
        // A dot segment is no name of anything in a path.
        if (text is { Length: > 0 and <= MaxLength } and not ("." or "..") && !text.AsSpan().ContainsAnyExcept(isLenient ? Lenient : Strict))
        {
            id = new ItemId(text);
            return true;
        }

        id = default;
        return false;
    }

    public override string ToString() => Value;
}
