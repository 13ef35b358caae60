using Tributary.Access;
using Tributary.Access.History;
using Tributary.Acls;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Groups;
using Tributary.Operations;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Access.History;

/// <summary>
/// Random histories of everything that access rests on: whoever asks later about an instant is told what the judge said at that instant, of every user and item, and by
/// the same groups. What the judge says is asked of the stores of the present, before the clock moves on.
/// </summary>
public abstract class PastAccessContract : HistoryContract
{
    private static readonly string[] Connectors = ["first", "second"];
    private static readonly string[] ItemIds = ["one", "two", "three"];
    private static readonly string[] ExternalIds = ["a", "b", "c"];
    private static readonly string[] Users = ["0b1d0000-0000-4000-8000-000000000001", "0b1d0000-0000-4000-8000-000000000002", "0b1d0000-0000-4000-8000-000000000003"];
    private static readonly string[] EntraGroups = ["9a9a0000-0000-4000-8000-000000000001", "9a9a0000-0000-4000-8000-000000000002", "9a9a0000-0000-4000-8000-000000000003"];

    private readonly List<(DateTimeOffset At, string Access)> _seen = [];
    private readonly List<ConnectionOperation> _deletions = [];
    private Random _random = null!;

    private protected PastAccessContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Of_every_instant_is_told_what_the_judge_said_then(int seed)
    {
        _random = new Random(seed);

        // What was there before history begins is never copied.
        for (int i = 0; i < 60; i++)
        {
            await ChangeSomethingAsync(mayRestart: false);
        }

        await KeepAsync(TimeSpan.FromDays(3650));
        Assert.Equal(0, await CountNotesAsync());
        for (int i = 0; i < 400; i++)
        {
            await ChangeSomethingAsync(mayRestart: true);
            if (_random.Next(3) > 0)
            {
                _seen.Add((Time.GetUtcNow(), await PresentAsync()));
                Time.Advance(TimeSpan.FromTicks(_random.Next(2) == 0 ? 1 : _random.NextInt64(1, TimeSpan.TicksPerHour)));
            }
        }

        _seen.Add((Time.GetUtcNow(), await PresentAsync()));
        Time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_seen.Select(seen => seen.Access).Distinct().Count() > 40, "Too little happened.");
        await ShouldTellAsync();

