using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class AccessTokensTests
{
    [Theory]
    [InlineData(null, "Access token is empty.")]
    [InlineData("", "Access token is empty.")]
    [InlineData("Bearer", "Access token is empty.")]
    [InlineData("Bearer ", "Access token is empty.")]
    [InlineData("Basic YWRtaW46c2VjcmV0", "Access token is empty.")]
    [InlineData("Negotiate abc", "Access token is empty.")]
    [InlineData("Bearer abc", "IDX14100: JWT is not well formed, there are no dots (.).\n" +
        "The token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EndcodedPayload.EncodedSignature'. " +
        "(JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.")]
    [InlineData("Bearer a.b.c", "Access token validation failure.")]
    public async Task The_401_says_what_Graph_says(string? authorization, string message)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.GetAsync("/rows/ConnectionsRead", authorization);

        (HttpStatusCode status, string code, string actual, _) = await response.ReadErrorAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "InvalidAuthenticationToken", message), (status, code, actual));
    }

    [Fact]
    public async Task The_401_is_this_body_and_these_headers_byte_for_byte()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        HttpRequestMessage request = new(HttpMethod.Get, "/rows/ConnectionsRead");
        request.Headers.Add("client-request-id", "my-own-id");

        HttpResponseMessage response = await host.Client.SendAsync(request);

        string requestId = response.Headers.GetValues("request-id").Single();
        Assert.Equal(
            """{"error":{"code":"InvalidAuthenticationToken","message":"Access token is empty.","innerError":{"date":"2026-03-14T09:26:53","request-id":"REQ","client-request-id":"my-own-id"}}}"""
                .Replace("REQ", requestId, StringComparison.Ordinal),
            await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            $"Bearer realm=\"\", authorization_uri=\"{host.Url}/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"",
            response.Headers.GetValues("WWW-Authenticate").Single());
    }

    [Fact]
    public async Task The_scheme_is_read_in_any_letter_case()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/rows/ConnectionsRead", "bEARER  " + AuthHost.Token(host).Signed())).StatusCode);
    }

    [Theory]
    [InlineData("https://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.com/")]
    [InlineData("00000003-0000-0000-c000-000000000000")]
    public async Task Graph_is_known_by_its_three_audiences(string audience)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Claim("aud", audience).Signed())).StatusCode);
    }

    [Theory]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:1")]
    [InlineData("https://localhost:65535")]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("https://[::1]:5443")]
    public async Task The_development_issuer_is_known_by_every_local_name(string origin)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = new TokenBuilder(origin, host.Time.GetUtcNow()).Signed();

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Theory]
    [InlineData(3600 + 299, HttpStatusCode.OK)]
    [InlineData(3600 + 300, HttpStatusCode.Unauthorized)]
    [InlineData(-300, HttpStatusCode.OK)]
    [InlineData(-301, HttpStatusCode.Unauthorized)]
    public async Task Clocks_may_differ_by_five_minutes_and_no_more(int secondsAfterIssue, HttpStatusCode expected)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = new TokenBuilder(host.Url, host.Time.GetUtcNow().AddHours(1)).Signed();
        host.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(secondsAfterIssue));

        Assert.Equal(expected, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task A_smaller_clock_skew_can_be_set()
    {
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:ClockSkew"] = "00:00:00" });
        string token = AuthHost.Token(host).Signed();

        host.Time.Advance(TimeSpan.FromSeconds(3599));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task A_remembered_token_still_expires()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = AuthHost.Token(host).Signed();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
        }

        Assert.Equal(1, host.Service<AccessTokenCache>().Count);

        host.Time.Advance(TimeSpan.FromSeconds(3600 + 300));
        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, token);

        Assert.Equal("Lifetime validation failed, the token is expired.", (await response.ReadErrorAsync()).Message);
    }

    [Fact]
    public async Task A_remembered_token_is_void_when_the_keys_change()
    {
        FakeAuthority authority = new();
        await using AuthHost host = await AuthHost.StartAsync(configure: services => services.AddSingleton<ITokenAuthority>(authority));
        string token = AuthHost.Token(host).Signed();
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);

        authority.Current = new SigningKeys([]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task A_token_that_only_begins_like_a_remembered_one_is_another_token()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = AuthHost.Token(host).Signed();
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);

        foreach (string other in (string[])[token[..^1], token + "A", token.ToLowerInvariant(), token + "."])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, other)).StatusCode);
        }
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        DefaultHttpContext context = new() { RequestServices = host.Service<IServiceProvider>() };
        string token = AuthHost.Token(host).Signed();
        context.Request.Headers.Authorization = new(["Bearer " + token, "Bearer " + token]);

        Assert.False(AccessTokens.TryGetToken(context.Request, out _, out Tributary.Graph.GraphError? error));
        Assert.Equal(401, error.Status);
    }

    [Fact]
    public async Task An_authority_that_cannot_be_reached_is_a_503_not_a_401()
    {
        await using AuthHost host = await AuthHost.StartAsync(configure: services => services.AddSingleton<ITokenAuthority>(new UnreachableAuthority()));

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Signed());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
    }

    private class FakeAuthority : ITokenAuthority
    {
        public SigningKeys? Current { get; set; } = new([Key()]);

        public virtual ValueTask<SigningKeys?> GetKeysAsync(string? missingKeyId, CancellationToken cancellation) => new(Current);

        public bool IsIssuer(string issuer, string tenantId) => true;

        public string AuthorizationUri(HttpRequest request) => "https://login.example/authorize";

        private static RsaSecurityKey Key()
        {
            RsaSecurityKey key = new(AuthHost.IssuerKey.ExportParameters(includePrivateParameters: false));
            key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
            return key;
        }
    }

    private sealed class UnreachableAuthority : FakeAuthority
    {
        public UnreachableAuthority() => Current = null;

        public override ValueTask<SigningKeys?> GetKeysAsync(string? missingKeyId, CancellationToken cancellation) => new((SigningKeys?)null);
    }
}
