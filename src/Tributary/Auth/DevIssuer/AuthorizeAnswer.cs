using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>Sends the browser back to the client, with what was asked for or with an error.</summary>
internal static class AuthorizeAnswer
{
    public static Task WriteAsync(HttpContext context, AuthorizeRequest request, string tenantId, IssuerUser user)
    {
        IServiceProvider services = context.RequestServices;
        string? code = request.WantsCode ? services.GetRequiredService<AuthorizationCodes>().Issue(request, tenantId, user.Entry.Id) : null;
        string? idToken = null;
        if (request.WantsIdToken)
        {
            // The browser carries it: what the client proves when it redeems the code is not known yet.
            TokenOccasion occasion = TokenOccasion.Of(context, tenantId, request.Version, new IssuerClient(request.App, ClientProof.None));
            bool withEmail = request.Scope.Split(' ').Contains("email");
            idToken = services.GetRequiredService<DevTokens>().IdTokenFor(occasion, user, new IdTokenDetails(request.Nonce, withEmail, code));
        }

        return SendAsync(context, request,
        [
            ("code", code),
            ("id_token", idToken),
            ("client_info", request.WantsClientInfo ? TokenAnswer.ClientInfoOf(user.Entry.Id, tenantId) : null),
            ("state", request.State),
            ("session_state", SignInSessions.StateOf(user.Entry.Id)),
        ]);
    }

    public static Task WriteErrorAsync(HttpContext context, AuthorizeRequest request, EntraError error) => SendAsync(context, request,
    [
        ("error", error.Error),
        ("error_description", error.DescriptionFor(context)),
        ("error_uri", error.ErrorUri),
        ("state", request.State),
    ]);

    private static Task SendAsync(HttpContext context, AuthorizeRequest request, (string Name, string? Value)[] parameters)
    {
        (string Name, string Value)[] sent = [.. parameters.Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Name, parameter.Value!))];
        if (request.Mode == ResponseMode.FormPost)
        {
            return SignInPages.WritePostAsync(context, request.RedirectUri, sent);
        }

        var address = new StringBuilder(request.RedirectUri);
        char separator = request.Mode == ResponseMode.Fragment ? '#' : request.RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach ((string name, string value) in sent)
        {
            address.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        HttpResponse response = context.Response;
        SignInPages.SetHeaders(response, formTarget: request.RedirectUri);
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = address.ToString();
        response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
