using System.Net.Http.Headers;

namespace Tributary.ConformanceTests.Fuzz;

/// <summary>Who signs the request.</summary>
internal enum Signer
{
    App,
    Reader,
    Nobody,
    Garbage,
}

/// <summary>A request as it goes over the wire, before a worker signs it.</summary>
internal sealed record WireRequest(string Method, string Path, byte[]? Body, string? ContentType, (string Name, string Value)[] Headers, Signer Signer)
{
    public bool IsWrite => Method is not ("GET" or "HEAD" or "OPTIONS") && !Path.Contains("/search/", StringComparison.OrdinalIgnoreCase);

    public HttpRequestMessage ToMessage(Uri server)
    {
        // As written: the client must not tidy what the server is to read.
        var url = new Uri(server.GetLeftPart(UriPartial.Authority) + Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Method), url);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        foreach ((string name, string value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    public void Sign(HttpRequestMessage message, string appToken, string readerToken) => message.Headers.Authorization = Signer switch
    {
        Signer.App => new AuthenticationHeaderValue("Bearer", appToken),
        Signer.Reader => new AuthenticationHeaderValue("Bearer", readerToken),
        Signer.Garbage => new AuthenticationHeaderValue("Bearer", appToken[..^3]),
        _ => null,
    };

    /// <summary>What is needed to send it again by hand.</summary>
    public override string ToString() =>
        $"{Method} {Path}\n{string.Concat(Headers.Select(header => $"{header.Name}: {header.Value}\n"))}Content-Type: {ContentType}\nas {Signer}, body in Base64: {(Body is null ? "none" : Convert.ToBase64String(Body))}";
}
