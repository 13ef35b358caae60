using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Tributary.Access;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Access.History;

/// <summary>A store that notes the past, by a clock that the test moves.</summary>
public abstract class HistoryContract : StoreContract
{
    private protected static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
    private protected static readonly DirectoryState AnyDirectories = new("Scim", "");
    private protected static readonly ScimLimits Limits = new(100, 100);

    private protected HistoryContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    private protected FakeTimeProvider Time { get; } = new(Start);

    private protected PastReader Reader => new(Database);

    private protected SqlGroupStore Groups => new(Database, History);

    private protected SqlScimStore Scim => new(Database, History);

    private protected static DateTimeOffset Instant(double seconds) => Start.AddSeconds(seconds);

    /// <summary>Starts the store again with that retention.</summary>
    private protected async Task KeepAsync(TimeSpan? retention, DirectoryState? directories = null)
    {
        History = new AccessHistory(Options.Create(new AccessOptions { History = { Retention = retention } }), Tributary.Nodes.ThisNode.Alone(Time), Time);
        await ReopenAsync();
        await History.OpenAsync(Database, directories ?? AnyDirectories, Token);
    }

    private protected async Task PruneAsync(int rows = 7)
    {
        while (await History.PruneAsync(Database, rows, Token))
        {
        }
    }

    private protected async Task<long> CountNotesAsync()
    {
        long notes = 0;
        foreach (string table in (string[])["item_acl_past", "acl_past", "connection_past", "external_group_past", "external_group_member_past", "directory_object_past", "directory_member_past"])
        {
            notes += await CountAsync(table);
        }

        return notes;
    }

    private protected ValueTask<ScimWritten> ProvisionAsync(ScimKind kind, string id, string body = "{}", params string[] members) =>
        Scim.CreateAsync(Tenant, kind, new ScimNew(id, Guid.NewGuid().ToString(), Content(id, kind, body), members, Time.GetUtcNow()), Limits, Token);

    private protected ValueTask<ScimWritten> ChangeUserAsync(string id, string body) =>
        Scim.UpdateAsync(Tenant, ScimKind.User, new ScimChange(id, null, Content(id, ScimKind.User, body), [], Time.GetUtcNow()), Limits, Token);

    private protected ValueTask<ScimWritten> ChangeMembersAsync(string group, ScimMemberChangeKind kind, params string[] members) =>
        Scim.UpdateAsync(Tenant, ScimKind.Group, new ScimChange(group, null, null, [new ScimMemberChange(kind, members)], Time.GetUtcNow()), Limits, Token);

    private protected static Acl AclWith(params AclEntry[] entries) => new(entries);

    private static ScimContent Content(string id, ScimKind kind, string body) => new(Encoding.UTF8.GetBytes(body), kind == ScimKind.User ? id : null, null, null);
}
