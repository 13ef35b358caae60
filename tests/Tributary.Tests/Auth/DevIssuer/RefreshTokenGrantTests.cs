using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class RefreshTokenGrantTests
{
    private static Dictionary<string, string> First() => Form(
        ("grant_type", "password"), ("client_id", App), ("username", "reader@tributary.local"), ("password", "any"),
        ("scope", "openid offline_access https://graph.microsoft.com/ExternalItem.Read.All"));

    private static Dictionary<string, string> Refresh(string token) => Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", token));

    private static async Task<string> RefreshTokenAsync(AuthHost host) => (await host.TokensAsync(First())).GetProperty("refresh_token").GetString()!;

    [Fact]
    public async Task A_refresh_token_gets_the_same_again_and_a_new_one()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = await RefreshTokenAsync(host);
        host.Time.Advance(TimeSpan.FromHours(2));

        JsonElement answer = await host.TokensAsync(Refresh(token));

        JsonWebToken access = answer.Token();
        Assert.Equal(("reader@tributary.local", "openid ExternalItem.Read.All"), (access.Claim("upn"), access.Claim("scp")));
        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), access.Claim("iat"));
        Assert.True(answer.TryGetProperty("id_token", out _));
        Assert.NotEqual(token, answer.GetProperty("refresh_token").GetString());

        // As with Entra, the client is expected to throw the old one away, and it stays good.
        await host.TokensAsync(Refresh(token));
        await host.TokensAsync(Refresh(answer.GetProperty("refresh_token").GetString()!));
    }

    [Fact]
    public async Task Other_scopes_and_another_resource_can_be_asked_for_and_a_new_refresh_token_comes_in_any_case()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement answer = await host.TokensAsync(Refresh(await RefreshTokenAsync(host)).With("scope", $"api://{OtherApp}/access_as_user"));

        Assert.Equal((OtherApp, "access_as_user"), (answer.Token().Claim("aud"), answer.Token().Claim("scp")));
        Assert.True(answer.TryGetProperty("refresh_token", out _));
        Assert.False(answer.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task It_outlives_a_restart_and_ends_with_the_key()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-refresh-").FullName;
        string token;
        await using (AuthHost host = await AuthHost.StartAsync(dataDirectory: directory, withKey: false))
        {
            token = await RefreshTokenAsync(host);
        }

        await using (AuthHost host = await AuthHost.StartAsync(dataDirectory: directory, withKey: false))
        {
            await host.TokensAsync(Refresh(token));
        }

        File.Delete(Path.Combine(directory, "issuer.key"));
        await using (AuthHost host = await AuthHost.StartAsync(dataDirectory: directory, withKey: false))
        {
            await host.AssertErrorAsync(Refresh(token), "invalid_grant", 9002313);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task It_is_good_for_90_days_from_its_last_use_or_as_long_as_is_set()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = await RefreshTokenAsync(host);
        host.Time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        string next = (await host.TokensAsync(Refresh(token))).GetProperty("refresh_token").GetString()!;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AssertErrorAsync(Refresh(token), "invalid_grant", 700082);
        await host.TokensAsync(Refresh(next));

        await using AuthHost shorter = await AuthHost.StartAsync(new() { ["Auth:Development:RefreshTokenLifetime"] = "02:00:00" });
        string soon = await RefreshTokenAsync(shorter);
        shorter.Time.Advance(TimeSpan.FromHours(2));
        await shorter.AssertErrorAsync(Refresh(soon), "invalid_grant", 700082);
    }

    [Fact]
    public async Task What_is_no_refresh_token_or_somebody_elses_is_refused()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = await RefreshTokenAsync(host);

        await host.AssertErrorAsync(Refresh(token).With("client_id", OtherApp), "invalid_grant", 70000);
        await host.AssertErrorAsync(Refresh(token), "invalid_grant", 700005, path: "/12345678-1234-4234-8234-123456789abc/oauth2/v2.0/token");
        await host.TokensAsync(Refresh(token), "/common/oauth2/v2.0/token");
        string[] wrong = ["x", "!", token[..^4], token + "AAAA", token[..20] + (token[20] == 'A' ? 'B' : 'A') + token[21..], new string('A', 8 * 1024 + 4)];
        foreach (string changed in wrong)
        {
            await host.AssertErrorAsync(Refresh(changed), "invalid_grant", 9002313);
        }
    }

    [Fact]
    public async Task A_user_who_was_disabled_or_removed_gets_nothing_more()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-seed-").FullName;
        string file = Path.Combine(directory, "seed.json");
        await using AuthHost host = await StartWithSeedAsync("""{ "users": [{ "userPrincipalName": "ada@contoso.test" }] }""", directory: directory);
        string token = (await host.TokensAsync(First().With("username", "ada@contoso.test"))).GetProperty("refresh_token").GetString()!;

        await File.WriteAllTextAsync(file, """{ "users": [{ "userPrincipalName": "ada@contoso.test", "disabled": true }] }""");
        await host.AssertErrorAsync(Refresh(token), "invalid_grant", 50057);
        await File.WriteAllTextAsync(file, "{}");
        await host.AssertErrorAsync(Refresh(token), "invalid_grant", 50034);
        Directory.Delete(directory, recursive: true);
    }
}
