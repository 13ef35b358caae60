using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Auth;
using static Tributary.Tests.Auth.TokenBuilder;

namespace Tributary.Tests.Auth;

/// <summary>The table of <see cref="HostileTokenTests"/>: each attempt makes a token out of a good one, and says what it must be answered.</summary>
internal static class HostileTokens
{
    public const string Development = "development issuer";
    public const string Entra = "Entra";
    public const string Mapped = "mapped claims";
    private const string Failure = "Access token validation failure.";
    private const string Audience = "Access token validation failure. Invalid audience.";
    private const string Expired = "Lifetime validation failed, the token is expired.";
    private const string Other = "00000000-0000-0000-0000-000000000001";
    private static readonly RSA StrangerKey = RSA.Create(2048);
    public static readonly RSA PersonalKey = RSA.Create(2048);
    private static readonly ECDsa EllipticKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly byte[] SharedSecret = RandomNumberGenerator.GetBytes(64);

    /// <param name="Targets">Where it is tried; all where none is named.</param>
    public sealed record Attempt(string Message, Func<TokenBuilder, string> Token, params string[] Targets);

    public static readonly IReadOnlyDictionary<string, Attempt> Attempts = new Dictionary<string, Attempt>
    {
        // Signature
        ["signed with another key"] = new(Failure, token => token.Signed(StrangerKey)),
        ["signed with another key that it brings along as jwk"] = new(Failure, token => token.Header("jwk", Jwk(StrangerKey)).Signed(StrangerKey)),
        ["signed with another key, its address in jku"] = new(Failure, token => token.Header("jku", "https://evil.example/keys").Signed(StrangerKey)),
        ["signed with another key, its address in x5u"] = new(Failure, token => token.Header("x5u", "https://evil.example/cert").Signed(StrangerKey)),
        ["signed with another key under another kid"] = new(Failure, token => token.Header("kid", "other").Signed(StrangerKey)),
        ["right key, wrong kid"] = new(Failure, token => token.Header("kid", "other").Signed()),
        ["no kid"] = new(Failure, token => token.Without("kid").Signed()),
        ["empty kid"] = new(Failure, token => token.Header("kid", "").Signed()),
        ["kid that is a path"] = new(Failure, token => token.Header("kid", "../../../../dev/null").Signed()),
        ["kid that is a path, signed with an empty HMAC key"] = new(Failure, token => Hmac(token.Header("alg", "HS256").Header("kid", "/dev/null"), [0])),
        ["kid that is SQL"] = new(Failure, token => token.Header("kid", "x' UNION SELECT 'key' --").Signed()),
        ["kid that is a number"] = new(Failure, token => token.Header("kid", 7).Signed()),
        ["alg none, empty signature"] = new(Failure, token => token.Header("alg", "none").Unsigned() + "."),
        ["alg None, empty signature"] = new(Failure, token => token.Header("alg", "None").Unsigned() + "."),
        ["alg none, signature of the right key"] = new(Failure, token => token.Header("alg", "none").Signed()),
        ["alg empty"] = new(Failure, token => token.Header("alg", "").Signed()),
        ["no alg"] = new(Failure, token => token.Without("alg").Signed()),
        ["alg RS256 and no signature"] = new(Failure, token => token.Unsigned() + "."),
        ["HS256 with the public key as PEM"] = new(Failure, token => Hmac(token.Header("alg", "HS256"), Encoding.ASCII.GetBytes(AuthHost.IssuerKey.ExportSubjectPublicKeyInfoPem()))),
        ["HS256 with the public key as DER"] = new(Failure, token => Hmac(token.Header("alg", "HS256"), AuthHost.IssuerKey.ExportSubjectPublicKeyInfo())),
        ["HS256 with the modulus"] = new(Failure, token => Hmac(token.Header("alg", "HS256"), AuthHost.IssuerKey.ExportParameters(false).Modulus!)),
        ["RS512 with the right key"] = new(Failure, token => Rsa(token.Header("alg", "RS512"), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
        ["PS256 with the right key"] = new(Failure, token => Rsa(token.Header("alg", "PS256"), HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        ["ES256"] = new(Failure, token => Elliptic(token.Header("alg", "ES256"))),
        ["says RS256, signed as PS256"] = new(Failure, token => Rsa(token, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        ["one bit of the signature flipped"] = new(Failure, token => FlipSignature(token.Signed())),
        ["signature cut"] = new(Failure, token => token.Signed()[..^20]),
        ["signature of another token"] = new(Failure, token => token.Unsigned() + token.Claim("tid", Guid.NewGuid().ToString()).Signed()[^343..]),
        ["payload changed after signing"] = new(Failure, token => Repack(token.Signed(), payload => payload["roles"] = Names("ExternalConnection.ReadWrite.All", "Tributary.Operate"))),
        ["x5c of another certificate's key"] = new(Failure, token => token.Header("x5c", Names(Convert.ToBase64String(StrangerKey.ExportSubjectPublicKeyInfo()))).Signed(StrangerKey)),
        ["kid of the published key with another one's x5t"] = new(Failure, token => token.Header("x5t", "AAAA").Signed(StrangerKey)),
        ["kid with a null character"] = new(Failure, token => token.Header("kid", KeyId + "\0").Signed()),
        ["kid in another letter case"] = new(Failure, token => token.Header("kid", KeyId.ToUpperInvariant()).Signed(StrangerKey)),
        ["kid of 10 KB"] = new(Failure, token => token.Header("kid", new string('k', 7 * 1024)).Signed()),
        ["two algorithms"] = new(Failure, token => token.Header("alg", Names("none", "RS256")).Signed()),
        ["HS256 with the kid as the secret"] = new(Failure, token => Hmac(token.Header("alg", "HS256"), Encoding.ASCII.GetBytes(KeyId))),
        ["HS256 with an empty secret"] = new(Failure, token => Hmac(token.Header("alg", "HS256"), [])),
        ["ES256 of 64 zeros (psychic signature)"] = new(Failure, token => $"{token.Header("alg", "ES256").Unsigned()}.{Base64Url.EncodeToString(new byte[64])}"),
        ["RS256 of zeros"] = new(Failure, token => $"{token.Unsigned()}.{Base64Url.EncodeToString(new byte[256])}"),
        ["critical extension in the header"] = new(Failure, token => token.Header("crit", Names("b64")).Header("b64", false).Signed()),
        ["typ of another kind of token"] = new(Failure, token => token.Header("typ", "dpop+jwt").Signed()),

        // Kind: the header says JWT, the payload which
        ["ID token whose audience fits"] = new(Failure, token => token.Claim("typ", "ID").Signed()),
        ["ID token whose typ is left out but not its hash of the access token"] = new(Failure, token => token.Claim("at_hash", "x").Signed()),
        ["ID token with the hash of a code"] = new(Failure, token => token.Claim("c_hash", "x").Signed()),
        ["refresh token whose audience fits"] = new(Failure, token => token.Claim("typ", "Refresh").Signed()),
        ["offline token whose audience fits"] = new(Failure, token => token.Claim("typ", "Offline").Signed()),
        ["log-out token whose audience fits"] = new(Failure, token => token.Claim("typ", "Logout").Signed()),
        ["log-out token told by its events alone"] = new(Failure, token => token.Claim("events", new JsonObject()).Signed()),
        ["access token bound to a key (DPoP)"] = new(Failure, token => token.Claim("typ", "DPoP").Signed()),
        ["typ of the payload that nobody knows"] = new(Failure, token => token.Claim("typ", "Bearer2").Signed()),
        ["typ of the payload empty"] = new(Failure, token => token.Claim("typ", "").Signed()),
        ["typ of the payload null"] = new(Failure, token => token.Claim("typ", null).Signed()),
        ["typ of the payload that is a list"] = new(Failure, token => token.Claim("typ", Names("Bearer", "ID")).Signed()),
        ["typ of the payload that is a number"] = new(Failure, token => token.Claim("typ", 1).Signed()),
        ["ID token of Cognito"] = new(Failure, token => token.Claim("token_use", "id").Signed()),
        ["refresh token of Ping"] = new(Failure, token => token.Claim("tokenName", "refresh_token").Signed()),

        // Lifetime
        ["expired"] = new(Expired, token => token.Claim("exp", Seconds(token, "iat") - 301).Claim("nbf", Seconds(token, "iat") - 3600).Signed()),
        ["expired in 1970"] = new(Expired, token => token.Claim("exp", 1).Claim("nbf", 0).Signed()),
        ["not valid yet"] = new(Failure, token => token.Claim("nbf", Seconds(token, "iat") + 301).Signed()),
        ["valid from after its end"] = new(Failure, token => token.Claim("nbf", Seconds(token, "exp") + 1).Signed()),
        ["no expiry"] = new(Failure, token => token.Without("exp").Signed()),
        ["expiry null"] = new(Failure, token => token.Claim("exp", null).Signed()),
        ["expiry that is a word"] = new(Failure, token => token.Claim("exp", "never").Signed()),
        ["negative expiry"] = new(Expired, token => token.Claim("exp", -1).Without("nbf").Signed()),

        // Audience
        ["another audience"] = new(Audience, token => token.Claim("aud", "https://management.azure.com").Signed()),
        ["no audience"] = new(Audience, token => token.Without("aud").Signed()),
        ["empty audience"] = new(Audience, token => token.Claim("aud", "").Signed()),
        ["audience that begins like Graph's"] = new(Audience, token => token.Claim("aud", "https://graph.microsoft.com.evil.example").Signed()),
        ["audience in another letter case"] = new(Audience, token => token.Claim("aud", "https://GRAPH.microsoft.com").Signed()),
        ["a list of other audiences"] = new(Audience, token => token.Claim("aud", Names("a", "b")).Signed()),

        // Issuer and tenant
        ["no issuer"] = new(Failure, token => token.Without("iss").Signed()),
        ["issuer of a foreign host"] = new(Failure, token => token.Claim("iss", $"https://login.evil.example/{Tenant}/v2.0").Signed(), Development),
        ["issuer of Entra, whose host is not taken over"] = new(Failure, token => token.Claim("iss", $"https://login.microsoftonline.com/{Tenant}/v2.0").Signed(), Development),
        ["issuer of a host that begins with a local name"] = new(Failure, token => token.Claim("iss", $"http://localhost.evil.example/{Tenant}/v2.0").Signed(), Development),
        ["issuer with user information"] = new(Failure, token => token.Claim("iss", $"http://localhost:80@evil.example/{Tenant}/v2.0").Signed(), Development),
        ["issuer with a port that is none"] = new(Failure, token => token.Claim("iss", $"http://localhost:x/{Tenant}/v2.0").Signed(), Development),
        ["issuer with another scheme"] = new(Failure, token => token.Claim("iss", $"ftp://localhost/{Tenant}/v2.0").Signed(), Development),
        ["issuer with a longer path"] = new(Failure, token => token.Claim("iss", $"http://localhost/x/{Tenant}/v2.0").Signed(), Development),
        ["issuer with a query"] = new(Failure, token => token.Claim("iss", $"http://localhost/{Tenant}/v2.0?").Signed(), Development),
        ["issuer of Entra with another path"] = new(Failure, token => token.Claim("iss", $"https://login.microsoftonline.com/{Tenant}/").Signed(), Development),
        ["issuer of another loopback address"] = new(Failure, token => token.Claim("iss", $"http://127.0.0.2/{Tenant}/v2.0").Signed(), Development),
        ["tenant that is not the issuer's"] = new(Failure, token => token.Claim("tid", "00000000-0000-0000-0000-000000000001").Signed(), Development, Entra),
        ["tenant of version 2's placeholder"] = new(Failure, token => token.Claim("tid", "{tenantid}").Signed(), Development, Entra),
        ["tenant in braces"] = new(Failure, token => token.Claim("tid", $"{{{Tenant}}}").Signed(), Development, Entra),
        ["no tenant"] = new(Failure, token => token.Without("tid").Signed(), Development, Entra),
        ["tenant null"] = new(Failure, token => token.Claim("tid", null).Signed(), Development, Entra),
        ["tenant that is no GUID"] = new(Failure, token => token.Claim("tid", "contoso").Claim("iss", "http://localhost/contoso/v2.0").Signed(), Development, Entra),
        ["two tenants"] = new(Failure, token => token.Claim("tid", Names(Tenant, "00000000-0000-0000-0000-000000000001")).Signed(), Development, Entra),

        // Entra: versions, tenants, clouds
        ["version 2 issuer of another tenant"] = new(Failure, token => token.Claim("iss", NationalCloud.Global.IssuerOf(Other)).Signed(), Entra),
        ["version 1 issuer of another tenant"] = new(Failure, token => token.Claim("iss", NationalCloud.Global.Version1IssuerOf(Other)).Claim("ver", "1.0").Signed(), Entra),
        ["another tenant, version 2"] = new(Failure, token => token.Claim("tid", Other).Claim("iss", NationalCloud.Global.IssuerOf(Other)).Signed(), Entra),
        ["another tenant, version 1"] = new(Failure, token => token.Claim("tid", Other).Claim("iss", NationalCloud.Global.Version1IssuerOf(Other)).Signed(), Entra),
        ["issuer of the US Government"] = new(Failure, token => token.Claim("iss", NationalCloud.UsGovernment.IssuerOf(Tenant)).Signed(), Entra),
        ["issuer of China, version 2"] = new(Failure, token => token.Claim("iss", NationalCloud.China.IssuerOf(Tenant)).Signed(), Entra),
        ["issuer of China, version 1"] = new(Failure, token => token.Claim("iss", NationalCloud.China.Version1IssuerOf(Tenant)).Signed(), Entra),
        ["audience of the US Government"] = new(Audience, token => token.Claim("aud", NationalCloud.UsGovernment.GraphRoot).Signed(), Entra),
        ["audience of the DoD"] = new(Audience, token => token.Claim("aud", NationalCloud.UsGovernmentDod.GraphRoot).Signed(), Entra),
        ["audience of China"] = new(Audience, token => token.Claim("aud", NationalCloud.China.GraphRoot).Signed(), Entra),
        ["issuer of the mirror"] = new(Failure, token => token.Claim("iss", "http://127.0.0.1/realms/contoso").Signed(), Entra),
        ["issuer with the placeholder"] = new(Failure, token => token.Claim("iss", NationalCloud.Global.IssuerOf("{tenantid}")).Signed(), Entra),
        ["issuer of common"] = new(Failure, token => token.Claim("iss", NationalCloud.Global.IssuerOf("common")).Signed(), Entra),
        ["issuer of version 2 without the version"] = new(Failure, token => token.Claim("iss", $"https://login.microsoftonline.com/{Tenant}").Signed(), Entra),
        ["issuer of version 1 without the slash"] = new(Failure, token => token.Claim("iss", $"https://sts.windows.net/{Tenant}").Signed(), Entra),
        ["issuer of version 1 over http"] = new(Failure, token => token.Claim("iss", $"http://sts.windows.net/{Tenant}/").Signed(), Entra),
        ["issuer in another letter case"] = new(Failure, token => token.Claim("iss", NationalCloud.Global.IssuerOf(Tenant).ToUpperInvariant()).Signed(), Entra),
        ["issuer of an old login host"] = new(Failure, token => token.Claim("iss", $"https://login.windows.net/{Tenant}/v2.0").Signed(), Entra),
        ["issuer of a host that begins like Entra's"] = new(Failure, token => token.Claim("iss", $"https://login.microsoftonline.com.evil.example/{Tenant}/v2.0").Signed(), Entra),
        ["key that signs for personal accounts only, by x5t"] = new(Failure, token => token.Without("kid").Header("x5t", "personal").Signed(PersonalKey), Entra),
        ["key that signs for personal accounts only, by x5t and an empty kid"] = new(
            Failure, token => token.Header("kid", "").Header("x5t", "personal").Signed(PersonalKey), Entra),
        ["key that signs for personal accounts only"] = new(Failure, token => token.Header("kid", "personal").Signed(PersonalKey), Entra),
        ["token for Graph itself, its nonce changed after signing"] = new(Failure, token =>
        {
            string signed = token.Header("nonce", "hashed").Signed();
            return $"{token.Header("nonce", "plain").Unsigned()}.{signed.Split('.')[2]}";
        }, Entra),

        // Another provider
        ["issuer of another realm"] = new(Failure, token => token.Claim("iss", Issuer(token).Replace("contoso", "fabrikam", StringComparison.Ordinal)).Signed(), Mapped),
        ["issuer with a slash at its end"] = new(Failure, token => token.Claim("iss", Issuer(token) + "/").Signed(), Mapped),
        ["issuer that is a list"] = new(Failure, token => token.Claim("iss", Names(Issuer(token), "https://evil.example")).Signed(), Mapped),
        ["HS256 with a secret that the provider publishes"] = new(Failure, token => Hmac(token.Header("alg", "HS256").Header("kid", "shared"), SharedSecret), Mapped),
        ["RS256 under the kid of a published secret"] = new(Failure, token => token.Header("kid", "shared").Signed(), Mapped),
        ["typ of a log-out token"] = new(Failure, token => token.Header("typ", "logout+jwt").Signed(), Mapped),
        ["typ of an ID-JAG"] = new(Failure, token => token.Header("typ", "oauth-id-jag+jwt").Signed(), Mapped),
        ["mapped: no application"] = new(Failure, token => token.Without("azp").Signed(), Mapped),
        ["mapped: empty application"] = new(Failure, token => token.Claim("azp", "").Signed(), Mapped),
        ["mapped: two applications"] = new(Failure, token => token.Claim("azp", Names("hr-connector", "other")).Signed(), Mapped),
        ["mapped: application in the place that Entra has it"] = new(Failure, token => token.Without("azp").Claim("appid", App).Signed(), Mapped),
        ["mapped: user without an id"] = new(Failure, token => token.Without("client_id").Without("sub").Signed(), Mapped),
        ["mapped: user with two ids"] = new(Failure, token => token.Without("client_id").Claim("sub", Names("ada", "bob")).Signed(), Mapped),
        ["mapped: ID token"] = new(Audience, token => token.Claim("aud", "hr-connector").Claim("typ", "ID").Signed(), Mapped),

        // Who
        ["no application"] = new(Failure, token => token.Without("azp").Signed(), Development, Entra),
        ["application that is no GUID"] = new(Failure, token => token.Claim("azp", "../admin").Signed(), Development, Entra),
        ["two applications that differ"] = new(Failure, token => token.Claim("appid", "00000000-0000-0000-0000-000000000001").Signed(), Development, Entra),
        ["user without an object id"] = new(Failure, token => token.Delegated("ExternalConnection.ReadWrite.All", administrator: true).Without("oid").Signed(), Development, Entra),
        ["neither user nor application: roles of who is not his own subject"] = new(Failure, token => token.Without("idtyp").Claim("sub", "pairwise").Signed(), Entra),
        ["neither user nor application: roles and no subject"] = new(Failure, token => token.Without("idtyp").Without("sub").Signed(), Entra),
        ["neither user nor application: roles and no object id"] = new(Failure, token => token.Without("idtyp").Without("oid").Signed(), Entra),
        ["neither user nor application: subjects in a list"] = new(Failure, token =>
            token.Without("idtyp").Claim("sub", Names("99999999-2222-4333-8444-555555555555", "pairwise")).Signed(), Entra),
        ["id token"] = new(Audience, token => token.Without("azp").Claim("aud", App).Signed(), Development, Entra),

        // Form
        ["one dot"] = new(Failure, token => token.Unsigned()),
        ["two dots only"] = new(Failure, _ => ".."),
        ["four dots, as if encrypted"] = new(Failure, token => token.Signed() + ".a.b"),
        ["header that is no JSON"] = new(Failure, token => Sign(Encode("not json") + "." + token.Unsigned().Split('.')[1])),
        ["payload that is no JSON"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("not json"))),
        ["payload that is an array"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("[]"))),
        ["payload that is empty"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + ".")),
        ["a member twice in the payload"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode(token.Payload.GetRawText()[..^1] + $",\"aud\":\"https://graph.microsoft.com\",\"azp\":\"{App}\"}}"))),
        ["payload that is an empty object"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("{}"))),
        ["deeply nested payload"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode($"{{\"a\":{new string('[', 3000)}{new string(']', 3000)}}}"))),
        ["characters that are no base64url"] = new(Failure, token => "!!!." + token.Unsigned().Split('.')[1] + ".???"),
        ["a space inside"] = new(Failure, token => token.Signed().Insert(40, " ")),
        ["longer than 16 KB"] = new(Failure, token => token.Claim("padding", new string('x', 16 * 1024)).Signed()),
        ["no dots at all"] = new(TokenErrors.Malformed.Message, _ => "abcdef"),
        ["no dots at all, 20 KB"] = new(Failure, _ => new string('a', 20 * 1024)),
        ["operator's key where a token belongs"] = new(TokenErrors.Malformed.Message, _ => "tributary-operator-" + new string('A', 43)),
    };

