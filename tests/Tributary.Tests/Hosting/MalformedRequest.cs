using System.Text;

namespace Tributary.Tests.Hosting;

/// <summary>A request that must be refused, and the refusal that it must get.</summary>
/// <param name="Name">Says what is wrong.</param>
/// <param name="Method">The verb.</param>
/// <param name="Path">The path with its query, as it goes over the wire.</param>
/// <param name="Body">The bytes of the body; null for none.</param>
/// <param name="Status">The expected status.</param>
/// <param name="Code">The expected <c>error.code</c>.</param>
/// <param name="InnerCode">The expected <c>innerError.code</c>; null when there must be none.</param>
/// <param name="Reason">A part of <c>innerError.message</c>, with the JSON path where there is one; null when there must be no such message.</param>
internal sealed record MalformedRequest(
    string Name, string Method, string Path, byte[]? Body, int Status, string Code, string? InnerCode, string? Reason)
{
    /// <summary>Null sends none.</summary>
    public string? ContentType { get; init; } = "application/json";

    public string? ContentEncoding { get; init; }

    /// <summary>Without <c>Content-Length</c>.</summary>
    public bool IsChunked { get; init; }

    /// <summary>The <c>error.message</c>, where one was observed for exactly this request.</summary>
    public string? Message { get; init; }

    public MalformedRequest WithMessage(string message) => this with { Message = message };

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
