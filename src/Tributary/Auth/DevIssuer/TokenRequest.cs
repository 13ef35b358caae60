using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Tributary.Auth.DevIssuer;

/// <summary>The body of a call to the token endpoint, with the client's credentials from wherever it put them. An absent parameter is null.</summary>
internal sealed record TokenRequest
{
    private const int LargestBody = 64 * 1024;

    public string? GrantType { get; private init; }

    public string? ClientId { get; private init; }

    public string? ClientSecret { get; private init; }

    public string? Scope { get; private init; }

    public string? UserName { get; private init; }

    public string? Password { get; private init; }

    /// <summary>MSAL asks so for the ids of the account's home.</summary>
    public bool WantsClientInfo { get; private init; }

    public static async Task<(TokenRequest? Request, EntraError? Error)> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return (null, EntraError.Malformed("The body must be of Content-Type application/x-www-form-urlencoded."));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return (null, EntraError.Malformed("The body is no form, or too large."));
        }

        foreach (KeyValuePair<string, StringValues> parameter in form)
        {
            if (parameter.Value.Count > 1)
            {
                return (null, EntraError.Malformed($"The parameter '{parameter.Key}' is there more than once."));
            }
        }

        string? clientId = Value(form, "client_id");
        string? clientSecret = Value(form, "client_secret");
        if (ReadBasic(request) is { } basic)
        {
            if (clientId is not null && clientId != basic.ClientId)
            {
                return (null, EntraError.Malformed("The Authorization header and the body name different clients."));
            }

            (clientId, clientSecret) = basic;
        }

        return (new TokenRequest
        {
            GrantType = Value(form, "grant_type"),
            ClientId = clientId,
            ClientSecret = clientSecret,
            Scope = Value(form, "scope"),
            UserName = Value(form, "username"),
            Password = Value(form, "password"),
            WantsClientInfo = Value(form, "client_info") == "1",
        }, null);
    }

    private static string? Value(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>RFC 6749 2.3.1: both halves are form-encoded before they are joined.</summary>
    private static (string? ClientId, string? ClientSecret)? ReadBasic(HttpRequest request)
    {
        const string scheme = "Basic ";
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), decoded, out int length))
        {
            return null;
        }

        string[] halves = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return halves.Length == 2
            ? (WebUtility.UrlDecode(halves[0]), halves[1].Length == 0 ? null : WebUtility.UrlDecode(halves[1]))
            : null;
    }
}
