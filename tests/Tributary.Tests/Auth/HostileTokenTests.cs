using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Auth;
using static Tributary.Tests.Auth.TokenBuilder;

namespace Tributary.Tests.Auth;

/// <summary>Tokens that somebody may try. None gets in, none breaks the server, and none is told more than Graph tells.</summary>
public sealed class HostileTokenTests(HostileTokenTests.Server server) : IClassFixture<HostileTokenTests.Server>
{
    private const string Failure = "Access token validation failure.";
    private const string Audience = "Access token validation failure. Invalid audience.";
    private const string Expired = "Lifetime validation failed, the token is expired.";
    private static readonly RSA StrangerKey = RSA.Create(2048);
    private static readonly ECDsa EllipticKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public sealed class Server : IAsyncLifetime
    {
        internal AuthHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await AuthHost.StartAsync();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    private sealed record Attempt(string Message, Func<TokenBuilder, string> Token);

    private static readonly Dictionary<string, Attempt> Attempts = new()
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
        ["critical extension in the header"] = new(Failure, token => token.Header("crit", Names("b64")).Header("b64", false).Signed()),
        ["typ of another kind of token"] = new(Failure, token => token.Header("typ", "dpop+jwt").Signed()),

        // Lifetime
        ["expired"] = new(Expired, token => token.Claim("exp", Seconds(token, "nbf") - 301).Claim("nbf", Seconds(token, "nbf") - 3600).Signed()),
        ["expired in 1970"] = new(Expired, token => token.Claim("exp", 1).Claim("nbf", 0).Signed()),
        ["not valid yet"] = new(Failure, token => token.Claim("nbf", Seconds(token, "nbf") + 301).Signed()),
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
        ["issuer of a foreign host"] = new(Failure, token => token.Claim("iss", $"https://login.evil.example/{Tenant}/v2.0").Signed()),
        ["issuer of a host that begins with a local name"] = new(Failure, token => token.Claim("iss", $"http://localhost.evil.example/{Tenant}/v2.0").Signed()),
        ["issuer with user information"] = new(Failure, token => token.Claim("iss", $"http://localhost:80@evil.example/{Tenant}/v2.0").Signed()),
        ["issuer with a port that is none"] = new(Failure, token => token.Claim("iss", $"http://localhost:x/{Tenant}/v2.0").Signed()),
        ["issuer with another scheme"] = new(Failure, token => token.Claim("iss", $"ftp://localhost/{Tenant}/v2.0").Signed()),
        ["issuer with a longer path"] = new(Failure, token => token.Claim("iss", $"http://localhost/x/{Tenant}/v2.0").Signed()),
        ["issuer with a query"] = new(Failure, token => token.Claim("iss", $"http://localhost/{Tenant}/v2.0?").Signed()),
        ["issuer of Entra with another path"] = new(Failure, token => token.Claim("iss", $"https://login.microsoftonline.com/{Tenant}/").Signed()),
        ["issuer of another loopback address"] = new(Failure, token => token.Claim("iss", $"http://127.0.0.2/{Tenant}/v2.0").Signed()),
        ["tenant that is not the issuer's"] = new(Failure, token => token.Claim("tid", "00000000-0000-0000-0000-000000000001").Signed()),
        ["no tenant"] = new(Failure, token => token.Without("tid").Signed()),
        ["tenant null"] = new(Failure, token => token.Claim("tid", null).Signed()),
        ["tenant that is no GUID"] = new(Failure, token => token.Claim("tid", "contoso").Claim("iss", "http://localhost/contoso/v2.0").Signed()),
        ["two tenants"] = new(Failure, token => token.Claim("tid", Names(Tenant, "00000000-0000-0000-0000-000000000001")).Signed()),

        // Who
        ["no application"] = new(Failure, token => token.Without("azp").Signed()),
        ["application that is no GUID"] = new(Failure, token => token.Claim("azp", "../admin").Signed()),
        ["two applications that differ"] = new(Failure, token => token.Claim("appid", "00000000-0000-0000-0000-000000000001").Signed()),
        ["user without an object id"] = new(Failure, token => token.Delegated("ExternalConnection.ReadWrite.All", administrator: true).Without("oid").Signed()),
        ["id token"] = new(Audience, token => token.Without("azp").Claim("aud", App).Signed()),

        // Form
        ["one dot"] = new(Failure, token => token.Unsigned()),
        ["two dots only"] = new(Failure, _ => ".."),
        ["four dots, as if encrypted"] = new(Failure, token => token.Signed() + ".a.b"),
        ["header that is no JSON"] = new(Failure, token => Sign(Encode("not json") + "." + token.Unsigned().Split('.')[1])),
        ["payload that is no JSON"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("not json"))),
        ["payload that is an array"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("[]"))),
        ["payload that is empty"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + ".")),
        ["payload that is an empty object"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode("{}"))),
        ["deeply nested payload"] = new(Failure, token => Sign(token.Unsigned().Split('.')[0] + "." + Encode($"{{\"a\":{new string('[', 3000)}{new string(']', 3000)}}}"))),
        ["characters that are no base64url"] = new(Failure, token => "!!!." + token.Unsigned().Split('.')[1] + ".???"),
        ["a space inside"] = new(Failure, token => token.Signed().Insert(40, " ")),
        ["longer than 16 KB"] = new(Failure, token => token.Claim("padding", new string('x', 16 * 1024)).Signed()),
        ["no dots at all"] = new(TokenErrors.Malformed.Message, _ => "abcdef"),
        ["no dots at all, 20 KB"] = new(Failure, _ => new string('a', 20 * 1024)),
        ["operator's key where a token belongs"] = new(TokenErrors.Malformed.Message, _ => "tributary-operator-" + new string('A', 43)),
    };

    public static TheoryData<string> AttemptNames() => [.. Attempts.Keys];

    [Fact]
    public async Task The_token_they_are_made_from_is_accepted()
    {
        HttpResponseMessage response = await server.Host.AskAsync(GraphOperation.ConnectionsWrite, AuthHost.Token(server.Host).Signed());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(AttemptNames))]
    public async Task Is_not_let_in(string name)
    {
        Attempt attempt = Attempts[name];
        string token = attempt.Token(AuthHost.Token(server.Host));

        // Twice: what is refused once must not be remembered as good.
        for (int i = 0; i < 2; i++)
        {
            HttpResponseMessage response = await server.Host.AskAsync(GraphOperation.ConnectionsWrite, token);
            (HttpStatusCode status, string code, string message, string? reason) = await response.ReadErrorAsync();

            Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationToken", attempt.Message), (status, code, message));
            Assert.StartsWith("Bearer realm=\"\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.True(reason is null || token.Length < 20 || !reason.Contains(token[..20], StringComparison.Ordinal), reason);
        }
    }

    [Fact]
    public async Task Nothing_of_a_token_is_logged()
    {
        string[] tokens = [.. Attempts.Values.Select(attempt => attempt.Token(AuthHost.Token(server.Host))), AuthHost.Token(server.Host).Signed()];
        foreach (string token in tokens)
        {
            await server.Host.AskAsync(GraphOperation.ConnectionsWrite, token);
        }

        string log = string.Join('\n', server.Host.Log.Lines);
        Assert.All(tokens.SelectMany(token => token.Split('.')).Where(part => part.Length >= 40), part => Assert.DoesNotContain(part, log, StringComparison.Ordinal));
    }

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