    private static string Issuer(TokenBuilder token) => token.Payload.GetProperty("iss").GetString()!;

    private static JsonObject Jwk(RSA key)
    {
        RSAParameters parameters = key.ExportParameters(false);
        return new JsonObject { ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent) };
    }

    private static string Hmac(TokenBuilder token, byte[] secret) =>
        $"{token.Unsigned()}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(token.Unsigned())))}";

    private static string Rsa(TokenBuilder token, HashAlgorithmName hash, RSASignaturePadding padding) =>
        $"{token.Unsigned()}.{Base64Url.EncodeToString(AuthHost.IssuerKey.SignData(Encoding.ASCII.GetBytes(token.Unsigned()), hash, padding))}";

    private static string Elliptic(TokenBuilder token) =>
        $"{token.Unsigned()}.{Base64Url.EncodeToString(EllipticKey.SignData(Encoding.ASCII.GetBytes(token.Unsigned()), HashAlgorithmName.SHA256))}";

    private static string FlipSignature(string token)
    {
        int dot = token.LastIndexOf('.');
        byte[] signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        signature[17] ^= 1;
        return token[..(dot + 1)] + Base64Url.EncodeToString(signature);
    }

    private static string Repack(string token, Action<JsonObject> change)
    {
        string[] parts = token.Split('.');
        JsonObject payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        change(payload);
        return $"{parts[0]}.{Encode(payload)}.{parts[2]}";
    }

    private static long Seconds(TokenBuilder token, string claim) => token.Payload.GetProperty(claim).GetInt64();
}
