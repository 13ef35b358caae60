using System.Text.Json;
using CsCheck;

namespace Tributary.Tests.Directories.Scim;

/// <summary>Filters against resources that are stored, asked over HTTP; what is looked up in an index must find what a plain look at every resource finds.</summary>
public sealed class ScimFilterTests : IAsyncLifetime
{
    private readonly Dictionary<string, Person> _people = [];
    private ScimServer _scim = null!;

    public async ValueTask InitializeAsync()
    {
        _scim = await ScimServer.StartAsync();
        foreach (Person person in Person.All)
        {
            _people[await _scim.UserAsync(person.UserName, person.More)] = person;
        }
    }

    public ValueTask DisposeAsync() => _scim.DisposeAsync();

    [Theory]
    [InlineData("userName eq \"BJENSEN\"", "bjensen")]
    [InlineData("userName ne \"bjensen\"", "jsmith Zoë")]
    [InlineData("userName co \"s\"", "bjensen jsmith")]
    [InlineData("userName sw \"J\"", "jsmith")]
    [InlineData("userName ew \"OË\"", "Zoë")]
    [InlineData("userName gt \"bjensen\"", "jsmith Zoë")]
    [InlineData("userName le \"jsmith\"", "bjensen jsmith")]
    [InlineData("externalId eq \"E1\"", "bjensen")]
    [InlineData("externalId eq \"e1\"", "jsmith")]
    [InlineData("externalId pr", "bjensen jsmith")]
    [InlineData("externalId eq null", "Zoë")]
    [InlineData("externalId ne null", "bjensen jsmith")]
    [InlineData("active eq true", "bjensen")]
    [InlineData("active eq \"False\"", "jsmith")]
    [InlineData("active ne true", "jsmith Zoë")]
    [InlineData("not (active eq true)", "jsmith Zoë")]
    [InlineData("title pr or active eq false", "bjensen jsmith")]
    [InlineData("displayName eq \"barbara\" and active eq true", "bjensen")]
    [InlineData("active eq false and displayName eq \"barbara\"", "jsmith")]
    [InlineData("displayName eq \"barbara\" or userName eq \"zoë\"", "bjensen jsmith Zoë")]
    [InlineData("emails co \"example.com\"", "bjensen jsmith")]
    [InlineData("emails.type eq \"home\"", "bjensen")]
    [InlineData("emails[type eq \"work\" and value co \"home\"]", "")]
    [InlineData("emails[type eq \"home\" and value co \"home\"]", "bjensen")]
    [InlineData("emails[type eq \"work\"].value eq \"B@EXAMPLE.COM\"", "bjensen")]
    [InlineData("not (emails pr)", "Zoë")]
    [InlineData("emails[not (type eq \"work\")]", "bjensen")]
    [InlineData("name.familyName eq \"jensen\"", "bjensen")]
    [InlineData("name pr", "bjensen")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"hr\"", "Zoë")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"zoË\"", "Zoë")]
    [InlineData("schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", "Zoë")]
    [InlineData("meta.resourceType eq \"User\" and meta.created gt \"2011-05-13T04:42:34Z\"", "bjensen jsmith Zoë")]
    [InlineData("meta.lastModified lt \"2011-05-13T04:42:34+02:00\"", "")]
    [InlineData("shoeSize ge 40.0 and shoeSize lt 44", "jsmith")]
    [InlineData("shoeSize eq 43", "jsmith")]
    [InlineData("shoeSize eq \"43\"", "")]
    [InlineData("nothing pr", "")]
    [InlineData("nothing.at.all pr", null)]
    public async Task A_filter_finds_what_satisfies_it(string filter, string? userNames)
    {
        if (userNames is null)
        {
            (await _scim.GetAsync("/Users?filter=" + Uri.EscapeDataString(filter))).ShouldBeScim(400, "invalidFilter");
            return;
        }

        Assert.Equal(userNames, string.Join(' ', (await _scim.FindAsync(ScimServer.Users, filter)).Select(id => _people[id].UserName).Order(StringComparer.OrdinalIgnoreCase)));
    }

    [Fact]
    public Task Any_filter_finds_what_a_plain_look_at_every_resource_finds() => TermGen.SampleAsync(
        async term =>
        {
            string[] expected = [.. _people.Where(pair => term.Holds(pair.Value)).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
            string[] found = await _scim.FindAsync(ScimServer.Users, term.Text);
            return expected.SequenceEqual(found);
        },
        iter: 400,
        threads: 1,
        print: term => term.Text);

    [Fact]
    public async Task Groups_are_found_by_their_members()
    {
        string[] users = [.. _people.Keys];
        string both = await _scim.GroupAsync("both", users[0], users[1]);
        string one = await _scim.GroupAsync("one", users[1], both);
        string none = await _scim.GroupAsync("none");

        await FindAsync($"members eq \"{users[1]}\"", both, one);
        await FindAsync($"members.value eq \"{users[1].ToUpperInvariant()}\"", both, one);
        await FindAsync($"members[value eq \"{users[0]}\"]", both);
        await FindAsync($"members eq \"{users[1]}\" and members eq \"{both}\"", one);
        await FindAsync($"not (members eq \"{users[0]}\")", one, none);
        await FindAsync($"not (members[value eq \"{users[0]}\"])", one, none);
        await FindAsync($"members eq \"{users[1]}\" and not (members eq \"{both}\")", both);
        await FindAsync($"id eq \"{both}\" and members eq \"{users[0]}\"", both);
        await FindAsync($"id eq \"{both}\" and members eq \"{both}\"");
        await FindAsync($"members[value eq \"{users[0]}\" or value eq \"{both}\"]", both, one);
        await FindAsync($"members[value eq \"{both}\" and type eq \"User\"]");
        await FindAsync($"members[value eq \"{both}\" and type eq \"Group\"]", one);
        await FindAsync($"members ne \"{users[1]}\"", both, one, none);
        await FindAsync($"members co \"{both[..8]}\"", one);
        await FindAsync("members eq null", none);
        await FindAsync("members pr", both, one);
        await FindAsync("members[type eq \"Group\" and display eq \"BOTH\"]", one);
        await FindAsync($"members eq \"{users[0]}\" or displayName eq \"none\"", both, none);

        async Task FindAsync(string filter, params string[] groups) => Assert.Equal(groups.Order(StringComparer.Ordinal), await _scim.FindAsync(ScimServer.Groups, filter));
    }

    /// <summary>Attributes as the evaluator of the test sees them; null: not there.</summary>
    private sealed record Person(string UserName, string? DisplayName, string? ExternalId, bool? Active, double? ShoeSize, (string Type, string Value)[] Emails, string More)
    {
        public static readonly Person[] All =
        [
            new("bjensen", "Barbara", "E1", true, null, [("work", "b@example.com"), ("home", "b@home.example.com")], """
                , "displayName": "Barbara", "externalId": "E1", "active": true, "title": "x", "name": { "familyName": "Jensen" },
                "emails": [{ "type": "work", "value": "b@example.com" }, { "type": "home", "value": "b@home.example.com" }]
                """),
            new("jsmith", "barbara", "e1", false, 43, [("work", "j@example.com")], """
                , "displayName": "barbara", "externalId": "e1", "active": false, "shoeSize": 43.0, "emails": [{ "type": "work", "value": "j@example.com" }]
                """),
            new("Zoë", null, null, null, 44, [], """
                , "shoeSize": 44, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "HR" }
                """),
        ];
    }

    private sealed record Term(string Text, Func<Person, bool> Holds);

    private static readonly Gen<string> Word = Gen.OneOf("bjensen", "BJENSEN", "jsmith", "zoë", "Barbara", "e1", "E1", "s", "j", "b@example.com", "example", "");

    private static readonly Gen<Term> Text = Gen.Select(
        Gen.OneOf<(string Name, Func<Person, string?> Of, bool IsExact)>(
            ("userName", person => person.UserName, false), ("displayName", person => person.DisplayName, false), ("externalId", person => person.ExternalId, true)),
        Gen.OneOf("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"),
        Word,
        (attribute, op, word) => new Term($"{attribute.Name} {op} {JsonSerializer.Serialize(word)}", person => Compare(attribute.Of(person), op, word, attribute.IsExact)));

    private static readonly Gen<Term> Leaf = Gen.OneOf(
        Text,
        Text,
        Gen.Select(Gen.OneOf("eq", "ne"), Gen.Bool, (op, flag) => new Term($"active {op} {(flag ? "true" : "false")}", person => (person.Active == flag) == (op == "eq"))),
        Gen.Select(Gen.OneOf("eq", "ne", "gt", "ge", "lt", "le"), Gen.Int[42, 45], (op, size) => new Term($"shoeSize {op} {size}", person => Compare(person.ShoeSize, op, size))),
        Gen.OneOf<(string Name, Func<Person, bool> Has)>(
            ("displayName", person => person.DisplayName is not null), ("externalId", person => person.ExternalId is not null), ("emails", person => person.Emails.Length > 0),
            ("active", person => person.Active is not null)).Select(attribute => new Term($"{attribute.Name} pr", attribute.Has)),
        Gen.Select(Gen.OneOf("work", "home"), Gen.OneOf("co", "sw", "ew"), Word, (type, op, word) => new Term(
            $"emails[type eq \"{type}\" and value {op} {JsonSerializer.Serialize(word)}]",
            person => person.Emails.Any(email => email.Type == type && Compare(email.Value, op, word, false)))));

    private static readonly Gen<Term> TermGen = Gen.Recursive<Term>((depth, self) => depth >= 3
        ? Leaf
        : Gen.OneOf(
            Leaf,
            Gen.Select(self, self, (left, right) => new Term($"({left.Text}) and ({right.Text})", person => left.Holds(person) && right.Holds(person))),
            Gen.Select(Leaf, self, (left, right) => new Term($"{left.Text} and ({right.Text})", person => left.Holds(person) && right.Holds(person))),
            Gen.Select(self, self, (left, right) => new Term($"({left.Text}) or ({right.Text})", person => left.Holds(person) || right.Holds(person))),
            self.Select(term => new Term($"not ({term.Text})", person => !term.Holds(person)))));

    private static bool Compare(string? stored, string op, string word, bool isExact)
    {
        if (stored is null)
        {
            return op == "ne";
        }

        (string left, string right) = isExact ? (stored, word) : (stored.ToLowerInvariant(), word.ToLowerInvariant());
        int order = string.CompareOrdinal(left, right);
        return op switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "co" => left.Contains(right, StringComparison.Ordinal),
            "sw" => left.StartsWith(right, StringComparison.Ordinal),
            "ew" => left.EndsWith(right, StringComparison.Ordinal),
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            _ => order <= 0,
        };
    }

    private static bool Compare(double? stored, string op, double wanted) => op switch
    {
        "eq" => stored == wanted,
        "ne" => stored != wanted,
        "gt" => stored > wanted,
        "ge" => stored >= wanted,
        "lt" => stored < wanted,
        _ => stored <= wanted,
    };
}
