using System.Net;
using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class GraphAuthorizationTests
{
    private const string PersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

    [Fact]
    public async Task An_endpoint_without_a_rule_does_not_run_not_even_with_a_good_token()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.GetAsync("/forgotten", "Bearer " + AuthHost.Token(host).Signed());

        Assert.Equal((HttpStatusCode.InternalServerError, "GeneralException"), await Status(response));
        Assert.Contains(host.Log.Lines, line => line.StartsWith("Error 2000", StringComparison.Ordinal) && line.Contains("/forgotten", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_anonymous_endpoint_does_not_look_at_the_token()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal("open", await (await host.GetAsync("/open")).Content.ReadAsStringAsync());
        Assert.Equal("open", await (await host.GetAsync("/open", "Bearer nonsense")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_path_that_is_not_there_and_a_wrong_verb_are_told_without_a_token()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/nowhere")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Client.PostAsync("/rows/ConnectionsRead", null)).StatusCode);
    }

    [Theory]
    [InlineData(nameof(GraphOperation.ConnectionsRead))]
    [InlineData(nameof(GraphOperation.Search))]
    public async Task A_personal_account_is_forbidden(string operation)
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string token = AuthHost.Token(host).Delegated("ExternalItem.Read.All ExternalConnection.ReadWrite.All", administrator: true)
            .Claim("tid", PersonalAccounts).Claim("iss", $"{host.Url}/{PersonalAccounts}/v2.0").Signed();

        HttpResponseMessage response = await host.AskAsync(Enum.Parse<GraphOperation>(operation), token);

        Assert.Equal((HttpStatusCode.Forbidden, "Authorization_RequestDenied"), await Status(response));
    }

    [Fact]
    public async Task A_token_with_neither_scopes_nor_roles_is_somebody_without_permission()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Without("roles").Signed());

        Assert.Equal((HttpStatusCode.Forbidden, "Authorization_RequestDenied"), await Status(response));
    }

    [Fact]
    public async Task The_operators_endpoints_open_to_the_role_and_to_the_key_only()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string key = OperatorKey.Read(host.DataDirectory);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/operator", "Bearer " + key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/operator", "Bearer " + AuthHost.Token(host).WithRoles("Tributary.Operate").Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/operator", "Bearer " + AuthHost.Token(host).Signed())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await host.GetAsync("/operator", "Bearer " + AuthHost.Token(host).Delegated("Tributary.Operate", administrator: true).Signed())).StatusCode);
        foreach (string? wrong in (string?[])[null, "Bearer " + key[..^1], "Bearer " + key + "A", "Bearer " + key.ToUpperInvariant(), "Basic " + key, "Bearer tributary-operator-"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/operator", wrong)).StatusCode);
        }
    }

    [Fact]
    public async Task The_operators_key_opens_nothing_of_a_tenant()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.AskAsync(GraphOperation.ConnectionsRead, OperatorKey.Read(host.DataDirectory))).StatusCode);
    }

    [Fact]
    public async Task The_operators_key_is_there_from_the_start_and_only_its_owner_may_read_it()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        string path = Path.Combine(host.DataDirectory, "operator.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/operator", "Bearer " + (await File.ReadAllTextAsync(path)).Trim())).StatusCode);
    }

    [Fact]
    public async Task The_handler_finds_the_caller()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        Assert.Equal($"{TokenBuilder.Tenant} {TokenBuilder.App} app",
            await (await host.AskAsync(GraphOperation.ConnectionsRead, AuthHost.Token(host).Signed())).Content.ReadAsStringAsync());
        Assert.Equal($"{TokenBuilder.Tenant} {TokenBuilder.App} {TokenBuilder.User}",
            await (await host.AskAsync(GraphOperation.Search, AuthHost.Token(host).Delegated("ExternalItem.Read.All", administrator: false).Signed())).Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode, string)> Status(HttpResponseMessage response)
    {
        (HttpStatusCode status, string code, _, _) = await response.ReadErrorAsync();
        return (status, code);
    }
}
