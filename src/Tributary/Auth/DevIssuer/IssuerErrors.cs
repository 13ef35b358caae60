using System.Globalization;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// What goes wrong on the issuer's paths outside of its own handlers (routing, limits, broken machinery, ordered faults), told as those who ask there expect it: Entra's shape, that of
/// managed identities on their two paths, and a page for a browser.
/// </summary>
internal static class IssuerErrors
{
    public static async Task WriteAsync(HttpContext context, GraphError error)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (error.RetryAfterSeconds is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Allow is { } allow)
        {
            headers.Allow = allow;
        }

        if (error.IsChallenge)
        {
            headers.WWWAuthenticate = TokenChallenge.HeaderFor(context, error.Claims);
        }

        await WriteAsync(context, Of(context.Request, error));
    }

    public static Task WriteAsync(HttpContext context, EntraError error) =>
        ManagedIdentityEndpoints.HasShapeOfItsOwn(context.Request) || !WantsPage(context.Request)
            ? DevIssuerJson.SendAsync(context, error.Status, Body(context, error))
            : SignInPages.WriteErrorAsync(context, error);

    /// <summary>The body alone, in the shape of the path.</summary>
    public static ReadOnlyMemory<byte> Body(HttpContext context, EntraError error) => DevIssuerJson.Body(json =>
    {
        if (!ManagedIdentityEndpoints.TryWriteError(json, context.Request, error))
        {
            error.WriteMembers(json, context);
        }
    });

    private static EntraError Of(HttpRequest request, GraphError error) => error.Status switch
    {
        // Of the one path here that asks for a token.
        StatusCodes.Status401Unauthorized => EntraError.WrongAccessToken(error.Message),
        StatusCodes.Status403Forbidden => EntraError.InsufficientScope(error.Reason ?? error.Message),
        StatusCodes.Status405MethodNotAllowed when ManagedIdentityEndpoints.HasShapeOfItsOwn(request) => EntraError.WrongMethod(MethodsOf(error.Allow), request.Method) with { Status = error.Status },
        StatusCodes.Status405MethodNotAllowed => EntraError.WrongMethod(MethodsOf(error.Allow), request.Method),

        // What broke is told in the log, by the request's id.
        StatusCodes.Status500InternalServerError => EntraError.OfStatus(error.Status),
        _ => EntraError.OfStatus(error.Status, error.Reason ?? error.Message),
    };

    /// <summary>As Entra lists them: OPTIONS last.</summary>
    private static string MethodsOf(string? allow) => string.Join(", ", (allow ?? "").Split(", ").OrderBy(method => HttpMethods.IsOptions(method)));

    /// <summary>A browser says that it shows pages, and a program does not.</summary>
    private static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
