using Tributary.Acls;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Search;
using Tributary.Search.Kql;
using Tributary.Tests.Storage;
using Tributary.Tests.Storage.Sqlite;

namespace Tributary.Tests.Search;

public sealed class FurtherQuotesTests() : StoreContract(() => new SqliteTestDatabase())
{
    private static string Long(int before, string end) => string.Concat(Enumerable.Repeat("word ", before / 5)) + end;

    private async Task PutLongAsync(ConnectionKey connection, string id, string content, Acl? acl = null) =>
        await PutAsync(connection, Write(id, content: content, acl: acl), excerpt: content[..ItemExcerpt.MaxChars]);

    private async Task<List<SearchHit>> HitsAsync(StoredConnection connection, string query, params string[] ids)
    {
        var access = new AccessPrincipals("user", [], ["insiders"], isGuest: false);
        var source = new SearchedConnection(connection, AnySchema, access);
        var summaries = new SummaryBuilder(KqlParser.ParseLenient(query, _ => null)!);
        IReadOnlyDictionary<string, StoredHit> read = (await Items.ReadHitsAsync([(connection.Key, ids)], long.MaxValue, Token))![0];
        return [.. ids.Select(id => new SearchHit(source, summaries, id, read[id], IsCollapsed: false) { Quote = summaries.QuoteOrNull(read[id].Excerpt) })];
    }

    private async Task<string?[]> QuotesAsync(List<SearchHit> hits)
    {
        await new FurtherQuotes(Items).AddAsync(hits, Token);
        return [.. hits.Select(hit => hit.Quote)];
    }

    [Fact]
    public async Task A_hit_whose_excerpt_does_not_have_the_match_is_quoted_from_further_on()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutLongAsync(connection.Key, "far", Long(50_000, "a needle there"));
        await PutLongAsync(connection.Key, "none", Long(50_000, "nothing"));
        await PutLongAsync(connection.Key, "near", "needle here " + Long(50_000, "needle there"));
        await PutAsync(connection.Key, Write("short", content: "short"));

        string?[] quotes = await QuotesAsync(await HitsAsync(connection, "needle", "far", "none", "near", "short"));

        Assert.EndsWith("word a <c0>needle</c0> there", quotes[0], StringComparison.Ordinal);
        Assert.Null(quotes[1]);
        Assert.StartsWith("<c0>needle</c0> here", quotes[2], StringComparison.Ordinal);
        Assert.DoesNotContain("there", quotes[2], StringComparison.Ordinal);
        Assert.Null(quotes[3]);
    }

    [Fact]
    public async Task What_the_caller_may_no_longer_see_is_not_quoted()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutLongAsync(connection.Key, "kept", Long(50_000, "needle"), AclOf("insiders"));
        await PutLongAsync(connection.Key, "taken", Long(50_000, "needle"), AclOf("insiders"));
        await PutLongAsync(connection.Key, "gone", Long(50_000, "needle"), AclOf("insiders"));
        List<SearchHit> hits = await HitsAsync(connection, "needle", "kept", "taken", "gone");
        await PutLongAsync(connection.Key, "taken", Long(50_000, "secret needle"), AclOf("others"));
        await Items.DeleteAsync(connection.Key, "gone", Token);

        string?[] quotes = await QuotesAsync(hits);

        Assert.NotNull(quotes[0]);
        Assert.Equal([null, null], quotes[1..]);
    }

    [Fact]
    public async Task Contents_of_a_page_are_read_up_to_a_bound_and_longer_ones_not_at_all()
    {
        StoredConnection connection = await CreateReadyAsync();
        string most = Long((int)FurtherQuotes.MaxBytesOfItem - 20, "a needle");
        most = new string(' ', (int)FurtherQuotes.MaxBytesOfItem - most.Length) + most;
        await PutLongAsync(connection.Key, "longer", most + "x");
        foreach (string id in new[] { "one", "two", "three" })
        {
            await PutLongAsync(connection.Key, id, most);
        }

        string?[] quotes = await QuotesAsync(await HitsAsync(connection, "needle", "longer", "one", "two", "three"));

        Assert.Null(quotes[0]);
        Assert.NotNull(quotes[1]);
        Assert.NotNull(quotes[2]);
        Assert.Null(quotes[3]);
    }

    [Fact]
    public async Task Without_words_nothing_is_read()
    {
        StoredConnection connection = await CreateReadyAsync();
        await PutLongAsync(connection.Key, "far", Long(50_000, "needle"));

        List<SearchHit> hits = await HitsAsync(connection, "*", "far");

        Assert.False(hits[0].Summaries.MayGoOn(hits[0].Item.Excerpt));
        Assert.Equal([null], await QuotesAsync(hits));
    }
}
