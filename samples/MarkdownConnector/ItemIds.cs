using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MarkdownConnector;

internal static class ItemIds
{
    /// <summary>Graph's limit; its alphabet for item ids is that of base64url.</summary>
    private const int MaxLength = 128;

    /// <summary>
    /// The path itself, in letters that an item id may have, so that somebody who meets an id can read where it came from; the hash of a path that
    /// is too long for that. Either way the same file is the same item in every run.
    /// </summary>
    public static string FromPath(string relativePath)
    {
        var path = Encoding.UTF8.GetBytes(relativePath);
        var readable = Base64Url.EncodeToString(path);
        return readable.Length <= MaxLength ? readable : $"sha256-{Convert.ToHexStringLower(SHA256.HashData(path))}";
    }
}
