using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Directories.Seed;
using static Tributary.Tests.Auth.DevIssuer.IssuerCalls;

namespace Tributary.Tests.Auth.DevIssuer;

public sealed class ManagedIdentityEndpointsTests
{
    private const string Resource = "https://graph.microsoft.com";

    private static Task<HttpResponseMessage> AskAppServiceAsync(AuthHost host, string query = "", string? header = null, string version = "2019-08-01", string resource = Resource) =>
        host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/msi/token?resource={resource}&api-version={version}{query}")
        {
            Headers = { { "X-IDENTITY-HEADER", header ?? ManagedIdentitySecret.Read(host.DataDirectory) } },
        });

    private static Task<HttpResponseMessage> AskVirtualMachineAsync(AuthHost host, string query = "", string metadata = "true", string version = "2018-02-01", string resource = Resource) =>
        host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/metadata/identity/oauth2/token?api-version={version}&resource={resource}{query}")
        {
            Headers = { { "Metadata", metadata } },
        });

    [Fact]
    public async Task App_services_form_gives_a_token_of_the_documented_application()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        HttpResponseMessage response = await AskAppServiceAsync(host);
        JsonElement answer = await response.ReadJsonAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["access_token", "client_id", "expires_on", "resource", "token_type"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal((App, Resource, "Bearer", (host.Time.GetUtcNow().ToUnixTimeSeconds() + 3600).ToString(CultureInfo.InvariantCulture)),
            (answer.GetProperty("client_id").GetString(), answer.GetProperty("resource").GetString(), answer.GetProperty("token_type").GetString(), answer.GetProperty("expires_on").GetString()));
        JsonWebToken token = answer.Token();
        Assert.Equal(("1.0", App, "2", "app", Tenant), (token.Claim("ver"), token.Claim("appid"), token.Claim("appidacr"), token.Claim("idtyp"), token.Claim("tid")));
        Assert.Equal(HttpStatusCode.OK, (await host.AskAsync(GraphOperation.ConnectionsWrite, token.EncodedToken)).StatusCode);
    }

    [Fact]
    public async Task Virtual_machines_form_tells_its_times_besides()
    {
        await using AuthHost host = await AuthHost.StartAsync();

        JsonElement answer = await (await AskVirtualMachineAsync(host)).ReadJsonAsync();

        Assert.Equal(["access_token", "client_id", "expires_on", "expires_in", "ext_expires_in", "not_before", "resource", "token_type"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("3600", answer.GetProperty("expires_in").GetString());
        Assert.Equal(HttpStatusCode.OK, (await AskVirtualMachineAsync(host, version: "2021-02-01")).StatusCode);
    }

    [Fact]
    public async Task The_secret_is_there_from_the_start_outlives_a_restart_and_is_its_owners_alone()
    {
        string directory = Directory.CreateTempSubdirectory("tributary-identity-").FullName;
        string file = Path.Combine(directory, ManagedIdentitySecret.FileName);
        string secret;
        await using (AuthHost host = await AuthHost.StartAsync(dataDirectory: directory))
        {
            secret = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
            Assert.Equal(HttpStatusCode.OK, (await AskAppServiceAsync(host, header: secret)).StatusCode);
            Assert.DoesNotContain(secret, string.Join('\n', host.Log.Lines), StringComparison.Ordinal);
        }

        await using (AuthHost host = await AuthHost.StartAsync(dataDirectory: directory))
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAppServiceAsync(host, header: secret)).StatusCode);
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await File.WriteAllTextAsync(file, secret[..20]);
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => AuthHost.StartAsync(dataDirectory: directory));
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task App_services_form_refuses_in_its_own_shape()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        async Task Refused(int status, Task<HttpResponseMessage> asked)
        {
            HttpResponseMessage response = await asked;
            JsonElement answer = await response.ReadJsonAsync();
            Assert.Equal((status, status), ((int)response.StatusCode, answer.GetProperty("statusCode").GetInt32()));
            Assert.NotEmpty(answer.GetProperty("message").GetString()!);
        }

        await Refused(401, AskAppServiceAsync(host, header: "wrong"));
        await Refused(401, AskAppServiceAsync(host, header: ManagedIdentitySecret.Read(host.DataDirectory) + "x"));
        await Refused(401, host.GetAsync($"/msi/token?resource={Resource}&api-version=2019-08-01"));
        await Refused(400, AskAppServiceAsync(host, version: "2017-09-01"));
        await Refused(400, AskAppServiceAsync(host, resource: ""));
        await Refused(400, AskAppServiceAsync(host, resource: "https://vault.azure.net"));
        await Refused(400, AskAppServiceAsync(host, query: $"&client_id={OtherApp}"));
        await Refused(400, AskAppServiceAsync(host, query: "&resource=x"));
    }

    [Fact]
    public async Task Virtual_machines_form_refuses_in_its_own_shape()
    {
        await using AuthHost host = await AuthHost.StartAsync();
        async Task Refused(string description, Task<HttpResponseMessage> asked)
        {
            HttpResponseMessage response = await asked;
            JsonElement answer = await response.ReadJsonAsync();
            Assert.Equal((400, "invalid_request"), ((int)response.StatusCode, answer.GetProperty("error").GetString()));
            Assert.StartsWith(description, answer.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        }

        await Refused("Required metadata header not specified", host.GetAsync($"/metadata/identity/oauth2/token?api-version=2018-02-01&resource={Resource}"));
        await Refused("Required metadata header not specified", AskVirtualMachineAsync(host, metadata: "false"));
        await Refused("Required query variable 'api-version'", AskVirtualMachineAsync(host, version: "2017-12-01"));
        await Refused("Required query variable 'api-version'", AskVirtualMachineAsync(host, version: "9"));
        await Refused("Required query variable 'resource'", AskVirtualMachineAsync(host, resource: ""));
        await Refused("Identity not found", AskVirtualMachineAsync(host, query: $"&client_id={OtherApp}"));
        await Refused("Identity not found", AskVirtualMachineAsync(host, query: "&msi_res_id=/subscriptions/s/userAssignedIdentities/nobody"));
        await Refused("The resource principal named https://vault.azure.net", AskVirtualMachineAsync(host, resource: "https://vault.azure.net"));
    }

    [Fact]
    public async Task The_seed_file_says_which_application_is_an_identity_and_by_which_names()
    {
        const string tenant = "12345678-1234-4234-8234-123456789abc";
        await using AuthHost host = await StartWithSeedAsync($$"""
            { "apps": [{ "appId": "{{App}}" },
                       { "appId": "{{OtherApp}}", "managedIdentity": true, "tenantId": "{{tenant}}", "displayName": "connector-identity", "roles": ["ExternalItem.Read.All"] },
                       { "appId": "00000000-0000-4000-8000-00000000000c", "managedIdentity": true }] }
            """);
        async Task<string> Who(string query) => (await (await AskVirtualMachineAsync(host, query)).ReadJsonAsync()).GetProperty("client_id").GetString()!;

        Assert.Equal(OtherApp, await Who(""));
        Assert.Equal(OtherApp, await Who($"&client_id={OtherApp.ToUpperInvariant()}"));
        Assert.Equal(OtherApp, await Who($"&object_id={SeedTenantView.ServicePrincipalId(tenant, OtherApp)}"));
        Assert.Equal(OtherApp, await Who("&msi_res_id=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Connector-Identity"));
        Assert.Equal("00000000-0000-4000-8000-00000000000c", await Who("&client_id=00000000-0000-4000-8000-00000000000c"));
        Assert.Equal(HttpStatusCode.BadRequest, (await AskVirtualMachineAsync(host, $"&client_id={App}")).StatusCode);
        JsonWebToken token = (await (await AskAppServiceAsync(host, $"&mi_res_id=/x/{OtherApp}")).ReadJsonAsync()).Token();
        Assert.Equal((tenant, "ExternalItem.Read.All"), (token.Claim("tid"), token.Claim("roles")));
    }
}
