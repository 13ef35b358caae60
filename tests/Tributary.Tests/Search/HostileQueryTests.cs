using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Queries made to hurt. Each is answered or refused, never a failure of the server.</summary>
public sealed class HostileQueryTests(HostileQueryTests.LongQueryServer shared) : IClassFixture<HostileQueryTests.LongQueryServer>
{
    private const int Longest = 20_480;

    private TestServer Server => shared.Server;

    public static TheoryData<string> Names => [.. Queries.Keys];

    private static readonly Dictionary<string, string> Queries = new()
    {
        ["a star"] = "*",
        ["stars in a row"] = Repeat("*", 1000),
        ["stars without space"] = new string('*', 5000),
        ["stars negated"] = Repeat("-*", 1000),
        ["a star in front"] = "*first",
        ["a star within"] = "f*t",
        ["question marks"] = Repeat("f?rst", 500),
        ["one prefix repeated"] = Repeat("a*", 1024),
        ["one quoted prefix repeated"] = Repeat("\"a*\"", 2000),
        ["one prefix repeated with OR"] = Repeat("a*", 1024, " OR "),
        ["more clauses than there may be"] = Repeat("a*", 4000),
        ["many prefixes"] = Numbered("p{0}*", 1000),
        ["many prefixes with OR"] = Numbered("p{0}*", 1000, " OR "),
        ["many exact prefixes"] = Numbered("ticketId:p{0}*", 900, " OR "),
        ["prefixes in phrases"] = Numbered("\"first p{0}*\"", 800),
        ["prefixes in proximity"] = Numbered("p{0}*", 800, " NEAR "),
        ["prefixes as synonyms"] = $"WORDS({Numbered("p{0}*", 1000, ", ")})",
        ["1024 words"] = Numbered("w{0}", 1024),
        ["1025 words"] = Numbered("w{0}", 1025),
        ["1024 alternatives"] = Numbered("w{0}", 1024, " OR "),
        ["1025 alternatives"] = Numbered("w{0}", 1025, " OR "),
        ["1024 exclusions"] = Numbered("-w{0}", 1024),
        ["1024 exclusions with NOT"] = Numbered("NOT w{0}", 1024),
        ["1024 synonyms"] = $"WORDS({Numbered("w{0}", 1024, ", ")})",
        ["1024 numbers"] = Numbered("priority:{0}", 1024, " OR "),
        ["1024 ranges"] = Numbered("priority>{0}", 1024, " OR "),
        ["1024 ranges of fractions"] = Numbered("weight<{0}.5", 1024, " OR "),
        ["ranges implied"] = Numbered("priority:{0}..9", 1000),
        ["1024 dates"] = Numbered("modified>2026-01-01T00:00:00.{0}Z", 400, " OR "),
        ["1024 flags"] = Repeat("done:true", 1024),
        ["1024 presences"] = Repeat("title:*", 1024),
        ["NOT chain"] = Repeat("NOT", 2000) + " first",
        ["minus chain"] = new string('-', 5000) + "first",
        ["plus chain"] = new string('+', 5000) + "first",
        ["operators only"] = Repeat("AND OR NOT", 1000),
        ["64 parentheses"] = new string('(', 64) + "first" + new string(')', 64),
        ["65 parentheses"] = new string('(', 65) + "first" + new string(')', 65),
        ["9000 parentheses"] = new string('(', 9000) + "first" + new string(')', 9000),
        ["parentheses that do not close"] = new string('(', 20_000) + "first",
        ["parentheses that do not open"] = "first" + new string(')', 20_000),
        ["nested NOT"] = Repeat("NOT (", 60, "") + "first" + new string(')', 60),
        ["nested alternatives"] = Repeat("(first OR (second ", 30, "") + new string(')', 60),
        ["nested value groups"] = "title:" + new string('(', 60) + "first" + new string(')', 60),
        ["NEAR of one word"] = Repeat("first", 1000, " NEAR "),
        ["ONEAR of one word"] = Repeat("first", 1000, " ONEAR "),
        ["NEAR of many words"] = Numbered("w{0}", 1000, " NEAR "),
        ["NEAR with changing distances"] = string.Concat(Enumerable.Range(0, 60).Select(number => $"same NEAR({number}) ")) + "same",
        ["NEAR with changing order"] = string.Concat(Enumerable.Range(0, 30).Select(number => $"same NEAR({number}) same ONEAR({number}) ")) + "same",
        ["NEAR with too many changes"] = string.Concat(Enumerable.Range(0, 500).Select(number => $"same NEAR({number}) ")) + "same",
        ["NEAR at the greatest distance"] = "same NEAR(2147483647) other ONEAR(2147483647) first",
        ["NEAR beyond the greatest distance"] = "same NEAR(2147483648) other",
        ["NEAR at a negative distance"] = "same NEAR(-1) other",
        ["NEAR with open parentheses"] = Repeat("same NEAR(", 2000),
        ["NEAR of phrases"] = Repeat("\"same other same\"", 500, " NEAR "),
        ["a long word"] = new string('a', Longest),
        ["a long word with a star"] = new string('a', Longest - 1) + "*",
        ["a long exact value"] = "ticketId:" + new string('a', 2039),
        ["a longer exact value"] = "ticketId:" + new string('a', 2040),
        ["a long phrase"] = $"\"{Numbered("w{0}", 3000)}\"",
        ["a long phrase of one word"] = $"\"{Repeat("same", 4000)}\"",
        ["a long phrase that ends in a star"] = $"\"{Repeat("same", 4000)}*\"",
        ["a word of dots"] = Repeat("a", 5000, "."),
        ["ideographs"] = new string('漢', Longest),
        ["emoji"] = string.Concat(Enumerable.Repeat("🎉", 5000)),
        ["combining accents"] = "e" + new string('\u0301', 5000),
        ["right to left marks"] = string.Concat(Enumerable.Repeat("\u202Efirst", 1000)),
        ["control characters"] = "first\u0000\u0001\u0008second\u007F",
        ["line breaks"] = Repeat("first", 1000, "\r\n"),
        ["a regular expression"] = "/(a+)+$/ .*.*.*= [a-z]{1,9999} ^$ \\d+",
        ["engine syntax"] = "#text:* +_id:[* TO *] fir~2 first^999999 {!func} ${jndi:x}",
        ["names of fields"] = "w:title:x v:priority:1 #acl:1 #id:a",
        ["quotes"] = new string('"', 5000),
        ["quotes that do not close"] = "\"first",
        ["numbers beyond"] = "priority:99999999999999999999999 weight:1e999 weight>-1e999 priority<-99999999999999999999",
        ["no numbers"] = "weight:NaN weight:Infinity priority:0x10 priority:1e3",
        ["turned ranges"] = "priority:9..1 weight:9..1 modified:2026-12-31..2026-01-01",
        ["dates beyond"] = "modified>9999-12-31T23:59:59.9999999Z modified<0001-01-01 modified:2026-02-30 modified:0000-00-00",
        ["the whole range"] = "priority:-9223372036854775808..9223372036854775807 weight:-1e308..1e308",
        ["XRANK chain"] = "first" + Repeat(" XRANK(cb=1) second", 900, ""),
        ["XRANK with huge numbers"] = "first XRANK(cb=99999999999999999999999999, nb=0.000000001, n=2147483647) second",
        ["XRANK without an end"] = Repeat("first XRANK(cb=1", 1000),
        ["operators as values"] = "title:AND title:OR title:NOT title:NEAR(5)",
        ["two operators"] = Repeat("title::first", 500),
        ["colons"] = new string(':', 10_000),
        ["comparisons of text"] = Repeat("title>first", 500),
        ["groups of numbers"] = "priority:(1 2 3)",
        ["many groups"] = Numbered("title:(w{0} OR x{0})", 400),
        ["a prefix in many places"] = Numbered("(a* w{0})", 400, " OR "),
        ["a range in many places"] = Numbered("(priority>1 w{0})", 300, " OR "),
    };

