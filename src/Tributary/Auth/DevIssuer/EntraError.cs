using System.Globalization;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary>An error as Entra's token endpoint answers it. The catalogue of those that the development issuer gives is below.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">OAuth 2.0's error code; clients branch on it.</param>
/// <param name="Code">The number after <c>AADSTS</c>; clients branch on that too.</param>
/// <param name="Description">What is wrong. It never repeats a secret or a password.</param>
internal sealed record EntraError(int Status, string Error, int Code, string Description)
{
    public static EntraError NotLocal(string reason) => new(403, "access_denied", 53003, reason);

    public static EntraError UnknownTenant(string tenant) => new(400, "invalid_request", 900023,
        $"Specified tenant identifier '{Shown(tenant)}' is not a GUID. " +
        $"The development issuer serves /{{tenant GUID}}/… only, such as /{DevDefaults.TenantId}/oauth2/v2.0/token.");

    public static EntraError Malformed(string reason) => new(400, "invalid_request", 9002313, $"Invalid request. {reason}");

    public static EntraError MissingParameter(string name) => new(400, "invalid_request", 900144,
        $"The request body must contain the following parameter: '{name}'.");

    public static EntraError UnsupportedGrant(string grant) => new(400, "unsupported_grant_type", 70003,
        $"The app requested an unsupported grant type '{Shown(grant)}'. The development issuer knows client_credentials and password.");

    public static EntraError UnknownApplication(string clientId, string tenantId) => new(400, "unauthorized_client", 700016,
        $"Application with identifier '{Shown(clientId)}' was not found in the directory '{tenantId}'. The client_id must be a GUID.");

    public static readonly EntraError MissingSecret = new(401, "invalid_client", 7000216,
        "A 'client_secret' is required for the 'client_credentials' grant type. " +
        "The development issuer takes any that is not empty, and no client_assertion.");

    public static EntraError UnknownUser(string userName, string tenantId) => new(400, "invalid_grant", 50034,
        $"The user account {Shown(userName)} does not exist in the {tenantId} directory.");

    public static readonly EntraError WrongPassword = new(400, "invalid_grant", 50126,
        "Error validating credentials due to invalid username or password. The development issuer takes any password that is not empty.");

    public static EntraError NotDefaultScope(string scope) => new(400, "invalid_scope", 1002012,
        $"The provided value for scope {Shown(scope)} is not valid. " +
        "Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).");

    public static EntraError InvalidScope(string reason) => new(400, "invalid_scope", 70011,
        $"The provided value for the input parameter 'scope' is not valid. {reason}");

    public static EntraError UnknownScope(string scope, IEnumerable<string> known) => new(400, "invalid_scope", 650053,
        $"The application asked for scope '{Shown(scope)}' that doesn't exist on the resource '{AuthOptions.GraphAppId}'. " +
        $"Known are {string.Join(", ", known)}.");

    public static EntraError SeveralResources(string scope) => new(400, "invalid_scope", 28000,
        $"Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {Shown(scope)} is not valid.");

    public static EntraError UnknownResource(string resource, string tenantId, IEnumerable<string> known) => new(400, "invalid_resource", 500011,
        $"The resource principal named {Shown(resource)} was not found in the tenant named {tenantId}. Known are {string.Join(", ", known)}.");

    public static readonly EntraError NoInteractiveSignIn = new(400, "unsupported_response_type", 700054,
        "The development issuer has no interactive sign-in. Use the client_credentials or the password grant at the token endpoint.");

    public Task WriteAsync(HttpContext context)
    {
        RequestIds ids = RequestIds.Of(context);
        string timestamp = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime
            .ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string code = Code.ToString(CultureInfo.InvariantCulture);
        string trace = $"Trace ID: {ids.RequestId} Correlation ID: {ids.ClientRequestId} Timestamp: {timestamp}";
        return DevIssuerJson.WriteAsync(context, Status, json =>
        {
            json.WriteString("error", Error);
            json.WriteString("error_description", $"AADSTS{code}: {Description} {trace}");
            json.WriteStartArray("error_codes");
            json.WriteNumberValue(Code);
            json.WriteEndArray();
            json.WriteString("timestamp", timestamp);
            json.WriteString("trace_id", ids.RequestId);
            json.WriteString("correlation_id", ids.ClientRequestId);
            json.WriteString("error_uri", "https://login.microsoftonline.com/error?code=" + code);
        });
    }

    /// <summary>What the client sent, short enough to be read.</summary>
    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
