using System.Globalization;
using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// An item that the reader sees at times, by a way of its own, and when he did: each change has an interval, from before it is sent until its answer is read, within which it happened. Outside
/// of those it is certain what was.
/// </summary>
/// <param name="path">Of the connection.</param>
/// <param name="item">Its id.</param>
/// <param name="change">Gives or takes the access.</param>
internal sealed class WatchedAccess(string path, string item, Func<Load, bool, Task> change)
{
    private const string Directory = "00000000-0000-0000-0000-00000000000a";

    private readonly List<(DateTimeOffset Begun, DateTimeOffset Ended, bool IsOpen)> _changes = [];
    private (DateTimeOffset Begun, bool IsOpen)? _underWay;
    private int _checked;

    public string Item => item;

    public int Changes => _changes.Count;

    /// <summary>One for each way, all closed.</summary>
    public static async Task<WatchedAccess[]> CreateAllAsync(ServerProcess server, string connection)
    {
        string path = $"/v1.0/external/connections/{connection}";
        string groups = $"{path}/groups";
        int version = 0;
        foreach (string group in (string[])["members", "whole", "inner", "outer", "denied"])
        {
            await server.ExpectAsync(201, HttpMethod.Post, groups, JsonSerializer.Serialize(new { id = group }));
        }

        await server.ExpectAsync(201, HttpMethod.Post, $"{groups}/inner/members", Member(ServerProcess.ReaderId, "user"));
        await server.ExpectAsync(201, HttpMethod.Post, $"{groups}/denied/members", Member(ServerProcess.ReaderId, "user"));
        WatchedAccess[] all =
        [
            new(path, "put", (load, opens) => load.WriteAsync(HttpMethod.Put, $"{path}/items/put", Body("put", opens ? ("user", ServerProcess.ReaderId) : ("group", Directory)), 200)),
            new(path, "deleted", (load, opens) => opens
                ? load.WriteAsync(HttpMethod.Put, $"{path}/items/deleted", Body("deleted", ("everyone", "everyone")), 200)
                : load.WriteAsync(HttpMethod.Delete, $"{path}/items/deleted", null, 204)),
            new(path, "ofMembers", (load, opens) => ChangeMemberAsync(load, "members", ServerProcess.ReaderId, "user", opens)),
            new(path, "ofWhole", async (load, opens) =>
            {
                if (!opens)
                {
                    await load.WriteAsync(HttpMethod.Delete, $"{groups}/whole", null, 204);
                    return;
                }

                // A kill may have left it without its member.
                await load.WriteAsync(HttpMethod.Post, groups, """{ "id": "whole" }""", 201, 409);
                await ChangeMemberAsync(load, "whole", ServerProcess.ReaderId, "user", joins: true);
            }),
            new(path, "ofOuter", (load, opens) => ChangeMemberAsync(load, "outer", "inner", "externalGroup", opens)),
            new(path, "notOfDenied", (load, opens) => ChangeMemberAsync(load, "denied", ServerProcess.ReaderId, "user", !opens)),
        ];
        (string Item, string Body)[] items =
        [
            ("put", Body("put", ("group", Directory))),
            ("ofMembers", Body("ofMembers", ("externalGroup", "members"))),
            ("ofWhole", Body("ofWhole", ("externalGroup", "whole"))),
            ("ofOuter", Body("ofOuter", ("externalGroup", "outer"))),
            ("notOfDenied", Body("notOfDenied", ("everyone", "everyone"), "denied")),
            ("always", Body("always", ("everyone", "everyone"))),
        ];
        foreach ((string id, string body) in items)
        {
            await server.ExpectAsync(200, HttpMethod.Put, $"{path}/items/{id}", body);
        }

        Array.ForEach(all, one => one._changes.Add((DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, false)));
        return all;

        Task ChangeMemberAsync(Load load, string group, string member, string type, bool joins) => joins
            ? load.WriteAsync(HttpMethod.Post, $"{groups}/{group}/members", Member(member, type), 201)
            : load.WriteAsync(HttpMethod.Delete, $"{groups}/{group}/members/{member}", null, 204);

        string Body(string id, (string Type, string Value) granted, string? denied = null) => JsonSerializer.Serialize(new
        {
            acl = (object[])
            [
                new { type = granted.Type, value = granted.Value, accessType = "grant" },
                .. denied is null ? (object[])[] : [new { type = "externalGroup", value = denied, accessType = "deny" }],
            ],
            properties = new { title = string.Create(CultureInfo.InvariantCulture, $"Version {Interlocked.Increment(ref version)} of {id}") },
            content = new { type = "text", value = VersionedItem.CommonWord },
        });
    }

    public async Task ChangeAsync(Load load)
    {
        bool opens = !_changes[^1].IsOpen;
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        _underWay = (begun, opens);
        await change(load, opens);
        _changes.Add((begun, DateTimeOffset.UtcNow, opens));
        _underWay = null;
    }

    /// <summary>After a restart: what was answered holds, and what was under way has happened or not.</summary>
    public async Task SettleAsync(ServerProcess server, string administrator)
    {
        bool isOpen = await IsVisibleAsync(server, administrator, null);
        if (_underWay is { } underWay)
        {
            if (isOpen == underWay.IsOpen)
            {
                _changes.Add((underWay.Begun, DateTimeOffset.UtcNow, isOpen));
            }

            _underWay = null;
        }

        Assert.True(_changes[^1].IsOpen == isOpen, $"{item} is {(isOpen ? "shown" : "hidden")}, and was answered not to be.");
    }

    /// <summary>Asks about the first and the last instant of each time of which it is certain what was.</summary>
    /// <param name="server">Is asked.</param>
    /// <param name="administrator">The token of who asks.</param>
    /// <param name="isWhole">Also about what was asked before.</param>
    public async Task CheckPastAsync(ServerProcess server, string administrator, bool isWhole)
    {
        for (int i = isWhole ? 0 : _checked; i < _changes.Count; i++)
        {
            DateTimeOffset from = _changes[i].Ended;
            DateTimeOffset to = i + 1 < _changes.Count ? _changes[i + 1].Begun.AddTicks(-1) : DateTimeOffset.UtcNow;
            foreach (DateTimeOffset at in from < to ? (DateTimeOffset[])[from, to] : [])
            {
                string changes = string.Join(", ", _changes.Select(one => $"{one.Begun:O}-{one.Ended:O} {one.IsOpen}"));
                Assert.True(
                    await IsVisibleAsync(server, administrator, at) == _changes[i].IsOpen,
                    $"{item} was {(_changes[i].IsOpen ? "shown" : "hidden")} at {at:O}, and is told not to have been; it changed at {changes}.");
            }
        }

        _checked = _changes.Count - 1;
    }

    private async Task<bool> IsVisibleAsync(ServerProcess server, string administrator, DateTimeOffset? at)
    {
        string asOf = at is { } instant ? $", \"asOf\": \"{instant.UtcDateTime:O}\"" : "";
        (int status, JsonElement answer, _) = await server.SendAsync(
            HttpMethod.Post,
            "/tributary/access/explain",
            $$"""{ "connectionId": "{{path.Split('/')[^1]}}", "itemId": "{{item}}", "userId": "{{ServerProcess.ReaderId}}"{{asOf}} }""",
            bearer: administrator);
        Assert.True(status == 200 || (status == 404 && at is null), $"{item} as of {at:O}: {status} {answer}");
        return status == 200 && answer.GetProperty("verdict").GetProperty("isVisible").GetBoolean();
    }

    private static string Member(string id, string type) => JsonSerializer.Serialize(new { id, type });
}
