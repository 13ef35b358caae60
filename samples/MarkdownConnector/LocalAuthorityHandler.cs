namespace MarkdownConnector;

/// <summary>
/// Sends what is meant for Microsoft's sign-in service to the server on this machine. Azure.Identity accepts no authority without https, so the
/// credentials keep their usual one and only the transport below them knows better. Used for a local server alone, see <see cref="SignIn"/>.
/// </summary>
internal sealed class LocalAuthorityHandler(Uri server) : DelegatingHandler(new SocketsHttpHandler())
{
    private const string MicrosoftSignIn = "login.microsoftonline.com";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { Host: MicrosoftSignIn } address)
        {
            request.RequestUri = new UriBuilder(address) { Scheme = server.Scheme, Host = server.Host, Port = server.Port }.Uri;
            // Azure.Core names the host in a header as well, and the server would see the name that was just replaced.
            request.Headers.Host = null;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
