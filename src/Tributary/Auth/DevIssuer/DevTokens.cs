using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Directories;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>Makes tokens with the claims that Entra's version 2 tokens have.</summary>
internal sealed class DevTokens(DevIssuerKey key, AuthOptions options, TimeProvider time)
{
    /// <summary>Entra puts no more group ids than this into a JWT, but a pointer to them.</summary>
    private const int MostGroups = 200;

    private const string UserRole = "b79fbf4d-3ef9-4689-8143-76b194e85509";
    private const string GuestRole = "10dae51f-b6af-4016-8d66-8c2a99b929b3";

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public int LifetimeSeconds => (int)options.Development.TokenLifetime.TotalSeconds;

    public static string IssuerPath(string tenantId) => $"/{tenantId}/v2.0";

    public string ForApplication(string origin, string tenantId, string appId, IReadOnlyList<string> roles)
    {
        string servicePrincipal = SeedTenantView.ServicePrincipalId(tenantId, appId);
        return Sign(json =>
        {
            WriteAccess(json, origin, tenantId, appId, isPublicClient: false);
            json.WriteString("idtyp", "app");
            json.WriteString("oid", servicePrincipal);
            json.WriteString("sub", servicePrincipal);
            WriteStrings(json, "roles", roles);
        });
    }

    public string ForUser(
        string origin, string tenantId, string appId, bool isPublicClient, SeedTenantUser user, IReadOnlySet<string> groups, IReadOnlyList<string> scopes) => Sign(json =>
    {
        WriteAccess(json, origin, tenantId, appId, isPublicClient);
        json.WriteString("idtyp", "user");
        json.WriteString("oid", user.Entry.Id);
        json.WriteString("sub", PairwiseSubject(user.Entry.Id, AuthOptions.GraphAppId));
        json.WriteString("scp", string.Join(' ', scopes));
        json.WriteString("name", user.Entry.DisplayName);
        json.WriteString("upn", user.Entry.UserPrincipalName);
        json.WriteString("preferred_username", user.Entry.UserPrincipalName);
        json.WriteNumber("acct", user.Entry.IsGuest is true ? 1 : 0);
        string ownRole = user.Entry.IsGuest is true ? GuestRole : UserRole;
        WriteStrings(json, "wids", user.IsAdministrator ? [AuthOptions.GlobalAdministrator, ownRole] : [ownRole]);
        WriteGroups(json, tenantId, user.Entry.Id, groups);
    });

    /// <summary>For the client's own use: its audience is the client, and it names no calling app, so it is never accepted as an access token.</summary>
    public string IdTokenFor(string origin, string tenantId, string appId, DirectoryUser user) => Sign(json =>
    {
        json.WriteString("aud", appId);
        WriteCommon(json, origin, tenantId);
        json.WriteString("oid", user.Id);
        json.WriteString("sub", PairwiseSubject(user.Id, appId));
        json.WriteString("name", user.DisplayName);
        json.WriteString("preferred_username", user.UserPrincipalName);
    });

    private void WriteAccess(Utf8JsonWriter json, string origin, string tenantId, string appId, bool isPublicClient)
    {
        json.WriteString("aud", AuthOptions.GraphAudience);
        WriteCommon(json, origin, tenantId);
        json.WriteString("azp", appId);
        json.WriteString("appid", appId);
        json.WriteString("azpacr", isPublicClient ? "0" : "1");
    }

    private void WriteCommon(Utf8JsonWriter json, string origin, string tenantId)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        json.WriteString("iss", origin + IssuerPath(tenantId));
        json.WriteNumber("iat", now);
        json.WriteNumber("nbf", now);
        json.WriteNumber("exp", now + LifetimeSeconds);
        json.WriteString("tid", tenantId);
        json.WriteString("uti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
        json.WriteString("ver", "2.0");
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

    /// <summary>Entra's <c>sub</c> of a user differs from audience to audience.</summary>
    private static string PairwiseSubject(string userId, string audience) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{audience}")));

    private string Sign(Action<Utf8JsonWriter> writeClaims)
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            writeClaims(json);
            json.WriteEndObject();
        }

        return Handler.CreateToken(Encoding.UTF8.GetString(payload.WrittenSpan), key.Credentials);
    }
}
