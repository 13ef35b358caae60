using System.Globalization;
using System.Text;
using Tributary.Directories.Scim;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>
/// Tenants of one shape each, provisioned through the store: the group <see cref="Root"/> has every user, directly or through groups in groups. Ids are made from
/// numbers so that they lie in no order that a tree could profit by.
/// </summary>
internal sealed class DirectoryShapes(IScimStore store, int users, int groups)
{
    /// <summary>In <see cref="CyclesAsync"/>: in how many groups each user is, and how many others each group has in both directions.</summary>
    private const int Overlap = 5;

    private static readonly ScimLimits Limits = new(1_000_000, 1_000_000);
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Object id of the group that has everybody.</summary>
    public static string Root => GroupId(0);

    /// <summary>Every user is a direct member.</summary>
    public async Task FlatAsync(string tenant)
    {
        await UsersAsync(tenant, users);
        await GroupAsync(tenant, 0, Enumerable.Range(0, users).Select(UserId));
    }

    /// <summary>The root has all groups, and each of those its share of the users.</summary>
    public async Task WideAsync(string tenant)
    {
        await UsersAsync(tenant, users);
        await GroupAsync(tenant, 0, Enumerable.Range(1, groups).Select(GroupId));
        await EachAsync(groups, group => GroupAsync(tenant, group + 1, Share(group)));
    }

    /// <summary>Each group has the next one and its share of the users.</summary>
    public async Task DeepAsync(string tenant)
    {
        await UsersAsync(tenant, users);
        await EachAsync(groups, group => GroupAsync(tenant, group, Share(group).Append(GroupId(group + 1))));
    }

    /// <summary>A ring of groups, each of which has its neighbours in both directions and shares its users with them.</summary>
    public async Task CyclesAsync(string tenant)
    {
        await UsersAsync(tenant, users);
        await EachAsync(groups, group => GroupAsync(
            tenant,
            group,
            Enumerable.Range(0, Overlap).SelectMany(i => Share((group + i) % groups))
                .Concat(Enumerable.Range(1, Overlap).SelectMany(i => (string[])[GroupId((group + i) % groups), GroupId((group - i + groups) % groups)]))));
    }

    /// <summary>One user in so many groups, each of which is in one of <paramref name="parents"/> others; and one in none.</summary>
    public async Task MemberOfManyAsync(string tenant, int memberships, int parents)
    {
        await UsersAsync(tenant, 2);
        await EachAsync(memberships, group => GroupAsync(tenant, group, [UserId(0)]));
        await EachAsync(parents, parent => GroupAsync(
            tenant, memberships + parent, Enumerable.Range(0, memberships).Where(group => group % parents == parent).Select(GroupId)));
    }

    public static string UserName(int number) => string.Create(CultureInfo.InvariantCulture, $"user{number}@contoso.test");

    public static string UserId(int number) => Id(0x05e4, number);

    private static string GroupId(int number) => Id(0x0960, number);

    private static string Id(ushort kind, int number) =>
        new Guid((int)unchecked((uint)number * 2654435761u), (short)kind, 0x4000, 0x80, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number, 0, 0).ToString("D");

    private IEnumerable<string> Share(int group) => Enumerable.Range(0, users).Skip(group * (users / groups)).Take(users / groups).Select(UserId);

    private Task UsersAsync(string tenant, int count) => EachAsync(count, number =>
    {
        string name = UserName(number);
        string body = $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","displayName":"User {{number}}","active":true,"emails":[{"value":"{{name}}","type":"work","primary":true}]}""";
        return CreateAsync(tenant, ScimKind.User, UserId(number), new ScimContent(Encoding.UTF8.GetBytes(body), name, $"user {number}", null), []);
    });

    private Task GroupAsync(string tenant, int number, IEnumerable<string> members)
    {
        string body = $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Group {{number}}"}""";
        return CreateAsync(tenant, ScimKind.Group, GroupId(number), new ScimContent(Encoding.UTF8.GetBytes(body), null, $"group {number}", null), [.. members]);
    }

    private async Task CreateAsync(string tenant, ScimKind kind, string id, ScimContent content, IReadOnlyList<string> members)
    {
        ScimWritten written = await store.CreateAsync(tenant, kind, new ScimNew(id, Guid.NewGuid().ToString(), content, members, Now), Limits, default);
        if (written.Record?.Id != id)
        {
            throw new InvalidOperationException($"A {kind} was not made: {written.Outcome}.");
        }
    }

    private static Task EachAsync(int count, Func<int, Task> make) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (number, _) => await make(number));
}
