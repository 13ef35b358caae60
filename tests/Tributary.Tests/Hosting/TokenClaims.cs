using System.Buffers.Text;
using System.Text.Json;

namespace Tributary.Tests.Hosting;

/// <summary>The claims of a token, unchecked.</summary>
internal static class TokenClaims
{
    public static JsonElement Of(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;
}
