using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>One request of a batch, as it was sent. On the context of a part it tells that this is one.</summary>
internal sealed record BatchPart
{
    /// <summary>Exactly as it is to be echoed; of a number its digits.</summary>
    public required string Id { get; init; }

    /// <summary>In upper case.</summary>
    public required string Method { get; init; }

    public required string Url { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The JSON value of the member <c>body</c>, in the bytes of the batch; empty when there is none.</summary>
    public required ArraySegment<byte> Body { get; init; }

    /// <summary>The places of the parts that must have succeeded before this one begins; all of them are earlier.</summary>
    public required IReadOnlyList<int> DependsOn { get; init; }

    /// <summary>The type that was sent, or JSON: leaving it out fails the whole batch on the real service, which helps nobody (protocol 18 item 4).</summary>
    public string? ContentType => Headers.TryGetValue(HeaderNames.ContentType, out string? sent) ? sent : Body.Count > 0 ? "application/json" : null;

    /// <summary>
    /// The bytes that a single request of the same content would carry: a JSON value as it stands, of another type what its string holds in base64 or base64url.
    /// Decoded in place, so call it once.
    /// </summary>
    /// <param name="content">The bytes, also when there are none.</param>
    /// <returns>The refusal of the part, or null.</returns>
    public GraphError? TryReadContent(out ArraySegment<byte> content)
    {
        content = Body;
        if (Body.Count == 0 || IsJson(ContentType))
        {
            return null;
        }

        if (Body[0] != (byte)'"')
        {
            return GraphErrors.InvalidBatchBody($"The Content-Type is '{ContentType}'; a body that is not JSON must be a string in base64.");
        }

        try
        {
            ArraySegment<byte> text = Unescape(Body);
            text.AsSpan().Replace((byte)'+', (byte)'-');
            text.AsSpan().Replace((byte)'/', (byte)'_');
            content = text[..Base64Url.DecodeFromUtf8InPlace(text)];
            return null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            // The latter is said of half a surrogate pair.
            return GraphErrors.InvalidBatchBody($"The Content-Type is '{ContentType}', but the body is no base64.");
        }
    }

    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    /// <summary>What stands between the quotes; a copy only where something is escaped, as <c>\/</c> may be.</summary>
    private static ArraySegment<byte> Unescape(ArraySegment<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (!reader.ValueIsEscaped)
        {
            return json[1..^1];
        }

        byte[] copy = new byte[json.Count];
        return new ArraySegment<byte>(copy, 0, reader.CopyString(copy));
    }
}
