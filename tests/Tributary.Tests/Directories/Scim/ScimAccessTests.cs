using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Directories.Scim;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Scim;

public sealed class ScimAccessTests
{
    private const string Other = "99999999-8888-4777-8666-555555555555";
    private const string OtherSecret = "the-secret-of-another-tenant-0123456789";

    [Fact]
    public async Task A_tenants_secret_opens_that_tenant_alone()
    {
        await using ScimServer scim = await ScimServer.StartAsync("{}", $"Directory:Tenants:{Other}:Source=Scim", $"Directory:Tenants:{Other}:Scim:SecretFile={await FileAsync(OtherSecret)}");

        (await scim.SendAsync(HttpMethod.Get, "/Users")).ShouldBe(200);
        (await scim.SendAsync(HttpMethod.Get, "/Users", tenant: TestServer.Tenant.ToUpperInvariant())).ShouldBe(200);
        (await scim.SendAsync(HttpMethod.Get, "/Users", secret: OtherSecret, tenant: Other)).ShouldBe(200);
        foreach ((string tenant, string? secret) in ((string, string?)[])[(Other, ScimServer.Secret), (TestServer.Tenant, OtherSecret), (TestServer.Tenant, null), (TestServer.Tenant, ScimServer.Secret[..^1]), (TestServer.Tenant, ScimServer.Secret + "x")])
        {
            Answer refused = (await scim.SendAsync(HttpMethod.Post, "/Users", "{}", secret, tenant)).ShouldBeScim(401, null);
            Assert.Equal("Bearer realm=\"scim\"", refused.Headers.WwwAuthenticate.Single().ToString());
        }
    }

    [Fact]
    public async Task No_token_of_Graph_opens_it_and_its_secret_opens_nothing_of_Graph()
    {
        await using ScimServer scim = await ScimServer.StartAsync();

        (await scim.SendAsync(HttpMethod.Get, "/Users", secret: await scim.Server.AppTokenAsync())).ShouldBeScim(401, null);
        (await scim.SendAsync(HttpMethod.Get, "/Users", secret: OperatorKey.Read(scim.Server.Data))).ShouldBeScim(401, null);
        (await scim.Server.GetAsync("/v1.0/external/connections", ScimServer.Secret)).ShouldBe(401, "InvalidAuthenticationToken");
    }

