using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Auth.DevIssuer;

/// <summary>The catalogue, in the order in which a request comes to them. What is no more than Entra's text is published or was seen; a second sentence is ours.</summary>
internal sealed partial record EntraError
{
    public static EntraError NotLocal(string reason) => new(403, "access_denied", 53003, reason);

    public static EntraError NoTenantName(string tenant) => new(400, "invalid_request", 900023,
        $"Specified tenant identifier '{Shown(tenant)}' is neither a valid DNS name, nor a valid external domain. " +
        $"A tenant is a GUID such as {DevDefaults.TenantId}, a domain of the seed file, common or organizations.");

    public static EntraError UnknownTenant(string tenant) => new(400, "invalid_request", 90002,
        $"Tenant '{Shown(tenant)}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.");

    public static readonly EntraError NoConsumers = new(400, "invalid_request", 9002332,
        "The development issuer has Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.");

    public static EntraError Malformed(string reason) => new(400, "invalid_request", 9002313, $"Invalid request. {reason}");

    public static EntraError MissingParameter(string name) => new(400, "invalid_request", 900144,
        $"The request body must contain the following parameter: '{name}'.");

    public static EntraError UnsupportedGrant(string grant) => new(400, "unsupported_grant_type", 70003,
        $"The app requested an unsupported grant type '{Shown(grant)}'. " +
        "The development issuer knows client_credentials, authorization_code, refresh_token, password, " +
        "urn:ietf:params:oauth:grant-type:device_code and urn:ietf:params:oauth:grant-type:jwt-bearer.");

    public static readonly EntraError GrantNotOnCommon = new(400, "invalid_request", 9001023,
        "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.");

    // The client.

    public static EntraError UnknownApplication(string clientId, string tenantId) => new(400, "unauthorized_client", 700016,
        $"Application with identifier '{Shown(clientId)}' was not found in the directory '{tenantId}'.");

    public static readonly EntraError MissingSecret = new(401, "invalid_client", 7000216,
        "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.");

