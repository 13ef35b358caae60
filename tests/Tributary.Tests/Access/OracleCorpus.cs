using System.Globalization;
using System.Text.Json;
using Tributary.Acls;

namespace Tributary.Tests.Access;

/// <summary>What an item that the caller does not see has been before.</summary>
internal enum HiddenWay
{
    NeverGranted,

    /// <summary>Granted to the caller, and then no longer.</summary>
    Revoked,

    /// <summary>Granted to the caller, and then gone.</summary>
    Deleted,

    /// <summary>Granted to the caller in a tenant that is not his.</summary>
    OtherTenant,

    /// <summary>Granted to the caller, but added so lately that no search finds it yet.</summary>
    NotYet,
}

/// <param name="Connection">Where it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">What is put; the access list is a part of it.</param>
/// <param name="Hidden">Null: the caller sees it.</param>
internal sealed record OracleItem(string Connection, string Id, string Body, HiddenWay? Hidden)
{
    /// <summary>What was put before, of what was granted once.</summary>
    public string BodyForAll { get; init; } = Body;
}

/// <summary>A caller, and items drawn at random, of which he sees some.</summary>
internal sealed class OracleCorpus
{
    public const string Ada = "0b1d2e3f-0000-4000-8000-0000000000a1";
    public const string Gus = "0b1d2e3f-0000-4000-8000-0000000000a2";
    public const string Staff = "0b1d2e3f-0000-4000-8000-0000000000b1";
    public const string Company = "0b1d2e3f-0000-4000-8000-0000000000b2";
    public const string Board = "0b1d2e3f-0000-4000-8000-0000000000b3";
    public const string Crew = "crew";
    public const string Fleet = "fleet";
    public const string Strangers = "strangers";

    /// <summary>A member and a guest; the first is in a group that is in another.</summary>
    public const string Seed =
        $$"""
        { "users": [ { "userPrincipalName": "ada@tributary.local", "oid": "{{Ada}}" }, { "userPrincipalName": "gus@tributary.local", "oid": "{{Gus}}", "guest": true } ],
          "groups": [ { "id": "{{Staff}}", "members": ["{{Ada}}"] }, { "id": "{{Company}}", "members": ["{{Staff}}"] }, { "id": "{{Board}}", "members": ["{{Gus}}"] } ] }
        """;

    /// <summary>The words of items; those in the second list are of hidden items alone.</summary>
    public static readonly string[] Words =
        ["budget", "budgets", "vacation", "vacations", "policy", "policies", "report", "alpha", "alphabet", "alphas", "beta", "quarterly", "plan", "plans", "Straße", "日本語"];

    public static readonly string[] SecretWords = ["merger", "mergers", "alphaville", "budgetary", "vacatoin", "layoff", "repost", "quartely", "planet"];

    public static readonly string[] Tags = ["red", "green", "Blue", "red light", "10", "9", "straße"];

    private static readonly string[] SecretTags = ["black", "reddish", "greenish"];

    private readonly Random _random;

    public OracleCorpus(Random random, int items)
    {
        _random = random;
        IsGuest = random.Next(4) == 0;
        Items = [.. Enumerable.Range(0, items).Select(Draw)];
    }

    public bool IsGuest { get; }

    public string User => IsGuest ? "gus" : "ada";

    /// <summary>The last belongs to none of the first two and has only what is hidden.</summary>
    public static string[] Connections => ["first", "second", "third"];

    public IReadOnlyList<OracleItem> Items { get; }

    public AccessPrincipals Caller => IsGuest ? new(Gus, [Board], [], isGuest: true) : new(Ada, [Staff, Company], [Crew, Fleet], isGuest: false);

    public static string SchemaOf(string connection) => connection == "first"
        ? """
          { "baseType": "microsoft.graph.externalItem", "properties": [
            { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
            { "name": "code", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "isExactMatchRequired": true },
            { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
            { "name": "priority", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
            { "name": "number", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
            { "name": "weight", "type": "double", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
            { "name": "done", "type": "boolean", "isQueryable": true, "isRetrievable": true },
            { "name": "modified", "type": "dateTime", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "labels": ["lastModifiedDateTime"] },
            { "name": "notes", "type": "string", "isSearchable": true } ] }
          """
        : """
          { "baseType": "microsoft.graph.externalItem", "properties": [
            { "name": "title", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true, "labels": ["title"] },
            { "name": "tags", "type": "stringCollection", "isQueryable": true, "isRetrievable": true, "isRefinable": true, "aliases": ["marks"] },
            { "name": "number", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
            { "name": "notes", "type": "string", "isSearchable": true, "isQueryable": true, "isRetrievable": true } ] }
          """;

