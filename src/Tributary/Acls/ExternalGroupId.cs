using System.Buffers;

namespace Tributary.Acls;

/// <summary>The id of an external group, wherever one is named: as the group itself, as a member, or in an access list.</summary>
internal static class ExternalGroupId
{
    public const int MaxLength = 128;

    /// <summary>URL- and filename-safe Base64 (external-connectors 8.1).</summary>
    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static bool IsValid(string? id) => id is { Length: > 0 and <= MaxLength } && !id.AsSpan().ContainsAnyExcept(Characters);
}