    public static readonly EntraError MissingCredential = new(401, "invalid_client", 7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");

    public static EntraError WrongSecret(string appId) => new(401, "invalid_client", 7000215,
        $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{appId}'.");

    public static EntraError ExpiredSecret(string appId) => new(401, "invalid_client", 7000222,
        $"The provided client secret keys for app '{appId}' are expired.");

    public static readonly EntraError PublicClientWithCredential = new(401, "invalid_client", 700025,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");

    public static EntraError MalformedAssertion(string reason) => new(400, "invalid_request", 50027, $"JWT token is invalid or malformed. {reason}");

    public static EntraError AssertionKey(string reason) => new(401, "invalid_client", 700027,
        $"Client assertion contains an invalid signature. [Reason - {reason}]");

    public static readonly EntraError AssertionClient = new(401, "invalid_client", 700021,
        "Client assertion application identifier doesn't match 'client_id' parameter. Both iss and sub have to be the client_id.");

    public static EntraError AssertionAudience(string audience) => new(401, "invalid_client", 700023,
        $"Client assertion audience claim does not match Realm issuer. '{Shown(audience)}' is no name of this token endpoint.");

    public static readonly EntraError AssertionTime = new(401, "invalid_client", 700024, "Client assertion is not within its valid time range.");

    public static readonly EntraError Busy = new(503, "temporarily_unavailable", 90006, "The service is temporarily unavailable. Too many client assertions are kept to be known again.");

    // Either.

    /// <summary>Clients know 503 with <c>Retry-After</c> for what it is and ask again.</summary>
    public static readonly EntraError TooManyChecks = new(503, "temporarily_unavailable", 90006,
        "The service is temporarily unavailable. Too many secrets are being checked at once.")
    { RetryAfterSeconds = 5 };

    /// <summary>Entra has that code for users, and nothing like it for applications.</summary>
    public static EntraError Locked(SignInAccount account, TimeSpan wait) => new(
        account.IsApplication ? 401 : 400,
        account.IsApplication ? "invalid_client" : "invalid_grant",
        50053,
        account.IsApplication
            ? $"The application '{account.Id}' is locked, it tried too many times with a wrong client secret."
            : "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.")
    { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };

    // Scopes.

    public static EntraError NotDefaultScope(string scope) => new(400, "invalid_scope", 1002012,
        $"The provided value for scope {Shown(scope)} is not valid. " +
        "Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).");

    public static EntraError InvalidScope(string reason) => new(400, "invalid_scope", 70011,
        $"The provided value for the input parameter 'scope' is not valid. {reason}");

    public static EntraError UnknownScope(string scope, string resource, IEnumerable<string> known) => new(400, "invalid_scope", 650053,
        $"The application asked for scope '{Shown(scope)}' that doesn't exist on the resource '{resource}'. " +
        $"Known are {string.Join(", ", known)}.");

    public static EntraError SeveralResources(string scope) => new(400, "invalid_scope", 28000,
        $"Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {Shown(scope)} is not valid.");

    public static EntraError UnknownResource(string resource, string tenantId, IEnumerable<string> known) => new(400, "invalid_resource", 500011,
        $"The resource principal named {Shown(resource)} was not found in the tenant named {tenantId}. " +
        $"Known are {string.Join(", ", known)}, and api:// with the id of an application.");

    public static readonly EntraError ResourceNotSupported = new(400, "invalid_request", 901002, "The 'resource' request parameter is not supported.");

    public static EntraError NoConsent(string appId, string appName) => new(400, "invalid_grant", 65001,
        $"The user or administrator has not consented to use the application with ID '{appId}' named '{appName}'. " +
        "Send an interactive authorization request for this user and resource. In the seed file these are the scopes of the application.")
    { Suberror = "consent_required" };

    // Users.

    public static EntraError UnknownUser(string userName, string tenantId) => new(400, "invalid_grant", 50034,
        $"The user account {Shown(userName)} does not exist in the {tenantId} directory. To sign into this application, the account must be added to the directory.");

    public static readonly EntraError WrongPassword = new(400, "invalid_grant", 50126, "Error validating credentials due to invalid username or password.");

    public static readonly EntraError NoPassword = new(400, "invalid_grant", 50056,
        "Invalid or null password: password does not exist in the directory for this user. " +
        "With Auth:Development:AllowRemote=true only users sign in to whom the seed file gives a passwordHash; a directory has none.");

    public static readonly EntraError DisabledUser = new(400, "invalid_grant", 50057, "The user account is disabled.");

    public static EntraError DirectoryUnavailable(string reason) => new(503, "temporarily_unavailable", 90033, $"A transient error has occurred. Please try again. {reason}");

    // Authorization.

    public static EntraError WrongRedirect(string redirectUri, string appId) => new(400, "invalid_request", 50011,
        $"The redirect URI '{Shown(redirectUri)}' specified in the request does not match the redirect URIs configured for the application '{appId}'. " +
        "Loopback addresses are always good; others have to be among the redirectUris of the application in the seed file.");

    public static readonly EntraError NoRedirect = new(400, "invalid_request", 900971, "No reply address provided.");

    public static EntraError UnsupportedResponseType(string type) => new(400, "unsupported_response_type", 70005,
        $"The response_type '{Shown(type)}' is not supported. The development issuer knows code, id_token and code id_token.");

    public static EntraError UnsupportedResponseMode(string mode) => new(400, "invalid_request", 70007,
        $"'{Shown(mode)}' is not a supported value of 'response_mode' when requesting a token.");

    public static EntraError UnsupportedPrompt(string prompt) => new(400, "invalid_request", 90023, $"Unsupported 'prompt' value '{Shown(prompt)}'.");

    public static readonly EntraError MissingChallenge = new(400, "invalid_request", 50147, "Missing code_challenge parameter: there is a code_challenge_method without one.");

    public static readonly EntraError ChallengeSize = new(400, "invalid_request", 501491, "Invalid size of Code_Challenge parameter: it has 43 to 128 letters, digits, '-', '.', '_' and '~'.");

    public static readonly EntraError ChallengeMethod = new(400, "invalid_request", 50149, "Invalid Code_Challenge_method parameter: it is plain or S256.");

    public static readonly EntraError LoginRequired = new(400, "login_required", 50058, "A silent sign-in request was sent but no user is signed in.");

    public static readonly EntraError SelectionRequired = new(400, "interaction_required", 16000,
        "Either multiple user identities are available for the current request or selected account is not supported for the scenario.");

    public static readonly EntraError Declined = new(400, "access_denied", 65004, "User declined to consent to access the app.");

    public static readonly EntraError PageUsedUp = new(400, "invalid_request", 50089,
        "Authentication failed due to flow token expired. This page has been used or is too old; go back to your program and sign in again.");

    // Codes and refresh tokens.

    public static readonly EntraError UnknownCode = new(400, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid: it is no code or refresh token of this issuer, or one that it has forgotten.");

    public static readonly EntraError ExpiredCode = new(400, "invalid_grant", 70008,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.");

    public static readonly EntraError RedeemedCode = new(400, "invalid_grant", 54005,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.");

    public static readonly EntraError ForeignGrant = new(400, "invalid_grant", 70000, "The provided value for the code or refresh token is not valid: it was issued to another client.");

    public static readonly EntraError ForeignTenant = new(400, "invalid_grant", 700005,
        "The provided authorization code or refresh token is intended to use against other tenant, thus rejected. It must be redeemed against same tenant it was acquired for.");

    public static EntraError ReplyAddress(string redirectUri) => new(400, "invalid_grant", 500112,
        $"The reply address '{Shown(redirectUri)}' does not match the reply address provided when requesting Authorization code.");

    public static readonly EntraError NoVerifier = new(400, "invalid_grant", 50148,
        "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE: one of them is missing.");

    public static readonly EntraError WrongVerifier = new(400, "invalid_grant", 501481,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    public static EntraError ExpiredRefreshToken(DateTimeOffset issued, TimeSpan lifetime) => new(400, "invalid_grant", 700082,
        string.Create(CultureInfo.InvariantCulture, $"The refresh token has expired due to inactivity. The token was issued on {issued:O} and was inactive for {lifetime}."));

    // Device codes.

    public static readonly EntraError AuthorizationPending = new(400, "authorization_pending", 70016,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");

    public static readonly EntraError AuthorizationDeclined = new(400, "authorization_declined", 65004, "User declined to consent to access the app.");

    public static readonly EntraError ExpiredDeviceCode = new(400, "expired_token", 70020,
        "The provided value for the input parameter 'device_code' is not valid. This device code has expired.");

    public static readonly EntraError UnknownDeviceCode = new(400, "bad_verification_code", 70018, "The device_code is not one of this issuer, or one that it has forgotten.");

    public static readonly EntraError UnknownUserCode = new(400, "invalid_request", 90119, "That code did not work. Check the code and try again.");

    public static readonly EntraError ExpiredUserCode = new(400, "invalid_request", 70019, "Verification code expired. Have the user retry the sign-in.");

    public static readonly EntraError UserCodeUsed = new(400, "invalid_request", 90120, "The request was already authorized or declined.");

    // On behalf of.

    public static readonly EntraError AssertionSignature = new(400, "invalid_grant", 50013,
        "Assertion failed signature validation. [Reason - The assertion is no access token of this issuer.]");

    public static EntraError AssertionExpired(DateTimeOffset now, DateTimeOffset end) => new(400, "invalid_grant", 500133,
        "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. "
        + string.Create(CultureInfo.InvariantCulture, $"Current time: {now:O}, expiry time of assertion {end:O}."));

    public static EntraError AssertionOfOther(string audience, string appId) => new(400, "invalid_grant", 500131,
        "Assertion audience does not match the Client app presenting the assertion. " +
        $"The audience in the assertion was '{Shown(audience)}' and the expected audience is 'api://{appId}' or the Application Uri of this application with App ID '{appId}'.");

    public static EntraError NotOnBehalfOfApp(string appId) => new(400, "invalid_grant", 7000114,
        $"Application '{appId}' is not allowed to make application on-behalf-of calls. The assertion is of an application and not of a user.");

    public static readonly EntraError IdTokenAsAssertion = new(400, "invalid_grant", 240002,
        "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.");

    // Instance discovery.

    public static readonly EntraError UnknownInstance = new(400, "invalid_instance", 50049, "Unknown or invalid instance.");

    // Whatever goes wrong outside of the handlers.

    /// <summary>Seen with the status 400 (https://github.com/NunoFilipeMota/PublicScripts/issues/5).</summary>
    public static EntraError WrongMethod(string allowed, string method) => new(400, "invalid_request", 900561,
        $"The endpoint only accepts {allowed} requests. Received a {Shown(method)} request.");

    public static EntraError NoSuchPath(string path) => new(404, "invalid_request", 9002313, $"Invalid request. The development issuer has no path '{Shown(path)}'.");

    public static EntraError WrongAccessToken(string reason) => new(401, "invalid_token", 50027, $"JWT token is invalid or malformed. {reason}");

    public static EntraError InsufficientScope(string reason) => new(403, "insufficient_scope", 65001, reason);

    /// <summary>
    /// By its status alone. Of 503 all was seen (https://github.com/Azure/azure-sdk-for-python/issues/14241); code and text of 429 are those of the reference, in its place a plain
    /// <c>Too Many Requests</c> with <c>Retry-After: 60</c> was seen as well (https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/2855).
    /// </summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="reason">A sentence of ours; null for none.</param>
    public static EntraError OfStatus(int status, string? reason = null)
    {
        (string error, int code, string text) = status switch
        {
            401 => ("invalid_client", 7000215, "Invalid client secret provided."),
            403 => ("access_denied", 53003, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
            408 or 504 => ("temporarily_unavailable", 90012, "The request has timed out."),
            414 => ("invalid_request", 90015, "The query string is too long."),
            429 => ("temporarily_unavailable", 90055, "There are too many incoming requests."),
            502 or 503 => ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again."),
            >= 500 => ("server_error", 50000, "There was an error issuing a token."),
            _ => ("invalid_request", 9002313, "Invalid request. Request is malformed or invalid."),
        };
        return new(status, error, code, string.IsNullOrEmpty(reason) ? text : $"{text} {reason}");
    }

    /// <summary>An answer that the operator ordered; what was not said is what <see cref="OfStatus"/> has. A text may bring its own code, <c>AADSTS50196: …</c>.</summary>
    public static EntraError Injected(int status, string? error, string? description)
    {
        EntraError usual = OfStatus(status);
        string text = description ?? usual.Description;
        Match code = OwnCode().Match(text);
        return usual with
        {
            Error = error ?? usual.Error,
            Code = code.Success ? int.Parse(code.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : usual.Code,
            Description = text[code.Length..],
        };
    }

    [GeneratedRegex("^AADSTS([0-9]{1,9}): *")]
    private static partial Regex OwnCode();
}
