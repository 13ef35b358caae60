using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tributary.TakeOver.Proxy;

/// <summary>
/// The head of a CONNECT request (RFC 9110 9.3.6), read strictly: what is not quite right is refused, as every leniency of a proxy is a way around it. Its
/// headers must be well-formed and are not used.
/// </summary>
/// <param name="Host">A host name or an address, without brackets.</param>
internal sealed record ConnectHead(string Host, int Port)
{
    /// <summary>Bytes, from the method to the empty line.</summary>
    public const int Longest = 8 * 1024;

    private static readonly byte[] Method = "CONNECT "u8.ToArray();

    /// <summary>Whether bytes are, or may become, a CONNECT request; null while they are too few to tell.</summary>
    public static bool? IsConnect(ReadOnlySequence<byte> bytes)
    {
        Span<byte> start = stackalloc byte[Method.Length];
        ReadOnlySequence<byte> begun = bytes.Slice(0, Math.Min(Method.Length, bytes.Length));
        begun.CopyTo(start);
        return !Method.AsSpan(0, (int)begun.Length).SequenceEqual(start[..(int)begun.Length]) ? false
            : begun.Length == Method.Length ? true : null;
    }

    /// <summary>The end of the head, after its empty line; null while it has none.</summary>
    public static SequencePosition? EndOrNull(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8, advancePastDelimiter: true) ? reader.Position : null;
    }

    /// <param name="head">Up to and with the empty line.</param>
    /// <param name="problem">What is wrong with it, when the answer is null.</param>
    public static ConnectHead? ReadOrNull(ReadOnlySequence<byte> head, out string problem)
    {
        string[] lines = Encoding.Latin1.GetString(head)[..^"\r\n\r\n".Length].Split("\r\n");
        problem = lines.Any(line => line.Any(character => character is < ' ' or '\x7F' && character != '\t')) ? "The request holds control characters."
            : lines.Skip(1).FirstOrDefault(line => !IsHeader(line)) is not null ? "A header of the request is none."
            : lines.Skip(1).Any(HasBody) ? "A CONNECT request has no body."
            : "";
        if (problem.Length > 0)
        {
            return null;
        }

        string[] words = lines[0].Split(' ');
        if (words.Length != 3 || words[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            problem = "The request line is not CONNECT host:port HTTP/1.1.";
            return null;
        }

        if (AuthorityOrNull(words[1]) is not { } target)
        {
            problem = "The target of CONNECT is not host:port.";
            return null;
        }

        return target;
    }

    private static ConnectHead? AuthorityOrNull(string authority)
    {
        int colon = authority.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port is < 1 or > 65535)
        {
            return null;
        }

        string host = authority[..colon];
        return host is ['[', .. var inner, ']']
            ? System.Net.IPAddress.TryParse(inner, out _) && inner.Contains(':', StringComparison.Ordinal) ? new ConnectHead(inner, port) : null
            : host.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') ? new ConnectHead(host, port)
            : null;
    }

    private static bool IsHeader(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line.AsSpan(0, colon).IndexOfAnyExcept(TokenCharacters) < 0;
    }

    private static bool HasBody(string line) =>
        line.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase)
        || (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) && line["Content-Length:".Length..].Trim() != "0");

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
