using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Tributary.Auth;

/// <summary>The payload of a token, read once. A member that is there twice is none that two readers would agree on, so such a payload is refused.</summary>
internal readonly struct TokenPayload
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private TokenPayload(JsonElement payload) => Root = payload;

    public JsonElement Root { get; }

    public static bool TryRead(JsonWebToken token, [NotNullWhen(true)] out TokenPayload? claims)
    {
        claims = null;
        try
        {
            var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), Options);
            claims = payload.RootElement.ValueKind == JsonValueKind.Object ? new(payload.RootElement) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // What signed it was no reader of JSON.
        }

        return claims is not null;
    }

    public bool Has(ClaimPath path) => path.In(Root).Any();

    public IEnumerable<string> All(ClaimPath path) => path.In(Root);

    /// <summary>The value, or null when there is none or more than one.</summary>
    public string? Single(ClaimPath path) => path.In(Root).Take(2).ToArray() is [var only] ? only : null;

    public HashSet<string> Set(ClaimPath path) => new(path.In(Root), StringComparer.OrdinalIgnoreCase);

    /// <summary>Blanks separate too: a provider writes a list or one text.</summary>
    public HashSet<string> Words(ClaimPath path) =>
        new(path.In(Root).SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparer.OrdinalIgnoreCase);
}
