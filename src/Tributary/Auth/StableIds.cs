using System.Security.Cryptography;
using System.Text;

namespace Tributary.Auth;

/// <summary>What a value of a token names. The same value means something else in each, and becomes another GUID.</summary>
internal enum IdKind
{
    Tenant,
    App,
    User,
    Group,
}

/// <summary>
/// Makes GUIDs of a provider's own ids, since access lists, ownership and Graph's API speak GUIDs only. The same value makes the same GUID, on every machine and
/// for ever: the first 16 bytes of SHA-256 over the namespace, the kind in lower case and the value, in UTF-8 with a line feed between, with the version and
/// variant of RFC 9562 section 5.8 (version 8). Version 5 would be the older way, by SHA-1.
/// </summary>
/// <param name="name">The provider's address, or whatever <c>Auth:Claims:Namespace</c> says; a slash at its end does not count.</param>
internal sealed class StableIds(string name)
{
    private readonly string _namespace = name.TrimEnd('/');

    /// <summary>
    /// A GUID stays itself, in lower case; unless it is one of version 8: somebody who may choose a value, such as a name, must not be able to choose the GUID
    /// that is made for somebody else.
    /// </summary>
    public string Of(IdKind kind, string value)
    {
        if (GuidText.TryRead(value, out Guid id) && id.Version != 8)
        {
            return id.ToString("D");
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{_namespace}\n{Name(kind)}\n{value}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString("D");
    }

    private static string Name(IdKind kind) => kind switch
    {
        IdKind.Tenant => "tenant",
        IdKind.App => "app",
        IdKind.User => "user",
        _ => "group",
    };
}
