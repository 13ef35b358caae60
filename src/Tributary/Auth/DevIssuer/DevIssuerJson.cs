using System.Buffers;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary>Writes what the development issuer answers: small objects, never cached.</summary>
internal static class DevIssuerJson
{
    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> writeMembers) => SendAsync(context, status, Body(writeMembers));

    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> writeMembers)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(body, GraphResult.WriterOptions);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        SetHeaders(context.Response, status);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Status and headers of a body, but for its length.</summary>
    public static void SetHeaders(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store, no-cache";
        response.Headers.Pragma = "no-cache";
    }
}
