using Microsoft.Graph;
using Microsoft.Graph.External.Connections.Item.Groups;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>Connections[id].Groups</c> and <c>.Members</c>, and what they let a user find.</summary>
public sealed class GroupsTests(ServerFixture server) : IAsyncLifetime
{
    private const string Connection = "helpdesk01";

    private readonly Tenant _tenant = server.NewTenant();

    private GroupsRequestBuilder Groups => _tenant.AsApp().External.Connections[Connection].Groups;

    public async ValueTask InitializeAsync() => await TicketsFixture.CreateAsync(_tenant);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_group_is_created_read_updated_and_deleted(string version)
    {
        GroupsRequestBuilder groups = _tenant.AsApp(version: version).External.Connections[Connection].Groups;

        ExternalGroup created = (await groups.PostAsync(new ExternalGroup { Id = "night-shift_1", DisplayName = "Night shift", Description = "From ten to six" }))!;
        await groups["night-shift_1"].PatchAsync(new ExternalGroup { DisplayName = "Nights" });
        ExternalGroup read = (await groups["night-shift_1"].GetAsync())!;

        Assert.Equal(("night-shift_1", "Night shift", "From ten to six"), (created.Id, created.DisplayName, created.Description));
        Assert.Equal(("night-shift_1", "Nights", "From ten to six"), (read.Id, read.DisplayName, read.Description));
        await groups["night-shift_1"].DeleteAsync();
        Assert.Equal((404, "ItemNotFound"), await CodeOfAsync(() => groups["night-shift_1"].GetAsync()));
        Assert.Equal((404, "ItemNotFound"), await CodeOfAsync(() => groups["night-shift_1"].DeleteAsync()));
        Assert.Equal((404, "ItemNotFound"), await CodeOfAsync(() => groups["night-shift_1"].PatchAsync(new ExternalGroup { DisplayName = "x" })));
    }

    [Theory]
    [InlineData(IdentityType.User, "0b1d35d0-72ec-47dd-92f2-fb9c40936555")]
    [InlineData(IdentityType.Group, "9a9a0000-0000-0000-0000-000000000002")]
    [InlineData(IdentityType.ExternalGroup, "another")]
    public async Task A_member_of_each_kind_is_added_once_and_removed(IdentityType type, string id)
    {
        await Groups.PostAsync(new ExternalGroup { Id = "team" });

        Identity added = (await Groups["team"].Members.PostAsync(new Identity { Id = id, Type = type }))!;

        Assert.Equal((id, type), (added.Id, added.Type));
        Assert.Equal((409, "NameAlreadyExists"), await CodeOfAsync(() => Groups["team"].Members.PostAsync(new Identity { Id = id, Type = type })));
        await Groups["team"].Members[id].DeleteAsync();
        Assert.Equal((404, "ItemNotFound"), await CodeOfAsync(() => Groups["team"].Members[id].DeleteAsync()));
    }

    [Fact]
    public async Task Refusals_are_readable()
    {
        await Groups.PostAsync(new ExternalGroup { Id = "team" });

        Assert.Equal((409, "NameAlreadyExists"), await CodeOfAsync(() => Groups.PostAsync(new ExternalGroup { Id = "team" })));
        Assert.Equal((400, "InvalidRequest"), await CodeOfAsync(() => Groups.PostAsync(new ExternalGroup { Id = "night shift" })));
        Assert.Equal((400, "InvalidRequest"), await CodeOfAsync(() => Groups.PostAsync(new ExternalGroup { Id = new string('a', 129) })));
        Assert.Equal((400, "InvalidRequest"), await CodeOfAsync(() => Groups["team"].Members.PostAsync(new Identity { Id = "ada@contoso.com", Type = IdentityType.User })));
        Assert.Equal((404, "ItemNotFound"), await CodeOfAsync(() => Groups["nobody"].Members.PostAsync(new Identity { Id = "team", Type = IdentityType.ExternalGroup })));
        Assert.Equal(new string('a', 128), (await Groups.PostAsync(new ExternalGroup { Id = new string('a', 128) }))!.Id);
    }

    [Fact]
    public async Task A_user_finds_what_nested_groups_grant_as_long_as_the_membership_lasts()
    {
        string user = TokenClaims.Of(await _tenant.UserTokenAsync("reader")).GetProperty("oid").GetString()!;
        GraphServiceClient reader = _tenant.AsUser("reader");
        await _tenant.AsApp().External.Connections[Connection].Items["T1"].PutAsync(new ExternalItem
        {
            Acl = [new Acl { Type = AclType.ExternalGroup, Value = "outer", AccessType = AccessType.Grant }],
            Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = "Printer" } },
        });
        await Groups.PostAsync(new ExternalGroup { Id = "outer" });
        await Groups.PostAsync(new ExternalGroup { Id = "inner" });
        await Groups["outer"].Members.PostAsync(new Identity { Id = "inner", Type = IdentityType.ExternalGroup });
        Assert.Empty(await reader.SearchIdsAsync(Connection, "printer"));

        await Groups["inner"].Members.PostAsync(new Identity { Id = user, Type = IdentityType.User });
        Assert.Equal(["T1"], await reader.SearchIdsAsync(Connection, "printer"));

        await Groups["outer"].Members["inner"].DeleteAsync();
        Assert.Empty(await reader.SearchIdsAsync(Connection, "printer"));
        await Groups["outer"].Members.PostAsync(new Identity { Id = "inner", Type = IdentityType.ExternalGroup });
        Assert.Equal(["T1"], await reader.SearchIdsAsync(Connection, "printer"));

        await Groups["inner"].DeleteAsync();
        Assert.Empty(await reader.SearchIdsAsync(Connection, "printer"));
    }

    private static async Task<(int Status, string? Code)> CodeOfAsync(Func<Task> call)
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(call);
        return (error.ResponseStatusCode, error.Error!.Code);
    }
}
