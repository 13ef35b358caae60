using System.Net;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth;

/// <summary>A server that trusts another issuer. The other issuer is a second server's development issuer, which speaks OpenID Connect too.</summary>
public sealed class OidcAuthorityTests
{
    private static Dictionary<string, string?> Trusting(AuthHost issuer) => new() { ["Auth:Authority"] = $"{issuer.Url}/{DevDefaults.TenantId}/v2.0" };

    [Fact]
    public async Task A_token_of_the_authority_is_accepted()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(issuer).Signed())).StatusCode);
    }

    [Fact]
    public async Task A_token_of_this_servers_own_key_is_not()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Signed())).StatusCode);
    }

    [Fact]
    public async Task A_token_of_another_tenant_of_the_authority_is_not()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));
        const string other = "12345678-1234-4234-8234-123456789abc";

        string token = AuthHost.Token(issuer).Claim("tid", other).Claim("iss", $"{issuer.Url}/{other}/v2.0").Signed();

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task The_challenge_leads_to_the_authority()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Claim("aud", "x").Signed());

        Assert.Contains($"authorization_uri=\"{issuer.Url}/{DevDefaults.TenantId}/", response.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_authority_is_down_the_answer_is_503_and_it_is_asked_again_later()
    {
        AuthHost issuer = await AuthHost.StartAsync();
        string issuerUrl = issuer.Url;
        Dictionary<string, string?> settings = Trusting(issuer);
        string token = AuthHost.Token(issuer).Signed();
        await issuer.DisposeAsync();
        await using AuthHost host = await AuthHost.StartAsync(settings);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
        Assert.Contains(host.Log.Lines, line => line.StartsWith("Warning 2001", StringComparison.Ordinal));

        await using AuthHost back = await AuthHost.StartAsync(url: issuerUrl);
        host.Time.Advance(TimeSpan.FromSeconds(4.9));
        HttpResponseMessage refused = await host.AskAsync(GraphOperation.ConnectionsRead, token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        host.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, token)).StatusCode);
    }

    [Fact]
    public async Task The_log_says_what_the_authority_answered()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(new() { ["Auth:Authority"] = $"{issuer.Url}/no/such/realm" });

        await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(issuer).Signed());

        string told = host.Log.Lines.First(line => line.StartsWith("Warning 2001", StringComparison.Ordinal));
        Assert.Contains("could not be read: it answered 404.", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", told, StringComparison.Ordinal);
        Assert.Contains(host.Log.Lines, line => line.StartsWith("Debug 2002", StringComparison.Ordinal) && line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_outlive_an_authority_that_goes_down()
    {
        AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(issuer).Signed())).StatusCode);
        await issuer.DisposeAsync();
        host.Time.Advance(TimeSpan.FromHours(13));

        string later = new TokenBuilder(issuer.Url, host.Time.GetUtcNow()).Signed();

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, later)).StatusCode);
    }

    [Fact]
    public async Task Keys_that_are_read_again_and_are_the_same_leave_remembered_tokens_valid()
    {
        await using AuthHost issuer = await AuthHost.StartAsync();
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));
        ITokenAuthority authority = host.Service<ITokenAuthority>();
        SigningKeys? before = await authority.GetKeysAsync(null, CancellationToken.None);
        host.Time.Advance(TimeSpan.FromSeconds(31));

        SigningKeys? after = await authority.GetKeysAsync("made up", CancellationToken.None);

        Assert.NotNull(before);
        Assert.Same(before, after);
    }

    [Fact]
    public async Task A_new_key_of_the_authority_is_found_when_a_token_names_it()
    {
        AuthHost issuer = await AuthHost.StartAsync();
        string issuerUrl = issuer.Url;
        await using AuthHost host = await AuthHost.StartAsync(Trusting(issuer));
        string oldToken = AuthHost.Token(issuer).Signed();
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, oldToken)).StatusCode);
        await issuer.DisposeAsync();

        await using AuthHost rekeyed = await AuthHost.StartAsync(withKey: false, url: issuerUrl);
        HttpResponseMessage issued = await rekeyed.PostTokenAsync(DevDefaults.TenantId, new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = DevDefaults.AppId,
            ["client_secret"] = "any",
            ["scope"] = ".default",
        });
        string newToken = (await issued.ReadJsonAsync()).GetProperty("access_token").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, newToken)).StatusCode);
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, newToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, oldToken)).StatusCode);
    }
}