    [Fact]
    public async Task Every_endpoint_asks_for_the_secret()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        RouteEndpoint[] endpoints = [.. scim.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(ScimResult.Root, StringComparison.Ordinal))];

        Assert.True(endpoints.Length > 20, $"There are only {endpoints.Length}.");
        Assert.All(endpoints, endpoint => Assert.IsType<AccessRule.Scim>(endpoint.Metadata.GetMetadata<AccessRule>()));
        Assert.All(
            scim.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AccessRule>() is AccessRule.Scim),
            endpoint => Assert.Contains(endpoint, endpoints));
    }

    [Fact]
    public async Task A_tenant_without_a_secret_is_refused_and_one_of_another_source_is_not_there()
    {
        await using ScimServer scim = await ScimServer.StartAsync("{}", $"Directory:Tenants:{Other}:Source=Scim");

        (await scim.SendAsync(HttpMethod.Get, "/Users", tenant: Other)).ShouldBeScim(401, null);
        (await scim.SendAsync(HttpMethod.Get, "/Users", tenant: "11111111-1111-1111-1111-111111111111")).ShouldBeScim(404, null);
        (await scim.SendAsync(HttpMethod.Get, "/Users", tenant: "contoso")).ShouldBeScim(404, null);
        (await scim.SendAsync(HttpMethod.Get, "/Users", secret: null, tenant: "contoso")).ShouldBeScim(401, null);
    }

    [Fact]
    public async Task What_one_tenant_has_no_other_sees()
    {
        await using ScimServer scim = await ScimServer.StartAsync("{}", $"Directory:Tenants:{Other}:Source=Scim", $"Directory:Tenants:{Other}:Scim:SecretFile={await FileAsync(OtherSecret)}");
        string id = await scim.UserAsync("ada");

        (await scim.SendAsync(HttpMethod.Get, $"/Users/{id}", secret: OtherSecret, tenant: Other)).ShouldBeScim(404, null);
        (await scim.SendAsync(HttpMethod.Delete, $"/Users/{id}", secret: OtherSecret, tenant: Other)).ShouldBeScim(404, null);
        Assert.Equal(0, (await scim.SendAsync(HttpMethod.Get, "/Users", secret: OtherSecret, tenant: Other)).Json.GetProperty("totalResults").GetInt32());
        (await scim.SendAsync(HttpMethod.Post, "/Users", $$"""{ "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada", "externalId": "{{id}}" }""", OtherSecret, Other)).ShouldBe(201);
        Assert.Equal([id], await scim.FindAsync(ScimServer.Users, "userName eq \"ada\""));
    }

    [Fact]
    public async Task A_secret_is_exchanged_without_a_restart_and_a_broken_file_opens_nothing()
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        const string next = "the-next-secret-of-this-tenant-0123456789";

        await WriteAsync(ScimServer.Secret + "\r\n\r\n  " + next);
        Assert.Equal((200, 200), await StatusesAsync());
        await WriteAsync(next);
        Assert.Equal((401, 200), await StatusesAsync());
        await WriteAsync(next + "\n" + ScimServer.Secret + "\nthird-secret-that-is-one-too-many-0123456789");
        Assert.Equal((401, 401), await StatusesAsync());
        await WriteAsync("short");
        Assert.Equal((401, 401), await StatusesAsync());
        File.Delete(scim.SecretFile);
        Assert.Equal((401, 401), await StatusesAsync());
        await WriteAsync(ScimServer.Secret);
        Assert.Equal((200, 401), await StatusesAsync());

        Task WriteAsync(string text) => File.WriteAllTextAsync(scim.SecretFile, text);

        async Task<(int First, int Next)> StatusesAsync() =>
            ((await scim.SendAsync(HttpMethod.Get, "/Users")).Status, (await scim.SendAsync(HttpMethod.Get, "/Users", secret: next)).Status);
    }

    [Theory]
    [InlineData("", "must hold one secret")]
    [InlineData("0123456789012345678901234567890", "must have 32 to 1024 characters")]
    [InlineData("0123456789012345678901234567890ü", "printable ASCII")]
    [InlineData("01234567890123456 78901234567890123", "printable ASCII")]
    [InlineData("a\nb\nc", "must hold one secret")]
    public async Task A_file_without_usable_secrets_ends_the_start_and_is_named(string text, string problem)
    {
        string file = await FileAsync(text);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync($"Directory:Tenants:{Other}:Scim:SecretFile={file}"));

        Assert.Contains($"Directory:Tenants:{Other}:Scim:SecretFile ({file})", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !refused.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_on_the_command_line_ends_the_start_and_one_in_the_environment_is_taken()
    {
        string setting = $"Directory:Tenants:{Other}:Scim:Secret";
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync($"{setting}={OtherSecret}"));
        Assert.Contains(setting + " stands on the command line", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(OtherSecret, refused.Message, StringComparison.Ordinal);

        string variable = "TRIBUTARY_" + setting.Replace(":", "__", StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(variable, OtherSecret);
        try
        {
            await using ScimServer scim = await ScimServer.StartAsync("{}", $"Directory:Tenants:{Other}:Source=Scim");
            (await scim.SendAsync(HttpMethod.Get, "/Users", secret: OtherSecret, tenant: Other)).ShouldBe(200);
            (await scim.SendAsync(HttpMethod.Get, "/Users", secret: ScimServer.Secret, tenant: Other)).ShouldBeScim(401, null);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Theory]
    [InlineData("/tributary/scim/v2/{0}/Users")]
    [InlineData("/../tributary/scim/v2/{0}/Users")]
    [InlineData("../tributary/scim/v2/{0}/Users")]
    [InlineData("%2e%2e/tributary/scim/v2/{0}/Users")]
    public async Task No_batch_leads_to_it(string url)
    {
        await using ScimServer scim = await ScimServer.StartAsync();
        string body = $$"""
            { "requests": [ { "id": "1", "method": "POST", "url": "{{string.Format(System.Globalization.CultureInfo.InvariantCulture, url, TestServer.Tenant)}}",
              "headers": { "Authorization": "Bearer {{ScimServer.Secret}}", "Content-Type": "application/json" },
              "body": { "schemas": ["{{ScimServer.UserSchema}}"], "userName": "ada" } } ] }
            """;

        Answer answer = await scim.Server.PostAsync("/v1.0/$batch", body);

        Assert.True(answer.Status >= 400 || answer.Json.GetProperty("responses").EnumerateArray().All(part => part.GetProperty("status").GetInt32() >= 400), answer.ToString());
        Assert.Empty(await scim.FindAsync(ScimServer.Users, "id pr"));
    }

    private static async Task<string> FileAsync(string text)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("tributary-test-").FullName, "secret");
        await File.WriteAllTextAsync(file, text);
        return file;
    }
}
