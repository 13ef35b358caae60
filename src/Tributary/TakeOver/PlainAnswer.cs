using System.Text;

namespace Tributary.TakeOver;

/// <summary>A refusal in a sentence, for those who look into what their program was told.</summary>
internal static class PlainAnswer
{
    private const string ContentType = "text/plain; charset=utf-8";

    public static async Task WriteAsync(HttpContext context, int status, string reason)
    {
        byte[] body = Encoding.UTF8.GetBytes(reason + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>A whole answer of HTTP/1.1 before any HTTP is spoken on a connection, which ends with it.</summary>
    public static byte[] Raw(int status, string phrase, string reason)
    {
        byte[] body = Encoding.UTF8.GetBytes(reason + "\n");
        string head = $"HTTP/1.1 {status} {phrase}\r\nContent-Type: {ContentType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
