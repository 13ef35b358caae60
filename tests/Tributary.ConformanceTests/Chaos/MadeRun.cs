using System.Text.Json;
using Tributary.Chaos.Judging;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.ConformanceTests.Chaos;

/// <summary>A run made up by hand. Times are small numbers; what is unknown may take effect for 100 longer.</summary>
internal sealed class MadeRun
{
    public const long Late = 100;

    public const string Ada = "ada";
    public const string Ben = "ben";
    public const string Cyd = "cyd";
    public const string Gus = "gus";

    private readonly List<RunEntry> _entries = [new RunHeader("made", Nodes: 1, Late, World.People)];
    private readonly Dictionary<string, string> _texts = [];

    /// <param name="item">Its id.</param>
    /// <param name="stamp">Names its text.</param>
    /// <param name="begin">When it was sent.</param>
    /// <param name="end">When the answer was there.</param>
    /// <param name="acl">Such as <c>+everyone -user:ada +externalGroup:east</c>.</param>
    /// <param name="colour">A property.</param>
    /// <param name="status">Null when no answer came.</param>
    /// <param name="failure">Why.</param>
    public MadeRun Put(string item, string stamp, long begin, long end, string acl = "+everyone", string colour = "blue", int? status = 200, Failure failure = Failure.Broken)
    {
        _texts[stamp] = colour;
        string body = Bodies.Put(item, stamp, 1, colour, Acl(acl));
        return Send("PUT", World.ItemsPath + item, body, begin, end, status, status == 200 ? body : null, failure);
    }

    /// <param name="shows">The text that the answer shows.</param>
    public MadeRun PatchAcl(string item, string shows, long begin, long end, string acl, int? status = 200) => Send(
        "PATCH", World.ItemsPath + item, Bodies.PatchAcl(Acl(acl)), begin, end, status, status == 200 ? Bodies.Put(item, shows, 1, _texts[shows], Acl(acl)) : null);

    public MadeRun Delete(string item, long begin, long end, int? status = 204) => Send("DELETE", World.ItemsPath + item, null, begin, end, status, null);

    /// <param name="stamp">Null: it is not there.</param>
    public MadeRun Get(string item, string? stamp, long begin, long end, string acl = "+everyone", string? tag = null) => stamp is null
        ? Send("GET", World.ItemsPath + item, null, begin, end, 404, null, tag: tag)
        : Send("GET", World.ItemsPath + item, null, begin, end, 200, Bodies.Put(item, stamp, 1, _texts[stamp], Acl(acl)), tag: tag);

    public MadeRun CreateGroup(string group, long begin, long end, int? status = 201) =>
        Send("POST", World.GroupsPath, Bodies.Group(group), begin, end, status, null);

    public MadeRun DeleteGroup(string group, long begin, long end, int? status = 204) =>
        Send("DELETE", $"{World.GroupsPath}/{group}", null, begin, end, status, null);

    /// <param name="member">A user's short name, or an external group.</param>
    public MadeRun AddMember(string group, string member, long begin, long end, int? status = 201)
    {
        (string id, string type) = MemberOf(member);
        return Send("POST", $"{World.GroupsPath}/{group}/members", Bodies.Member(id, type), begin, end, status, null);
    }

    public MadeRun RemoveMember(string group, string member, long begin, long end, int? status = 204) =>
        Send("DELETE", $"{World.GroupsPath}/{group}/members/{MemberOf(member).Id}", null, begin, end, status, null);

    public MadeRun GetMembers(string group, long begin, long end, string[] members, string? tag = null)
    {
        var value = members.Select(member => new { id = MemberOf(member).Id, type = MemberOf(member).Type });
        return Send("GET", $"{World.GroupsPath}/{group}/members", null, begin, end, 200, JsonSerializer.Serialize(new { value }), tag: tag);
    }

    /// <param name="user">Short name.</param>
    /// <param name="query">See <see cref="SearchQuery"/>.</param>
    /// <param name="begin">When it was sent.</param>
    /// <param name="end">When the answer was there.</param>
    /// <param name="answer">What it shows.</param>
    public MadeRun Search(string user, string query, long begin, long end, MadeAnswer answer) => Send(
        "POST",
        World.SearchPath,
        Bodies.Search(query, answer.From, answer.Size, answer.Colours is not null, isSorted: false),
        begin,
        end,
        200,
        answer.Json(_texts),
        caller: NameOf(user),
        tag: answer.IsSweep ? Exchange.SweepTag(NameOf(user), 0) : null);

    /// <param name="hits">Such as <c>lane00x01=s0n1</c>.</param>
    public MadeRun Search(string user, string query, long begin, long end, params string[] hits) => Search(user, query, begin, end, new MadeAnswer { Hits = hits });

    public MadeRun Send(
        string method,
        string path,
        string? body,
        long begin,
        long end,
        int? status,
        string? answer,
        Failure failure = Failure.Broken,
        string caller = World.Application,
        string? tag = null,
        bool hasRetryAfter = true)
    {
        _entries.Add(new Exchange
        {
            Begin = begin,
            End = end,
            Caller = caller,
            Method = method,
            Path = path,
            Body = body,
            Status = status,
            Failure = status is null ? failure : Failure.None,
            RetryAfter = status == 503 && hasRetryAfter ? 1 : null,
            Answer = answer,
            Tag = tag,
        });
        return this;
    }

    /// <summary>What every run must end with, as a run with these items and no groups has it: each item as it is and, for every user, all that he sees.</summary>
    public MadeRun End(long time, (string Item, string? Stamp)[] items, params (string User, string[] Hits)[] seen)
    {
        foreach ((string item, string? stamp) in items)
        {
            Get(item, stamp, time, time + 1, tag: Exchange.FinalTag);
        }

        foreach ((string user, string[] hits) in seen)
        {
            Search(user, "*", time + 2, time + 3, new MadeAnswer { Hits = hits, IsSweep = true });
        }

        return this;
    }

    public Verdict Judge(bool isWhole = false) => Tributary.Chaos.Judging.Judge.Of(_entries, isWhole);

    /// <summary>Judged to be right.</summary>
    public void IsRight(bool isWhole = false)
    {
        Verdict verdict = Judge(isWhole);
        Assert.True(verdict.Violations.Count == 0, string.Join("\n\n", verdict.Violations.Select(violation => violation.Text)));
    }

    /// <summary>Judged to be wrong, in these words.</summary>
    public void IsWrong(string words, bool isWhole = false, int times = 1)
    {
        string[] told = [.. Judge(isWhole).Violations.Select(violation => violation.Text)];
        Assert.True(told.Length == times && told.Any(text => text.Contains(words, StringComparison.Ordinal)), $"Expected {times}, with '{words}':\n{string.Join("\n\n", told)}");
    }

    private static IEnumerable<AclEntry> Acl(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
    {
        string[] parts = word[1..].Split(':');
        string value = parts[0] switch
        {
            AclEntry.User => IdOf(parts[1]),
            AclEntry.Group => World.DirectoryGroups[parts[1] == "staff" ? 0 : 1],
            AclEntry.ExternalGroup => parts[1],
            _ => "everyone",
        };
        return new AclEntry(parts[0], value, word[0] == '+');
    });

    private static (string Id, string Type) MemberOf(string member) =>
        World.ExternalGroups.Contains(member) ? (member, AclEntry.ExternalGroup)
        : member == "staff" ? (World.DirectoryGroups[0], AclEntry.Group)
        : (IdOf(member), AclEntry.User);

    private static string NameOf(string user) => user + "@chaos.test";

    private static string IdOf(string user) => World.People.Single(person => person.Name == NameOf(user)).Id;
}
