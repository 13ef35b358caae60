using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Tests.Hosting;
using Tributary.Tests.TakeOver;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>For which Graph a token is: each cloud's has a root of its own, and a client looks its tokens up by it (protocol 2).</summary>
public sealed class TokenResourceTests
{
    private static Dictionary<string, string> User(string scope) => Form(
        ("grant_type", "password"), ("client_id", App), ("username", "reader@tributary.local"), ("password", "any"), ("scope", scope));

    private static Dictionary<string, string> Application(string scope) =>
        Form(("grant_type", "client_credentials"), ("client_id", App), ("client_secret", "any"), ("scope", scope));

    [Theory]
    [InlineData("https://graph.microsoft.com")]
    [InlineData("https://graph.microsoft.us")]
    [InlineData("https://dod-graph.microsoft.us")]
    [InlineData("https://microsoftgraph.chinacloudapi.cn")]
    public async Task Graph_by_the_root_of_a_cloud_is_that_cloud_s_to_both_versions_and_is_accepted(string root)
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement user = await host.TokensAsync(User($"openid offline_access {root}/ExternalItem.Read.All"));
        JsonElement app = await host.TokensAsync(Application(root + "/.default"));
        JsonElement one = await host.TokensAsync(Application("").With("scope", null).With("resource", root + "/"), $"/{Tenant}/oauth2/token");
        JsonElement refreshed = await host.TokensAsync(
            Form(("grant_type", "refresh_token"), ("client_id", App), ("refresh_token", user.GetProperty("refresh_token").GetString())));

        Assert.Equal((root, root, root + "/", root), (user.Token().Claim("aud"), app.Token().Claim("aud"), one.Token().Claim("aud"), refreshed.Token().Claim("aud")));
        Assert.Equal((root + "/", $"openid {root}/ExternalItem.Read.All"), (one.GetProperty("resource").GetString(), user.GetProperty("scope").GetString()));
        foreach (JsonElement answer in (JsonElement[])[app, one])
        {
            Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsRead, answer.Token().EncodedToken)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.Search, user.Token().EncodedToken)).StatusCode);
    }

    [Fact]
    public async Task A_user_is_the_same_subject_to_Graph_in_every_cloud()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        string[] subjects = await Task.WhenAll(NationalCloud.All.Select(async cloud => (await host.TokensAsync(User($"{cloud.GraphRoot}/User.Read"))).Token().Claim("sub")));

        Assert.Single(subjects.Distinct());
    }

    [Fact]
    public async Task Two_clouds_in_one_request_are_two_resources()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        await host.AssertErrorAsync(User("https://graph.microsoft.com/User.Read https://graph.microsoft.us/ExternalItem.Read.All"), "invalid_scope", 28000);
        await host.AssertErrorAsync(User("User.Read https://graph.microsoft.us/ExternalItem.Read.All"), "invalid_scope", 28000);
        await host.TokensAsync(User("User.Read https://graph.microsoft.com/ExternalItem.Read.All"));
    }

    [Theory]
    [InlineData("Global", "login.microsoftonline.com", "https://graph.microsoft.com")]
    [InlineData("UsGovernment", "login.microsoftonline.us", "https://graph.microsoft.us")]
    [InlineData("UsGovernmentDod", "login.microsoftonline.us", "https://dod-graph.microsoft.us")]
    [InlineData("China", "login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn")]
    public async Task Under_a_cloud_s_login_host_Graph_without_a_name_is_that_cloud_s_and_its_host_accepts_the_token(string cloud, string login, string root)
    {
        await using TakeOverServer server = await TakeOverServer.StartAsync($"TakeOver:Cloud={cloud}");

        foreach (string scope in (string[])["User.Read", $"User.Read {root}/ExternalItem.Read.All", $"{root}/User.Read", $"{AuthOptions.GraphAppId}/User.Read"])
        {
            using HttpResponseMessage response = await server.Http.PostAsync(
                $"https://{login}/{Tenant}/oauth2/v2.0/token", new FormUrlEncodedContent(User(scope)));
            JsonElement answer = (await Answer.ReadAsync(response)).ShouldBe(200).Json;
            var token = new JsonWebToken(answer.GetProperty("access_token").GetString());

            Assert.Equal(root, token.Claim("aud"));
            Assert.StartsWith(root + "/", answer.GetProperty("scope").GetString(), StringComparison.Ordinal);
            (await server.GetAsync($"{root}/v1.0/me", token.EncodedToken)).ShouldBe(200);
        }
    }
}
