using System.Buffers;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary>Writes what the development issuer answers: small objects, never cached.</summary>
internal static class DevIssuerJson
{
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> writeMembers)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        response.Headers.CacheControl = "no-store, no-cache";
        response.Headers.Pragma = "no-cache";
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
