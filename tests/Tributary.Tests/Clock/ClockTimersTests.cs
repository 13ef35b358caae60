using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Clock;

/// <summary>Each kind of timer of the server, driven over HTTP by the operator's clock alone: it stands still between the steps.</summary>
public sealed class ClockTimersTests
{
    private const string Connections = "/v1.0/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string Schema = """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "title", "type": "string" } ] }""";

    private static async Task<TestServer> StartAsync(params string[] settings)
    {
        TestServer server = await TestServer.StartAsync(["Clock:Virtual=true", "Auth:Development:TokenLifetime=1.00:00:00", .. settings]);
        await server.ClockAsync("""{ "now": "2030-01-01T00:00:00Z", "isFrozen": true }""");
        return server;
    }

    /// <summary>A token by the clock as it is now; the test server keeps those that it got earlier.</summary>
    private static async Task<string> NewTokenAsync(TestServer server)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = TestServer.App,
            ["client_secret"] = "any",
            ["scope"] = "https://graph.microsoft.com/.default",
        });
        using HttpResponseMessage response = await server.Http.PostAsync($"/{TestServer.Tenant}/oauth2/v2.0/token", form);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static async Task<string?> StatusAsync(TestServer server, string operation, string? token = null) =>
        (await server.GetAsync(operation, token)).ShouldBe(200).Json.GetProperty("status").GetString();

    [Fact]
    public async Task A_schema_is_in_force_once_its_delay_has_passed()
    {
        await using TestServer server = await StartAsync("Schemas:ProvisioningDelay=00:10:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        string operation = (await server.PatchAsync(Contoso + "/schema", Schema)).ShouldBe(202).Headers.Location!.AbsolutePath;

        await server.ClockAsync("""{ "advance": "PT9M59.999S" }""");
        Assert.Equal("inprogress", await StatusAsync(server, operation));
        await server.ClockAsync("""{ "advance": "PT0.001S" }""");

        await Eventually.HoldsAsync(() => StatusAsync(server, operation), status => status == "completed");
    }

    [Fact]
    public async Task A_delay_that_is_longer_than_the_worker_sleeps_passes_in_one_step()
    {
        await using TestServer server = await StartAsync("Schemas:ProvisioningDelay=100.00:00:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        string operation = (await server.PatchAsync(Contoso + "/schema", Schema)).ShouldBe(202).Headers.Location!.AbsolutePath;

        await server.ClockAsync("""{ "advance": "P100D" }""");

        string token = await NewTokenAsync(server);
        await Eventually.HoldsAsync(() => StatusAsync(server, operation, token), status => status == "completed");
    }

    [Fact]
    public async Task A_connection_is_deleted_once_its_delay_has_passed()
    {
        await using TestServer server = await StartAsync("Connections:DeletionDelay=00:30:00");
        (await server.PostAsync(Connections, """{ "id": "contosohr", "name": "Contoso HR" }""")).ShouldBe(201);
        (await server.DeleteAsync(Contoso)).ShouldBe(202);

        await server.ClockAsync("""{ "advance": "PT29M59S" }""");
        (await server.GetAsync(Contoso)).ShouldBe(200);
        await server.ClockAsync("""{ "advance": "PT1S" }""");

        await Eventually.HoldsAsync(() => server.GetAsync(Contoso), answer => answer.Status == 404);
    }

    [Theory]
    [InlineData("00:05:00", "PT1H4M59S")]
    [InlineData("00:00:00", "PT59M59S")]
    public async Task A_token_is_refused_when_its_lifetime_and_the_clock_skew_have_passed(string skew, string lastGoodSecond)
    {
        await using TestServer server = await TestServer.StartAsync(
            "Clock:Virtual=true", "Auth:Development:TokenLifetime=01:00:00", $"Auth:ClockSkew={skew}");
        await server.ClockAsync("""{ "now": "2030-01-01T00:00:00Z", "isFrozen": true }""");
        string token = await server.AppTokenAsync();
        (await server.GetAsync(Connections, token)).ShouldBe(200);

        await server.ClockAsync($$"""{ "advance": "{{lastGoodSecond}}" }""");
        (await server.GetAsync(Connections, token)).ShouldBe(200);
        await server.ClockAsync("""{ "advance": 1 }""");

        Answer expired = (await server.GetAsync(Connections, token)).ShouldBe(401, "InvalidAuthenticationToken");
        Assert.Equal("Lifetime validation failed, the token is expired.", expired.ErrorMessage);
        (await server.GetAsync(Connections, await NewTokenAsync(server))).ShouldBe(200);
    }

    [Fact]
    public async Task The_keys_of_an_authority_are_read_again_after_half_a_day()
    {
        AuthHost issuer = await AuthHost.StartAsync();
        string url = issuer.Url;
        string token = AuthHost.Token(issuer).Claim("exp", issuer.Time.GetUtcNow().AddDays(2).ToUnixTimeSeconds()).Signed();
        await using TestServer server = await TestServer.StartAsync(
            new FakeTimeProvider(issuer.Time.GetUtcNow()), null, "Clock:Virtual=true", $"Auth:Authority={url}/{TestServer.Tenant}/v2.0");
        (await server.GetAsync(Connections, token)).ShouldBe(200);

        // The same authority comes back with another key.
        await issuer.DisposeAsync();
        await using AuthHost rekeyed = await AuthHost.StartAsync(withKey: false, url: url);
        await server.ClockAsync("""{ "advance": "PT12H" }""");
        (await server.GetAsync(Connections, token)).ShouldBe(200);
        await server.ClockAsync("""{ "advance": "PT1S" }""");

        await Eventually.HoldsAsync(() => server.GetAsync(Connections, token), answer => answer.Status == 401);
    }

    [Fact]
    public async Task An_index_is_made_durable_after_its_interval()
    {
        await using TestServer server = await StartAsync("Indexing:CommitInterval=01:00:00", "Indexing:IdleClose=1.00:00:00");
        await IndexAsync(server);
        string before = Commits(server);

        await server.ClockAsync("""{ "advance": "PT59M59S" }""");
        Assert.Equal(2, (await server.FindAsync("contosohr", "word")).Total);
        Assert.Equal(before, Commits(server));
        await server.ClockAsync("""{ "advance": "PT1S" }""");

        await Eventually.HoldsAsync(() => Task.FromResult(Commits(server)), commits => commits != before);
    }

    [Fact]
    public async Task An_idle_index_is_closed_after_its_time_and_made_durable_by_that()
    {
        await using TestServer server = await StartAsync("Indexing:IdleClose=00:30:00", "Indexing:CommitInterval=10:00:00");
        await IndexAsync(server);
        string before = Commits(server);

        // The catalog looks once in that time; what was idle for just as long stays until the next look.
        await server.ClockAsync("""{ "advance": "PT30M" }""");
        Assert.Equal(before, Commits(server));
        await server.ClockAsync("""{ "advance": "PT30M" }""");

        await Eventually.HoldsAsync(() => Task.FromResult(Commits(server)), commits => commits != before);
        Assert.Equal(2, (await server.FindAsync("contosohr", "word")).Total);
    }

    /// <summary>One item that is in the index since it was built, and one that is in it but not durable there.</summary>
    private static async Task IndexAsync(TestServer server)
    {
        await server.CreateReadyConnectionAsync();
        foreach (int count in (int[])[1, 2])
        {
            await server.PutItemAsync("contosohr", $"T{count}", SearchServer.Item("""{ "title": "word" }"""));
            Assert.Equal(count, (await server.FindAsync("contosohr", "word")).Total);
        }
    }

    /// <summary>Lucene names each commit anew.</summary>
    private static string Commits(TestServer server) => string.Join(' ', Directory
        .EnumerateFiles(Path.Combine(server.Data, "index"), "segments_*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal));
}
