namespace Tributary.Acls;

/// <summary>The object id of a user or group in Entra.</summary>
internal static class EntraId
{
    /// <summary>
    /// A GUID with dashes and nothing else. It must read back as the same text: the parser itself forgives signs and <c>0x</c>, and an entry that names nobody
    /// would let through whom it is to keep out.
    /// </summary>
    public static bool IsValid(string? id) =>
        Guid.TryParseExact(id, "D", out Guid guid) && guid.ToString("D").Equals(id, StringComparison.OrdinalIgnoreCase);
}
