using System.Text.Json;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Values that an index chokes on: each is taken or refused, its neighbours are found, and the server goes on.</summary>
public class PoisonTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private static int _connections;

    private TestServer Server => shared.Server;

    private async Task<string> ConnectAsync(string? schema = null)
    {
        string id = $"poison{Interlocked.Increment(ref _connections)}";
        await Server.CreateReadyConnectionAsync(id, schema);
        return id;
    }

    [Theory]
    [InlineData("title", "x")]
    [InlineData("ticketId", "x")]
    [InlineData("tags", "x")]
    [InlineData("hidden", "語")]
    [InlineData("ticketId", "\uFDFA")]
    [InlineData("title", "x y ")]
    public async Task Values_of_33_KB_are_taken_and_found(string property, string unit)
    {
        string id = await ConnectAsync();
        string value = string.Concat(Enumerable.Repeat(unit, 33 * 1024));
        string json = property == "tags" ? JsonSerializer.Serialize(new[] { value, "short" }) : JsonSerializer.Serialize(value);
        await Server.PutItemAsync(id, "poison", Item($$"""{ "{{property}}": {{json}} }"""));
        await Server.PutItemAsync(id, "other", Item("""{ "title": "needle" }"""));

        Assert.Equal(2, (await Server.FindAsync(id, "*")).Total);
        Assert.Equal(["other"], (await Server.FindAsync(id, "needle")).HitIds);
        if (property is "ticketId")
        {
            Assert.Equal(["poison"], (await Server.FindAsync(id, $"ticketId:{string.Concat(Enumerable.Repeat(unit, 50))}*")).HitIds);
        }
    }

    /// <summary>The one character becomes eighteen.</summary>
    [Fact]
    public async Task A_title_that_becomes_longer_than_a_term_can_be_is_taken_and_found()
    {
        string id = await ConnectAsync();
        string title = string.Join(' ', Enumerable.Repeat(new string('\uFDFA', 250), 32));
        await Server.PutItemAsync(id, "poison", Item($$"""{ "title": {{JsonSerializer.Serialize(title)}} }"""));
        await Server.PutItemAsync(id, "other", Item("""{ "title": "needle" }"""));

        Assert.Equal(2, (await Server.FindAsync(id, "*")).Total);
        Assert.Equal(["poison"], (await Server.FindAsync(id, new string('\uFDFA', 250))).HitIds);
        Assert.Equal(["other"], (await Server.FindAsync(id, "needle")).HitIds);
    }

    [Fact]
    public async Task A_word_of_more_than_255_characters_is_found_by_as_many()
    {
        string id = await ConnectAsync();
        string word = new('x', 254);
        await Server.PutItemAsync(id, "254", Item($$"""{ "title": "{{word}}" }""", "short"));
        await Server.PutItemAsync(id, "255", Item($$"""{ "title": "{{word}}a" }""", "after"));
        await Server.PutItemAsync(id, "256", Item($$"""{ "title": "{{word}}bb" }""", $"before {word}bb after"));
        await Server.PutItemAsync(id, "300", Item($$"""{ "title": "{{word}}b{{new string('c', 45)}}" }""", $"{word}b{new string('c', 45)}"));

        Assert.Equal("254", await FoundAsync(word));
        Assert.Equal("255", await FoundAsync(word + "a"));
        Assert.Equal("256 300", await FoundAsync(word + "bb"));
        Assert.Equal("256 300", await FoundAsync(word + "bdifferent"));
        Assert.Equal("256 300", await FoundAsync($"title:{word}bb"));
        Assert.Equal("256", await FoundAsync($"\"before {word}bb after\""));
        Assert.Equal("254 255 256 300", await FoundAsync(word + "*"));
        Assert.Equal("256 300", await FoundAsync(word + "bcc*"));

        async Task<string> FoundAsync(string query) => string.Join(' ', (await Server.FindAsync(id, query)).HitIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_text_of_a_million_words_is_found_by_its_last_one()
    {
        string id = await ConnectAsync();
        string text = string.Join(' ', Enumerable.Range(0, 1_000_000).Select(number => $"w{number % 5000}")) + " theend";
        await Server.PutItemAsync(id, "long", Item("""{ "title": "x" }""", text));

        Assert.Equal(["long"], (await Server.FindAsync(id, "\"w4999 theend\"")).HitIds);
    }

    [Fact]
    public async Task All_of_128_properties_are_indexed()
    {
        string[] types = ["string", "stringCollection", "int64", "double", "dateTime", "boolean"];
        string properties = string.Join(", ", Enumerable.Range(0, 128).Select(number =>
            $$"""{ "name": "p{{number}}", "type": "{{types[number % 6]}}", "isQueryable": true, "isRetrievable": true }"""));
        string id = await ConnectAsync($$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ {{properties}} ] }""");
        string values = string.Join(", ", Enumerable.Range(0, 128).Select(number => $"\"p{number}\": " + (number % 6) switch
        {
            0 => $"\"value{number}\"",
            1 => $"[\"a\", \"value{number}\"]",
            2 => $"{number}",
            3 => $"{number}.5",
            4 => "\"2026-01-01T00:00:00Z\"",
            _ => "true",
        }));
        await Server.PutItemAsync(id, "full", Item($"{{ {values} }}"));

        Assert.Equal(1, (await Server.FindAsync(id, "p126:value126 p127:value127 p2=2 p3=3.5 p4:2026-01-01 p5:true p122:122")).Total);
        Assert.Equal(0, (await Server.FindAsync(id, "p126:value120")).Total);
    }

    [Fact]
    public async Task Html_with_a_hundred_thousand_nested_tags_holds_nothing_up()
    {
        string id = await ConnectAsync();
        string html = "<p>before</p>" + string.Concat(Enumerable.Repeat("<div><b>", 50_000)) + "inside";
        await Server.PutItemAsync(id, "deep", Item("""{ "title": "x" }""", html, contentType: "html"));
        await Server.PutItemAsync(id, "other", Item("""{ "title": "needle" }"""));

        Assert.Equal(["other"], (await Server.FindAsync(id, "needle")).HitIds);
        Assert.Equal(["deep"], (await Server.FindAsync(id, "before inside")).HitIds);
    }

    [Fact]
    public async Task Scripts_and_styles_are_not_searched_and_not_quoted()
    {
        string id = await ConnectAsync();
        await Server.PutItemAsync(id, "page", Item(
            """{ "title": "x" }""", "<style>.hidden{}</style><script>hidden()</script><p>Visible <b>te</b>xt</p>next", contentType: "html"));

        Assert.Equal(0, (await Server.FindAsync(id, "hidden")).Total);
        Answer answer = await Server.FindAsync(id, "\"text next\"");
        Assert.Equal(["page"], answer.HitIds);
        Assert.Equal("Visible <c0>text</c0> <c0>next</c0>", answer.Container.GetProperty("hits")[0].GetProperty("summary").GetString()!.Trim());
    }

    [Theory]
    [InlineData("\\u0001\\u0000needle\\u001F", "needle")]
    [InlineData("שלום עולם \\u202Eneedle\\u202C", "עולם")]
    [InlineData("🎉🎉 needle 👩‍👩‍👧", "needle 🎉")]
    [InlineData("東京都庁", "京都")]
    [InlineData("needle\\uFFFE\\uFFFF", "needle")]
    [InlineData("cafe\\u0301", "café")]
    [InlineData("", "*")]
    public async Task Unusual_text_is_found_by_its_words(string title, string query)
    {
        string id = await ConnectAsync();
        (await Server.PutAsync(ItemPath(id, "a"), Item($$"""{ "title": "{{title}}", "ticketId": "{{title}}" }""", "content"))).ShouldBe(200);

        Assert.Equal(["a"], (await Server.FindAsync(id, query)).HitIds);
    }

    [Theory]
    [InlineData("\\uD800")]
    [InlineData("x\\uDC00")]
    public async Task Half_a_character_is_refused_or_taken_but_stops_nothing(string title)
    {
        string id = await ConnectAsync();
        Answer answer = await Server.PutAsync(ItemPath(id, "a"), Item($$"""{ "title": "{{title}}" }"""));
        Assert.True(answer.Status is 200 or 400, answer.Body);
        await Server.PutItemAsync(id, "other", Item("""{ "title": "needle" }"""));

        Assert.Equal(["other"], (await Server.FindAsync(id, "needle")).HitIds);
    }
}
