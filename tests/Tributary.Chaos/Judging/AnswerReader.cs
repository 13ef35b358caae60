using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>Reads bodies and answers into numbers of texts, lists and members.</summary>
internal sealed partial class AnswerReader(History history)
{
    public static string IdOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>What a PUT or PATCH sent; null for what it left out.</summary>
    public (int? Text, int? Acl) Sent(Exchange exchange, string item)
    {
        using var document = JsonDocument.Parse(exchange.Body!);
        JsonElement body = document.RootElement;
        int? text = body.TryGetProperty("properties", out JsonElement properties) ? history.Texts.Send(TextOf(item, properties, ContentOf(body))) : null;
        int? acl = body.TryGetProperty("acl", out _) ? AclOf(body) : null;
        return (text, acl);
    }

    /// <summary>The item that an answer shows.</summary>
    public ItemState Item(Exchange exchange, string item)
    {
        using var document = JsonDocument.Parse(exchange.Answer!);
        JsonElement answer = document.RootElement;
        return new ItemState(Shown(TextOf(item, answer.GetProperty("properties"), ContentOf(answer)), exchange), AclOf(answer));
    }

    public ulong MemberOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return MemberOf(document.RootElement);
    }

    /// <summary>The one member with that id: ids of different types are different in a run.</summary>
    public ulong MemberOfId(string id) =>
        history.Header.People.Any(person => person.Id == id) ? history.Principals.MemberBit(AclEntry.User, id)
        : Guid.TryParse(id, out _) ? history.Principals.MemberBit(AclEntry.Group, id)
        : history.Principals.MemberBit(AclEntry.ExternalGroup, id);

    public ulong Members(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (document.RootElement.TryGetProperty("@odata.nextLink", out _))
        {
            throw new InvalidOperationException("The members came in pages.");
        }

        ulong members = 0;
        foreach (JsonElement member in document.RootElement.GetProperty("value").EnumerateArray())
        {
            members |= MemberOf(member);
        }

        return members;
    }

    public Search Search(Exchange exchange)
    {
        using var sent = JsonDocument.Parse(exchange.Body!);
        using var answer = JsonDocument.Parse(exchange.Answer!);
        JsonElement request = sent.RootElement.GetProperty("requests")[0];
        JsonElement container = answer.RootElement.GetProperty("value")[0].GetProperty("hitsContainers")[0];
        return new Search
        {
            Begin = exchange.Begin,
            End = exchange.End,
            Node = exchange.Node,
            User = history.Principals.UserOf(exchange.Caller),
            Query = new SearchQuery(request.GetProperty("query").GetProperty("queryString").GetString()!),
            From = request.GetProperty("from").GetInt32(),
            Size = request.GetProperty("size").GetInt32(),
            Hits = container.TryGetProperty("hits", out JsonElement hits) ? [.. hits.EnumerateArray().Select(hit => HitOf(hit, exchange))] : [],
            Total = container.GetProperty("total").GetInt32(),
            HasMore = container.GetProperty("moreResultsAvailable").GetBoolean(),
            Colours = container.TryGetProperty("aggregations", out JsonElement counted)
                ? counted[0].GetProperty("buckets").EnumerateArray().ToDictionary(
                    bucket => bucket.GetProperty("key").GetString()!, bucket => bucket.GetProperty("count").GetInt32(), StringComparer.Ordinal)
                : null,
            Tag = exchange.Tag,
        };
    }

    private Hit HitOf(JsonElement hit, Exchange exchange)
    {
        JsonElement properties = hit.GetProperty("resource").GetProperty("properties");
        string item = properties.GetProperty("substrateContentDomainId").GetString()!.Split(',')[1];
        int[] quoted = [.. Stamp().Matches(hit.GetProperty("summary").GetString()!).Select(stamp => history.Texts.NumberOf(stamp.Value))];
        return new Hit(item, Shown(TextOf(item, properties, content: null), exchange), quoted);
    }

    private int Shown(ItemText shown, Exchange exchange)
    {
        history.Shown.Add((shown, exchange.End, $"{exchange.Method} {exchange.Path} by {exchange.Caller} on node {exchange.Node}"));
        return history.Texts.NumberOf(shown.Stamp);
    }

    private ulong MemberOf(JsonElement member) => history.Principals.MemberBit(member.GetProperty("type").GetString()!, member.GetProperty("id").GetString()!);

    private int AclOf(JsonElement item) => history.Acls.NumberOf([.. item.GetProperty("acl").EnumerateArray().Select(entry => new AclEntry(
        entry.GetProperty("type").GetString()!,
        entry.GetProperty("value").GetString()!,
        entry.GetProperty("accessType").GetString() switch
        {
            "grant" => true,
            "deny" => false,
            var other => throw new InvalidOperationException($"'{other}' is no access type."),
        }))]);

    private static ItemText TextOf(string item, JsonElement properties, string? content) => new(
        item,
        properties.GetProperty("stamp").GetString()!,
        properties.GetProperty("title").GetString()!,
        properties.GetProperty("colour").GetString()!,
        properties.GetProperty("number").GetInt64(),
        content);

    private static string ContentOf(JsonElement item) => item.GetProperty("content").GetProperty("value").GetString()!;

    /// <summary>Marks of what was found are around the whole of it.</summary>
    [GeneratedRegex("s[0-9]+n[0-9]+")]
    private static partial Regex Stamp();
}