    /// <summary>The same names, of other types, and names that are otherwise only words.</summary>
    public const string SchemaOfVault =
        """
        { "baseType": "microsoft.graph.externalItem", "properties": [
          { "name": "title", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "tags", "type": "boolean", "isQueryable": true, "isRetrievable": true },
          { "name": "number", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "unknown", "type": "int64", "isQueryable": true, "isRetrievable": true, "isRefinable": true },
          { "name": "budget", "type": "int64", "isQueryable": true, "isRetrievable": true },
          { "name": "merger", "type": "string", "isQueryable": true, "isRetrievable": true, "isRefinable": true } ] }
        """;

    public const string ItemOfVault =
        """
        { "acl": [ { "type": "user", "value": "e1e10000-0000-4000-8000-0000000000ff", "accessType": "grant" } ],
          "properties": { "title": 7, "merger": "merger of alpha and budget" }, "content": { "type": "text", "value": "alpha merger budget black" } }
        """;

    private OracleItem Draw(int number)
    {
        string connection = _random.Next(8) == 0 ? "third" : _random.Next(3) == 0 ? "second" : "first";
        string id = string.Create(CultureInfo.InvariantCulture, $"i{number}");
        Acl drawn = Any();
        HiddenWay? way = AclEvaluator.IsVisible(drawn, Caller) ? null : (HiddenWay)_random.Next(3);
        if (_random.Next(6) == 0)
        {
            way = _random.Next(2) == 0 ? HiddenWay.OtherTenant : HiddenWay.NotYet;
        }

        if (connection == "third" && way is null)
        {
            connection = "first";
        }

        string body = Body(connection, number, way is not null);
        return new OracleItem(connection, id, With(body, way is HiddenWay.NotYet or HiddenWay.OtherTenant ? ForAll : drawn), way) { BodyForAll = With(body, ForAll) };
    }

    private static Acl ForAll { get; } = new([new AclEntry(AclType.Everyone, "everyone", AccessType.Grant)]);

    /// <summary>One entry or some, for the caller, for others, for all; a quarter of them denies.</summary>
    private Acl Any() => new([.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(4) switch
    {
        0 => Entry(_random.Next(2) == 0 ? AclType.Everyone : AclType.EveryoneExceptGuests, "everyone"),
        1 => Entry(AclType.User, Pick([Ada, Gus, "0b1d2e3f-0000-4000-8000-0000000000a9"])),
        2 => Entry(AclType.Group, Pick([Staff, Company, Board])),
        _ => Entry(AclType.ExternalGroup, Pick([Crew, Fleet, Strangers])),
    })]);

    private AclEntry Entry(AclType type, string value) => new(type, value, _random.Next(4) == 0 ? AccessType.Deny : AccessType.Grant);

    private string Body(string connection, int number, bool isHidden)
    {
        var properties = new Dictionary<string, object>
        {
            ["title"] = Text(isHidden, 4),
            ["number"] = number,
            ["tags@odata.type"] = "Collection(String)",
            ["tags"] = Enumerable.Range(0, _random.Next(3)).Select(_ => isHidden && _random.Next(2) == 0 ? Pick(SecretTags) : Pick(Tags)).Distinct().ToArray(),
            ["notes"] = Text(isHidden, 6),
        };
        if (connection == "first")
        {
            properties["code"] = Pick(["A-1", "A-2", "B-1", isHidden ? "Z-9" : "B-2"]);
            properties["priority"] = isHidden && _random.Next(3) == 0 ? 1000 : _random.Next(5);
            properties["weight"] = _random.Next(40) / 8.0;
            properties["done"] = _random.Next(2) == 0;
            properties["modified"] = new DateTime(2026, _random.Next(1, 13), _random.Next(1, 28), 1, 2, 3, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return JsonSerializer.Serialize(new { properties, content = new { type = "text", value = Text(isHidden, 30) } });
    }

    private static string With(string body, Acl acl) => "{ \"acl\": [" + string.Join(", ", acl.Entries.Select(entry =>
        $$"""{ "type": "{{Camel(entry.Type)}}", "value": "{{entry.Value}}", "accessType": "{{Camel(entry.AccessType)}}" }""")) + "], " + body[1..];

    private static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private string Text(bool isHidden, int max) =>
        string.Join(' ', Enumerable.Range(0, _random.Next(1, max + 1)).Select(_ => isHidden && _random.Next(3) == 0 ? Pick(SecretWords) : Pick(Words)));

    private string Pick(string[] texts) => texts[_random.Next(texts.Length)];
}