        // The same with what is too old taken away.
        DateTimeOffset middle = _seen[_seen.Count / 2].At;
        long before = await CountNotesAsync();
        await KeepAsync(Time.GetUtcNow() - middle);
        Time.Advance(TimeSpan.FromMinutes(20));
        await PruneAsync();
        Assert.InRange(await CountNotesAsync(), 1, before - 1);
        Assert.True(_seen.RemoveAll(seen => seen.At < History.SinceOrNull) >= _seen.Count / 3);
        await ShouldTellAsync();
    }

    private async Task ShouldTellAsync()
    {
        for (int i = 0; i < _seen.Count; i++)
        {
            (DateTimeOffset at, string access) = _seen[i];
            Assert.Null(History.ProblemOrNull(at));
            Assert.Equal((at, access), (at, await PastAsync(at)));
            DateTimeOffset next = i + 1 < _seen.Count ? _seen[i + 1].At : Time.GetUtcNow();
            if (next.UtcTicks - at.UtcTicks > 1)
            {
                Assert.Equal((at, access), (at, await PastAsync(at + ((next - at) / 2))));
                Assert.Equal((at, access), (at, await PastAsync(next.AddTicks(-1))));
            }
        }
    }

    private async Task<string> PresentAsync()
    {
        var told = new List<string>();
        foreach (string id in Connectors)
        {
            StoredConnection? connection = await Connections.FindOrNullAsync(Tenant, id, Token);
            if (connection is null || connection.IsDeleting)
            {
                told.Add($"{id}: none");
                continue;
            }

            foreach (string user in Users)
            {
                (ScimRecord User, IReadOnlySet<string> Groups)? found = await Scim.FindMembershipOrNullAsync(Tenant, user, Token);
                DirectoryUser? known = found is { } membership ? ScimBody.ToUser(membership.User) : null;
                IReadOnlySet<string> groups = found?.Groups ?? new HashSet<string>();
                IReadOnlyList<string> externalGroups = (await Groups.FindGroupsOfAsync([connection.Key], user, groups, 100, Token))[0];
                var access = new AccessPrincipals(user, groups, externalGroups, known is null ? null : known.IsGuest ?? false, known is null);
                told.Add(await TellAsync(id, access, known is not null, known?.IsEnabled ?? true, async item => (await Items.FindOrNullAsync(connection.Key, item, Token))?.Acl));
            }
        }

        return string.Join('\n', told);
    }

    private async Task<string> PastAsync(DateTimeOffset at)
    {
        var told = new List<string>();
        foreach (string id in Connectors)
        {
            if (await Reader.FindConnectionOrNullAsync(Tenant, id, at, Token) is not { } key)
            {
                told.Add($"{id}: none");
                continue;
            }

            var facts = new PastAccessFacts(key, new ProvisionedPast(Reader, Tenant, at), at, Reader);
            foreach (string id2 in Users)
            {
                UserFacts user = await facts.ReadUserAsync(id2, Token);
                AccessPrincipals access = user.Access(await facts.FindExternalGroupsAsync(user, 100, Token));
                told.Add(await TellAsync(id, access, user.IsKnown == true, user.IsEnabled == true, async item => (await facts.FindItemOrNullAsync(item, Token))?.Acl));
                Assert.Equal(access.Groups.Count + access.ExternalGroups.Count, (await ReachAsync(facts, new Principal(AclType.User, id2))).Count(group => user.IsKnown == true || group.Type == AclType.ExternalGroup));
            }
        }

        return string.Join('\n', told);
    }

    private static async Task<string> TellAsync(string connection, AccessPrincipals access, bool isKnown, bool isEnabled, Func<string, Task<Acl?>> acl)
    {
        var items = new List<string>();
        foreach (string item in ItemIds)
        {
            items.Add(await acl(item) is { } list ? (AclEvaluator.IsVisible(list, access) ? "seen" : "hidden") : "none");
        }

        return $"{connection} {access.UserId} {isKnown} {isEnabled} {access.IsGuest} [{string.Join(',', access.Groups.Order(StringComparer.Ordinal))}] "
            + $"[{string.Join(',', access.ExternalGroups.Order(StringComparer.Ordinal))}]: {string.Join(' ', items)}";
    }

    /// <summary>All groups that steps upwards lead to. Of a user who is unknown those of Entra do not count, though rows may name him.</summary>
    private static async Task<HashSet<Principal>> ReachAsync(PastAccessFacts facts, Principal user)
    {
        bool isKnown = (await facts.ReadUserAsync(user.Value, Token)).IsKnown == true;
        var reached = new HashSet<Principal>();
        Principal[] level = [user];
        while (level.Length > 0)
        {
            IReadOnlyList<Membership> steps = isKnown ? await facts.FindDirectGroupsAsync(level, Token) : await facts.FindDirectExternalGroupsAsync(level, Token);
            level = [.. steps.Select(step => step.Group).Where(reached.Add)];
        }

        return reached;
    }

    private async Task ChangeSomethingAsync(bool mayRestart)
    {
        string id = Any(Connectors);
        StoredConnection? connection = await Connections.FindOrNullAsync(Tenant, id, Token);
        if (connection is null && _random.Next(4) == 0)
        {
            connection = await CreateReadyAsync(id);
        }

        switch (_random.Next(31))
        {
            case < 8 when connection is { IsDeleting: false }:
                await PutAsync(connection.Key, Write(Any(ItemIds), acl: new Acl(_random.GetItems(Entries(), _random.Next(1, 4)))));
                break;
            case 8 when connection is not null:
                await Items.DeleteAsync(connection.Key, Any(ItemIds), Token);
                break;
            case 9 or 10 when connection is not null:
                await Groups.CreateAsync(connection.Key, new ExternalGroup(Any(ExternalIds), null, null), 100, Token);
                break;
            case 11 when connection is not null:
                await Groups.DeleteAsync(connection.Key, Any(ExternalIds), Token);
                break;
            case < 16 when connection is not null:
                await Groups.AddMemberAsync(connection.Key, Any(ExternalIds), AnyIdentity(), 100, Token);
                break;
            case 16 or 17 when connection is not null:
                await Groups.RemoveMemberAsync(connection.Key, Any(ExternalIds), AnyIdentity().Id, Token);
                break;
            case 18 or 19:
                await ProvisionIfMissingAsync(ScimKind.User, Any(Users), AnyUser());
                break;
            case 20 or 21:
                await ProvisionIfMissingAsync(ScimKind.Group, Any(EntraGroups), "{}", Members());
                break;
            case 22 or 23:
                await ChangeUserAsync(Any(Users), AnyUser());
                break;
            case 24:
                await Scim.DeleteAsync(Tenant, _random.Next(2) == 0 ? ScimKind.User : ScimKind.Group, Any([.. Users, .. EntraGroups]), null, Time.GetUtcNow(), Token);
                break;
            case < 28:
                await ChangeMembersAsync(Any(EntraGroups), Any(Enum.GetValues<ScimMemberChangeKind>()), Members());
                break;
            case 28 when connection is not null:
                await Feed.PruneAsync(connection.Key, long.MaxValue, 1000, Token);
                await Feed.RemoveUnusedAclsAsync(connection.Key, 100, Token);
                break;
            case 29 when connection is { IsDeleting: false } && _random.Next(5) == 0:
                _deletions.Add(await BeginDeletionAsync(connection.Key));
                break;
            case 30 when mayRestart && _random.Next(5) == 0:
                await KeepAsync(TimeSpan.FromDays(3650));
                break;
            default:
                if (_deletions.Count > 0 && await Operations.DeleteStepAsync(_deletions[0], 2, TimeSpan.Zero, Token) == StepOutcome.Done)
                {
                    _deletions.RemoveAt(0);
                }

                break;
        }
    }

    private async Task ProvisionIfMissingAsync(ScimKind kind, string id, string body, params string[] members)
    {
        if (await Scim.FindOrNullAsync(Tenant, kind, id, Token) is null)
        {
            await ProvisionAsync(kind, id, body, members);
        }
    }

    private string[] Members() => [.. _random.GetItems([.. Users, .. EntraGroups, "nobody"], _random.Next(4)).Distinct()];

    private Identity AnyIdentity() => _random.Next(3) switch
    {
        0 => new Identity(Spelled(Any(Users)), IdentityType.User),
        1 => new Identity(Spelled(Any(EntraGroups)), IdentityType.Group),
        _ => new Identity(Any(ExternalIds), IdentityType.ExternalGroup),
    };

    private string Spelled(string id) => _random.Next(2) == 0 ? id : id.ToUpperInvariant();

    private string AnyUser() => _random.Next(4) switch
    {
        0 => """{"userName":"u","active":false}""",
        1 => """{"userName":"u","userType":"Guest"}""",
        2 => """{"userName":"u","userType":"Member","title":"Dr"}""",
        _ => """{"userName":"u"}""",
    };

    private AclEntry[] Entries() =>
    [
        .. Users.Concat(EntraGroups).SelectMany(id => (AclEntry[])
        [
            new(Users.Contains(id) ? AclType.User : AclType.Group, Spelled(id), AccessType.Grant),
            new(Users.Contains(id) ? AclType.User : AclType.Group, id, _random.Next(2) == 0 ? AccessType.Deny : AccessType.Grant),
        ]),
        .. ExternalIds.Select(id => new AclEntry(AclType.ExternalGroup, id, _random.Next(4) == 0 ? AccessType.Deny : AccessType.Grant)),
        new(AclType.Everyone, "everyone", AccessType.Grant),
        new(AclType.EveryoneExceptGuests, "everyoneExceptGuests", AccessType.Grant),
    ];

    private T Any<T>(T[] of) => of[_random.Next(of.Length)];
}
