using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>What every token of one answer has in common.</summary>
/// <param name="Host">By which name the issuer was asked.</param>
/// <param name="TenantId">Lower-case.</param>
/// <param name="Version">1 or 2: the claims differ, and the issuer.</param>
/// <param name="Client">For whom it is made.</param>
/// <param name="Address">Where the client is; null if that is not known.</param>
internal sealed record TokenOccasion(IssuerHost Host, string TenantId, int Version, IssuerClient Client, string? Address)
{
    public static TokenOccasion Of(HttpContext context, string tenantId, int version, IssuerClient client) => new(
        context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request), tenantId, version, client, context.Connection.RemoteIpAddress?.ToString());
}

/// <summary>What an id token says of one sign-in.</summary>
/// <param name="Nonce">The client's; null for none.</param>
/// <param name="WithEmail">Whether the scope <c>email</c> was granted.</param>
/// <param name="Code">The code that is handed out beside it, whose hash goes in; null for none.</param>
internal sealed record IdTokenDetails(string? Nonce, bool WithEmail, string? Code);

/// <summary>
/// Makes tokens with the claims that Entra's have: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference. Entra gives Graph tokens of version 1 whatever
/// endpoint was asked; here the endpoint decides, so that a client sees either.
/// </summary>
internal sealed class DevTokens(DevIssuerKey key, AuthOptions options, TimeProvider time)
{
    /// <summary>Entra puts no more group ids than this into a JWT, but a pointer to them.</summary>
    private const int MostGroups = 200;

    private const string UserRole = "b79fbf4d-3ef9-4689-8143-76b194e85509";
    private const string GuestRole = "10dae51f-b6af-4016-8d66-8c2a99b929b3";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public int LifetimeSeconds => (int)options.Development.TokenLifetime.TotalSeconds;

    public string ForApplication(TokenOccasion occasion, string audience, IReadOnlyList<string> roles)
    {
        string servicePrincipal = SeedTenantView.ServicePrincipalId(occasion.TenantId, occasion.Client.AppId);
        return Sign(occasion, json =>
        {
            WriteAccess(json, occasion, audience);
            json.WriteString("idp", occasion.Host.IssuerOf(occasion.TenantId, version: 1));
            json.WriteString("idtyp", "app");
            json.WriteString("oid", servicePrincipal);
            json.WriteString("sub", servicePrincipal);
            WriteStrings(json, "roles", roles);
        });
    }

    public string ForUser(TokenOccasion occasion, string audience, IssuerUser user, IReadOnlyList<string> scopes) => Sign(occasion, json =>
    {
        WriteAccess(json, occasion, audience);
        WriteUser(json, occasion, user);
        json.WriteString("acr", "1");
        WriteStrings(json, "amr", ["pwd"]);
        json.WriteString("idtyp", "user");
        json.WriteString("sub", PairwiseSubject(user.Entry.Id, audience));
        json.WriteString("scp", string.Join(' ', scopes));
        json.WriteString("upn", user.Entry.UserPrincipalName);
        json.WriteString(occasion.Version == 1 ? "unique_name" : "preferred_username", user.Entry.UserPrincipalName);
        json.WriteNumber("acct", user.Entry.IsGuest is true ? 1 : 0);
        string ownRole = user.Entry.IsGuest is true ? GuestRole : UserRole;
        WriteStrings(json, "wids", user.IsAdministrator ? [AuthOptions.GlobalAdministrator, ownRole] : [ownRole]);
        WriteGroups(json, occasion.TenantId, user.Entry.Id, user.Groups);

        // Who the user is to the client: some servers join their own sessions by it.
        json.WriteStartObject("xms_st");
        json.WriteString("sub", PairwiseSubject(user.Entry.Id, occasion.Client.AppId));
        json.WriteEndObject();
    });

