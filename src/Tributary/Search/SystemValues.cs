using System.Diagnostics.CodeAnalysis;
using System.Text;
using Tributary.Connections;

namespace Tributary.Search;

/// <summary>
/// The values of the system properties in one connection (search 8.4), written for answers and read again from queries. Ids of items are case-sensitive, so what
/// names an item is compared to the letter; only the connection and the tenant in front of it may be written in another case.
/// </summary>
/// <param name="domain">What names the connection for good: <see cref="StoredConnection.Domain"/>.</param>
/// <param name="connectionId">Its id.</param>
/// <param name="tenantId">Its tenant.</param>
internal sealed class SystemValues(string domain, string connectionId, string tenantId)
{
    private readonly string _domain = $"{domain}@{tenantId},";

    /// <summary><c>substrateLocationId</c>.</summary>
    public string Location => $"APP:GCS_{connectionId}@{tenantId}";

    /// <summary><c>id</c>, and the <c>hitId</c> of the hit.</summary>
    public string HitId(string itemId) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connectionId}:{itemId}@{tenantId}"));

    /// <summary><c>substrateContentDomainId</c>.</summary>
    public string ContentDomain(string itemId) => _domain + itemId;

    /// <summary><c>immutableEntryId</c>.</summary>
    public static string Entry(long itemKey) => Convert.ToBase64String(BitConverter.GetBytes(itemKey));

    public bool IsLocation(string text) => text.Equals(Location, StringComparison.OrdinalIgnoreCase);

    /// <summary>The item with this <see cref="HitId"/>, which need not be there; null when it is none of this connection.</summary>
    public string? ItemOfHitIdOrNull(string text)
    {
        if (!TryDecode(text, out byte[]? bytes))
        {
            return null;
        }

        string decoded = Encoding.UTF8.GetString(bytes);
        string head = connectionId + ":";
        string tail = "@" + tenantId;
        return decoded.Length > head.Length + tail.Length && decoded[head.Length..^tail.Length] is var item && HitId(item) == text ? item : null;
    }

    /// <summary>The item with this <see cref="ContentDomain"/>, which need not be there; null when it is none of this connection.</summary>
    public string? ItemOfContentDomainOrNull(string text) =>
        text.Length > _domain.Length && text.StartsWith(_domain, StringComparison.OrdinalIgnoreCase) ? text[_domain.Length..] : null;

    /// <summary>The key with this <see cref="Entry"/>.</summary>
    public static long? KeyOfEntryOrNull(string text) =>
        TryDecode(text, out byte[]? bytes) && bytes.Length == sizeof(long) && BitConverter.ToInt64(bytes) is var itemKey && Entry(itemKey) == text ? itemKey : null;

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out int written))
        {
            bytes = null;
            return false;
        }

        bytes = bytes[..written];
        return true;
    }
}
