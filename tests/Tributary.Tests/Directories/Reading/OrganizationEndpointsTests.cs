using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

public sealed class OrganizationEndpointsTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Role = "Organization.Read.All";

    [Fact]
    public async Task It_is_the_callers_tenant_with_its_domains()
    {
        Answer list = await directory.GetAsync("/v1.0/organization", Role);

        const string Domains =
            """[{"capabilities":null,"isDefault":true,"isInitial":true,"name":"contoso.test","type":"Managed"},{"capabilities":null,"isDefault":false,"isInitial":false,"name":"contoso.example","type":"Managed"}]""";
        string members = $$""" "id":"{{TestServer.Tenant}}","deletedDateTime":null,"displayName":"Contoso","verifiedDomains":{{Domains}}} """.Trim();
        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#organization","value":[{""" + members + "]}", list.ShouldBe(200).Body);
        Answer one = await directory.GetAsync($"/v1.0/organization('{TestServer.Tenant}')", Role);
        Assert.Equal($$"""{"@odata.context":"{{directory.Origin}}/v1.0/$metadata#organization/$entity",""" + members, one.ShouldBe(200).Body);
        Assert.Equal("1", (await directory.GetAsync("/beta/organization/$count", Role)).ShouldBe(200).Body);
    }

    [Fact]
    public async Task Another_tenant_is_not_there()
    {
        (await directory.GetAsync($"/v1.0/organization/{DirectoryServer.Nobody}", Role)).ShouldBe(404, "Request_ResourceNotFound");
        (await directory.GetAsAdaAsync("/v1.0/organization", "User.Read")).ShouldBe(200);
        (await directory.GetAsync("/v1.0/organization", "User.Read.All")).ShouldBe(403, "Authorization_RequestDenied");
    }
}