    /// <summary>For the client's own use: its audience is the client, and it names no calling app, so it is never accepted as an access token.</summary>
    public string IdTokenFor(TokenOccasion occasion, IssuerUser user, IdTokenDetails details) => Sign(occasion, json =>
    {
        json.WriteString("aud", occasion.Client.AppId);
        WriteCommon(json, occasion);
        WriteUser(json, occasion, user);
        json.WriteString("sub", PairwiseSubject(user.Entry.Id, occasion.Client.AppId));
        json.WriteString("login_hint", user.Entry.UserPrincipalName);
        if (occasion.Version == 1)
        {
            WriteStrings(json, "amr", ["pwd"]);
            json.WriteString("upn", user.Entry.UserPrincipalName);
            json.WriteString("unique_name", user.Entry.UserPrincipalName);
        }
        else
        {
            json.WriteString("preferred_username", user.Entry.UserPrincipalName);
        }

        if (details.Nonce is not null)
        {
            json.WriteString("nonce", details.Nonce);
        }

        if (details.WithEmail && user.Entry.Mail is not null)
        {
            json.WriteString("email", user.Entry.Mail);
        }

        if (details.Code is not null)
        {
            // OpenID Connect Core 3.3.2.11: the left half of the hash.
            json.WriteString("c_hash", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(details.Code)).AsSpan(..16)));
        }
    });

    /// <summary>Entra's <c>sub</c> of a user differs from audience to audience.</summary>
    public static string PairwiseSubject(string userId, string audience)
    {
        // Graph goes by several names and is one audience.
        string one = NationalCloud.All.Any(cloud => cloud.GraphRoot == audience.TrimEnd('/')) ? AuthOptions.GraphAppId : audience;
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{one}")));
    }

    private void WriteAccess(Utf8JsonWriter json, TokenOccasion occasion, string audience)
    {
        json.WriteString("aud", audience);
        WriteCommon(json, occasion);
        json.WriteString("app_displayname", occasion.Client.App.DisplayName);
        json.WriteString("appid", occasion.Client.AppId);
        if (occasion.Version == 1)
        {
            json.WriteString("appidacr", occasion.Client.ProofText);
        }
        else
        {
            json.WriteString("azp", occasion.Client.AppId);
            json.WriteString("azpacr", occasion.Client.ProofText);
        }

        if (occasion.Address is not null)
        {
            json.WriteString("ipaddr", occasion.Address);
        }

        json.WriteString("tenant_region_scope", "WW");
    }

    private void WriteCommon(Utf8JsonWriter json, TokenOccasion occasion)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        json.WriteString("iss", occasion.Host.IssuerOf(occasion.TenantId, occasion.Version));
        json.WriteNumber("iat", now);
        json.WriteNumber("nbf", now);
        json.WriteNumber("exp", now + LifetimeSeconds);
        json.WriteString("tid", occasion.TenantId);
        json.WriteString("uti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
        json.WriteString("ver", occasion.Version == 1 ? "1.0" : "2.0");
    }

    private static void WriteUser(Utf8JsonWriter json, TokenOccasion occasion, IssuerUser user)
    {
        json.WriteString("oid", user.Entry.Id);
        json.WriteString("name", user.DisplayName);
        WriteIfThere("given_name", user.Entry.GivenName);
        WriteIfThere("family_name", user.Entry.Surname);
        if (user.Entry.IsGuest is true)
        {
            // A guest's home is another issuer than this tenant.
            json.WriteString("idp", $"https://{(occasion.Host.Cloud ?? NationalCloud.Global).StsHost}/{SeedTenantView.HomeOfGuest(user.Entry.UserPrincipalName)}/");
        }

        void WriteIfThere(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }

    private static void WriteGroups(Utf8JsonWriter json, string tenantId, string userId, IReadOnlySet<string> groups)
    {
        if (groups.Count <= MostGroups)
        {
            WriteStrings(json, "groups", groups);
            return;
        }

        json.WriteStartObject("_claim_names");
        json.WriteString("groups", "src1");
        json.WriteEndObject();
        json.WriteStartObject("_claim_sources");
        json.WriteStartObject("src1");
        json.WriteString("endpoint", $"https://graph.windows.net/{tenantId}/users/{userId}/getMemberObjects");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A claim with no value is left out, as Entra does.</summary>
    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyCollection<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private string Sign(TokenOccasion occasion, Action<Utf8JsonWriter> writeClaims)
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            writeClaims(json);
            json.WriteEndObject();
        }

        // Only those of version 1 name the certificate.
        return Handler.CreateToken(Encoding.UTF8.GetString(payload.WrittenSpan), occasion.Version == 1 ? key.CredentialsWithCertificate : key.Credentials);
    }
}