    private static string Repeat(string text, int times, string between = " ") => string.Join(between, Enumerable.Repeat(text, times));

    private static string Numbered(string format, int count, string between = " ") => string.Join(
        between, Enumerable.Range(0, count).Select(number => format.Replace("{0}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    [Fact]
    public void There_are_many() => Assert.True(Queries.Count >= 60);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_is_answered_or_refused(string name)
    {
        string query = Queries[name];

        Answer answer = await Server.SearchAsync(query, source: Source("hostile"));

        Assert.True(answer.Status is 200 or 400, $"{name}: {answer}");
        if (query.Length > Longest)
        {
            answer.ShouldBe(400);
        }

        if (answer.Status == 400)
        {
            Assert.Equal("BadRequest", answer.ErrorCode);
            Assert.Contains("queryString", answer.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task A_query_with_more_than_64_beginnings_is_told_so(int count, int status)
    {
        Answer answer = (await Server.SearchAsync(Numbered("p{0}*", count), source: Source("hostile"))).ShouldBe(status);

        if (status == 400)
        {
            Assert.Equal(
                "SearchRequest Invalid (EntityRequest Invalid (requests[0].query.queryString has more than 64 different words that end in * and ranges))", answer.ErrorMessage);
        }
    }

    [Fact]
    public async Task A_beginning_of_too_many_words_is_told_so()
    {
        await using TestServer server = await TestServer.StartAsync("Search:MaxExpandedTerms=40");
        await server.CreateReadyConnectionAsync("terms");
        await server.PutItemAsync("terms", "few", Item("""{ "url": "u" }""", Numbered("few{0}", 10)));
        await server.PutItemAsync("terms", "many", Item("""{ "url": "u" }""", Numbered("many{0}", 41)));

        Assert.Equal(["few"], (await server.FindAsync("terms", "few*")).HitIds);
        Assert.Equal(["many"], (await server.FindAsync("terms", "many40*")).HitIds);
        Answer answer = (await server.SearchAsync("many*", source: Source("terms"))).ShouldBe(400, "BadRequest");
        Assert.Contains("more than 40 words would be looked up", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("\"httpCode\":400", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_words_hidden_items_have_cannot_be_asked_by_filling_the_bound_with_ones_own()
    {
        await using TestServer server = await TestServer.StartAsync("Search:MaxExpandedTerms=40");
        await server.CreateReadyConnectionAsync("terms");
        await server.PutItemAsync("terms", "mine", Item("""{ "url": "u" }""", Numbered("q{0}", 40)));
        await server.PutItemAsync("terms", "hidden", Item("""{ "url": "u" }""", "rest zanzibar", acl: """[ { "type": "externalGroup", "value": "others", "accessType": "grant" } ]"""));
        await server.PutItemAsync("terms", "changed", Item("""{ "url": "u" }""", "rest zanzigone"));
        await server.PutItemAsync("terms", "changed", Item("""{ "url": "u" }""", "rest"));

        foreach (string query in (string[])["q* OR zanz*", "q* OR \"rest zanz*\"", "q* OR (rest NEAR zanz*)"])
        {
            Assert.Equal(["mine"], (await server.FindAsync("terms", query)).HitIds);
        }

        (await server.SearchAsync("q* OR rest*", source: Source("terms"))).ShouldBe(400, "BadRequest");
    }

    /// <summary>Takes the longest queries that can be configured, and holds texts with many words and many positions of one.</summary>
    public sealed class LongQueryServer : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync("Search:MaxQueryLength=20480");
            await Server.CreateReadyConnectionAsync("hostile");
            await Server.PutItemAsync("hostile", "first", Item("""{ "title": "first second", "ticketId": "CTS-1", "priority": 5, "weight": 0.5, "done": true, "modified": "2026-01-01T00:00:00Z" }"""));
            await Server.PutItemAsync("hostile", "words", Item("""{ "url": "u" }""", Numbered("w{0} a{0}", 2000)));
            await Server.PutItemAsync("hostile", "same", Item("""{ "url": "u" }""", Repeat("same other", 2000)));
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
