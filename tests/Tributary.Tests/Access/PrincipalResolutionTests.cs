using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Access.Log;
using Tributary.Acls;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access;

/// <summary>
/// Who a caller is, as a search finds it out: from the directory over SCIM and the external groups of each connection, in real stores with two tenants. Held, after each of many
/// random changes, to what <see cref="AccessWorld"/> finds by walking through groups in memory.
/// </summary>
public sealed class PrincipalResolutionTests : IAsyncLifetime
{
    private const int Changes = 3_000;

    private static readonly string[] Tenants = ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"];
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScimLimits Limits = new(1000, 1000);

    /// <summary>By their names, as "all" leaves out those in which a caller sees nothing.</summary>
    private static readonly SearchRequest Everywhere = new()
    {
        Index = 0,
        IsForExternalItems = true,
        ContentSources = [.. Enumerable.Range(0, AccessNames.Connections).Select(connection => $"connection{connection}")],
        QueryString = "*",
        From = 0,
        Size = 1,
    };

    private readonly ConnectionKey[,] _keys = new ConnectionKey[AccessNames.Tenants, AccessNames.Connections];
    private TestServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(["Storage:Durable=false", .. Tenants.Select(tenant => $"Directory:Tenants:{tenant}:Source=Scim")]);
        foreach ((int tenant, string id) in Tenants.Index())
        {
            for (int connection = 0; connection < AccessNames.Connections; connection++)
            {
                await _server.CreateReadyConnectionAsync($"connection{connection}", token: await _server.AppTokenAsync(tenant: id));
                _keys[tenant, connection] = (await Get<IConnectionStore>().FindOrNullAsync(id, $"connection{connection}", Token))!.Key;
            }
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_search_finds_a_caller_in_exactly_the_groups_that_a_walk_finds_whatever_changed()
    {
        var world = new AccessWorld();
        var chance = new PCG(1, 6);
        int inGroups = 0;
        for (int step = 0; step < Changes; step++)
        {
            AccessChange change = AccessChange.Any.Generate(chance, null, out _);
            if (change.Kind == AccessChangeKind.AddAcl)
            {
                continue;
            }

            bool isDone = world.Apply(change);
            Assert.True(isDone == await ApplyAsync(change), $"Step {step}: {change}");
            for (int tenant = 0; tenant < AccessNames.Tenants; tenant++)
            {
                string user = AccessNames.Users.At((int)chance.Next(4));
                bool? tokenGuest = chance.Next(3) switch { 0 => true, 1 => false, _ => null };
                IReadOnlyList<SearchedConnection> searched = await AskAsync(Tenants[tenant], user, tokenGuest);
                Assert.Equal(AccessNames.Connections, searched.Count);
                for (int connection = 0; connection < AccessNames.Connections; connection++)
                {
                    AccessPrincipals expected = world.PrincipalsOf(tenant, connection, user, tokenGuest);
                    AccessPrincipals found = searched.Single(one => one.Connection.Key == _keys[tenant, connection]).Access;
                    Assert.True(
                        expected.Equals(found),
                        $"Step {step}, after {change}: {user} of tenant {tenant} in connection {connection} is {Text(found)} and should be {Text(expected)}");
                    inGroups += found.ExternalGroups.Count + found.Groups.Count > 1 ? 1 : 0;
                }
            }
        }

        Assert.True(inGroups > Changes, $"Only {inGroups} times was somebody in several groups.");
    }

    private T Get<T>()
        where T : notnull => _server.Services.GetRequiredService<T>();

    private async Task<IReadOnlyList<SearchedConnection>> AskAsync(string tenant, string user, bool? tokenGuest)
    {
        var token = new Caller
        {
            TenantId = tenant,
            AppId = TestServer.App,
            UserId = user,
            Permissions = new HashSet<string>(),

            // The directory overrules the token.
            Groups = new HashSet<string>(AccessNames.Groups),
            IsAdministrator = false,
            IsGuest = tokenGuest,
        };
        Caller caller = (await Get<TenantDirectories>().CompleteAsync(token, Token)).Caller!;
        var services = new SearchServices(
            Get<IConnectionStore>(), Get<IItemStore>(), Get<IGroupStore>(), Get<SchemaVersions>(), Get<ISearchIndex>(), Get<IOptions<SearchOptions>>(), Get<IOptions<GroupOptions>>(),
            Get<SearchMetrics>(), Get<WithdrawnHits>(), Get<SearchGate>(), Get<AccessLog>(), TimeProvider.System);
        return await SearchedConnections.FindAsync(Everywhere, caller, services, TimeProvider.System.GetUtcNow(), Token);
    }

    /// <summary>Whether something was changed.</summary>
    private async Task<bool> ApplyAsync(AccessChange change)
    {
        string tenant = Tenants[change.Tenant];
        ConnectionKey key = _keys[change.Tenant, change.Connection];
        string user = AccessNames.Users.At(change.Subject);
        string group = AccessNames.Groups.At(change.Subject);
        string externalGroup = AccessNames.ExternalGroups.At(change.Subject);
        Identity identity = AccessNames.Identities.At(change.Member);
        return change.Kind switch
        {
            AccessChangeKind.AddUser => await CreateAsync(tenant, ScimKind.User, user, UserBody(user, change.IsGuest)),
            AccessChangeKind.DeleteUser => await Get<IScimStore>().DeleteAsync(tenant, ScimKind.User, user, null, Now, Token) == ScimOutcome.Done,
            AccessChangeKind.AddGroup => await CreateAsync(tenant, ScimKind.Group, group, "{}"),
            AccessChangeKind.DeleteGroup => await Get<IScimStore>().DeleteAsync(tenant, ScimKind.Group, group, null, Now, Token) == ScimOutcome.Done,
            AccessChangeKind.AddMember => await ChangeMemberAsync(ScimMemberChangeKind.Add),
            AccessChangeKind.RemoveMember => await ChangeMemberAsync(ScimMemberChangeKind.Remove),
            AccessChangeKind.AddExternalGroup => await Get<IGroupStore>().CreateAsync(key, new ExternalGroup(externalGroup, null, null), 1000, Token) == CreateGroupOutcome.Created,
            AccessChangeKind.DeleteExternalGroup => await Get<IGroupStore>().DeleteAsync(key, externalGroup, Token),
            AccessChangeKind.AddExternalMember => await Get<IGroupStore>().AddMemberAsync(key, externalGroup, identity, 1000, Token) == AddMemberOutcome.Added,
            _ => await Get<IGroupStore>().RemoveMemberAsync(key, externalGroup, identity.Id, Token) == RemoveMemberOutcome.Removed,
        };

        async Task<bool> ChangeMemberAsync(ScimMemberChangeKind kind)
        {
            // A change that changes nothing leaves the version as it is.
            long? before = (await Get<IScimStore>().FindOrNullAsync(tenant, ScimKind.Group, group, Token))?.Version;
            ScimWritten written = await Get<IScimStore>().UpdateAsync(
                tenant, ScimKind.Group, new ScimChange(group, null, null, [new ScimMemberChange(kind, [AccessNames.Members.At(change.Member)])], Now), Limits, Token);
            return written.Record is { } record && record.Version != before;
        }
    }

    /// <summary>Takes the id only if nobody has it, as the world does.</summary>
    private async Task<bool> CreateAsync(string tenant, ScimKind kind, string id, string body)
    {
        if (await Get<IScimStore>().FindOrNullAsync(tenant, kind, id, Token) is not null)
        {
            return false;
        }

        var content = new ScimContent(Encoding.UTF8.GetBytes(body), kind == ScimKind.User ? id : null, null, null);
        ScimWritten written = await Get<IScimStore>().CreateAsync(tenant, kind, new ScimNew(id, Guid.NewGuid().ToString(), content, [], Now), Limits, Token);
        Assert.Equal(id, written.Record?.Id);
        return true;
    }

    private static string UserBody(string name, bool? isGuest) =>
        isGuest is { } guest ? $$"""{"userName":"{{name}}","userType":"{{(guest ? "Guest" : "Member")}}"}""" : $$"""{"userName":"{{name}}"}""";

    private static string Text(AccessPrincipals principals) =>
        $"[{string.Join(", ", principals.All().Select(principal => $"{principal.Type}:{principal.Value}").Order(StringComparer.Ordinal))}; guest {principals.IsGuest}; unknown {principals.HasUnknownGroups}]";
}
