using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>
/// Access tokens of our own application in each tenant, by client credentials
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). One form and one answer: MSAL would bring a token cache on disk, an
/// HTTP stack and a clock of its own for it.
/// </summary>
internal sealed partial class GraphTokens(HttpClient http, GraphDirectoryOptions options, TimeProvider time, ILogger<GraphTokens> logger)
{
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _asking = new(StringComparer.Ordinal);

    /// <summary>A token for the tenant, at hand or asked for once by however many need it.</summary>
    /// <exception cref="DirectoryUnavailableException">There is none to be had.</exception>
    public async ValueTask<string> GetAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (FindOrNull(tenantId) is { } token)
        {
            return token;
        }

        SemaphoreSlim asking = _asking.GetOrAdd(tenantId, _ => new SemaphoreSlim(1, 1));
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (FindOrNull(tenantId) is { } meanwhile)
            {
                return meanwhile;
            }

            Held held = await AskAsync(tenantId, cancellationToken);
            _held[tenantId] = held;
            return held.Token;
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>Graph does not take this token any more: the next call asks for another.</summary>
    public void Drop(string tenantId, string token)
    {
        if (_held.TryGetValue(tenantId, out Held? held) && held.Token == token)
        {
            _held.TryRemove(new KeyValuePair<string, Held>(tenantId, held));
        }
    }

    private string? FindOrNull(string tenantId) => _held.TryGetValue(tenantId, out Held? held) && time.GetUtcNow() < held.RenewAt ? held.Token : null;

    private async Task<Held> AskAsync(string tenantId, CancellationToken cancellationToken)
    {
        var endpoint = new Uri(options.LoginUri, $"/{tenantId}/oauth2/v2.0/token");
        DateTimeOffset asked = time.GetUtcNow();
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = options.ClientId!,
            ["scope"] = options.EndpointUri.GetLeftPart(UriPartial.Authority) + "/.default",
        };
        try
        {
            AddCredential(form, endpoint, asked);
            using var content = new FormUrlEncodedContent(form);
            using HttpResponseMessage response = await http.PostAsync(endpoint, content, cancellationToken);
            JsonElement answer = await response.Content.ReadFromJsonAsync(GraphJson.Default.JsonElement, cancellationToken);
            if (response.IsSuccessStatusCode && answer.TextOrNull("access_token") is { Length: > 0 } token)
            {
                // A token is renewed when a tenth of its life is left, as clocks differ and calls take time.
                double seconds = answer.TryGetProperty("expires_in", out JsonElement expires) && expires.TryGetInt32(out int value) ? value : 600;
                return new Held(token, asked + TimeSpan.FromSeconds(seconds * 0.9));
            }

            LogRefused(logger, tenantId, (int)response.StatusCode, answer.TextOrNull("error"), CodeOf(answer));
            throw new DirectoryUnavailableException("Microsoft Graph cannot be asked for groups: it gives this server no token.") { RetryAfterSeconds = 30 };
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new DirectoryUnavailableException("Microsoft Graph cannot be asked for groups: this server cannot get a token.", exception);
        }
    }

    private void AddCredential(Dictionary<string, string> form, Uri endpoint, DateTimeOffset now)
    {
        if (options.CertificateFile is { Length: > 0 } file)
        {
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form["client_assertion"] = Assertion(file, endpoint, now);
            return;
        }

        string secret = options.ClientSecretFile is { Length: > 0 } secretFile ? File.ReadAllText(secretFile).Trim() : options.ClientSecret!;
        form["client_secret"] = secret.Length > 0 ? secret : throw new IOException("The file of the client secret is empty.");
    }

    /// <summary>https://learn.microsoft.com/entra/identity-platform/certificate-credentials</summary>
    private string Assertion(string file, Uri endpoint, DateTimeOffset now)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(file);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.ClientId,
            Audience = endpoint.ToString(),
            Claims = new Dictionary<string, object> { ["sub"] = options.ClientId!, ["jti"] = Guid.NewGuid().ToString() },
            NotBefore = now.UtcDateTime,
            IssuedAt = now.UtcDateTime,
            Expires = (now + AssertionLifetime).UtcDateTime,
            SigningCredentials = new X509SigningCredentials(certificate, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>The number that Entra gives its errors; of the description nothing else, which quotes what was sent.</summary>
    private static string CodeOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error_codes", out JsonElement codes) && codes.ValueKind == JsonValueKind.Array
            && codes.GetArrayLength() > 0 && codes[0].TryGetInt32(out int code)
            ? $"AADSTS{code}"
            : "no code";

    [LoggerMessage(2110, LogLevel.Error, "The token endpoint of tenant {TenantId} refused this server: {Status} {Error} ({Code}). Check Directory:Graph:ClientId and its secret or certificate.")]
    private static partial void LogRefused(ILogger logger, string tenantId, int status, string? error, string code);

    private sealed record Held(string Token, DateTimeOffset RenewAt);
}
