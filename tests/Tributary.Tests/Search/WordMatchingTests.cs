using System.Globalization;
using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Which words of a query find which of a text, from request to hit, where no language is known (search 7.1 and 7.10).</summary>
public class WordMatchingTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private static int _connections;

    [Theory]
    [InlineData("The catalogue's end", "catalogue|catalogue's|catalogue’s|catalogue＇s|\"the catalogue's end\"|catalogue*|catalog*|catalogue's*", "catalogues|\"catalogue end\"|\"s catalogue\"")]
    [InlineData("Notes of O’Brien’s", "o'brien|o’brien|brien|o'bri*|o’brien's|\"O'Brien’s\"|oʼbrien|o-brien|brien's|o NEAR brien", "obrien|o'bri|brien'o|obri*")]
    [InlineData("L'hôtel d’été", "hôtel|hotel|l'hotel|l’hotel|été|ete|d'été|\"l'hotel d'ete\"", "lhotel|\"l'ete\"")]
    [InlineData("companys", "companys|company*", "company's|company")]
    [InlineData("İstanbul'da", "istanbul|İSTANBUL|istanbul’da|da", "istanbulda")]
    [InlineData("Hawaiʻi, Qurʾān", "hawai'i|hawaiʻi|hawai’i|qur'an|qurʾān|an", "hawaii|quran|quran*")]
    [InlineData("צה״ל ג׳ירפה", "צה״ל|צה\"ל|ג'ירפה*|ירפה|ג'ירפה|צה", "צהל")]
    [InlineData("col·lecció a：b", "col·leccio|col.leccio|lecció|b", "colleccio")]
    [InlineData("الإِجَازَة آذار", "الاجازة|الإجازة|الإِجَازَة|اذار|آذار", "الاجازه")]
    [InlineData("مسؤول رئيس آئے خانۀ", "مسؤول|رئيس|ائے|آئے|خانۀ", "مسوول|رييس|آیے|خانە")]
    [InlineData("H₂O, 5 m² und CO₂ 10⁶", "H2O|h₂o|m2|m²|co2|106", "h3o|m")]
    [InlineData("新しい人事部", "人事|人事部|人|部", "事人|人部")]
    [InlineData("社内メールサーバー", "メール|サーバー|メールサーバー|ﾒｰﾙ|社内メール", "ルメー|メーサー")]
    [InlineData("서울에서 만나서 울었다", "서울|서울에서|에서|만나서|서울*|\"서울에서 만나서\"", "서에|서만")]
    [InlineData("만나서 울었다", "만나|울었|나서", "서울")]
    [InlineData("LG전자는 2026년", "LG|lg전자|전자|2026|2026년", "LG년")]
    [InlineData("การประชุมประจำปี", "ประชุม|ประจำปี", "ชุมการ")]
    public async Task A_query_finds_a_text_or_does_not(string text, string found, string notFound)
    {
        string id = "words" + Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        await shared.Server.CreateReadyConnectionAsync(id);
        await shared.Server.PutItemAsync(id, "a", Item("""{ "title": "none" }""", text));

        foreach (string query in found.Split('|'))
        {
            Assert.Equal((query, 1), (query, (await shared.Server.FindAsync(id, query)).Total));
        }

        foreach (string query in notFound.Split('|'))
        {
            Assert.Equal((query, 0), (query, (await shared.Server.FindAsync(id, query)).Total));
        }
    }

    [Fact]
    public async Task Values_of_properties_are_words_likewise_and_whole_ones_are_as_they_were_written()
    {
        await shared.Server.CreateReadyConnectionAsync("wordsofvalues", """
            { "baseType": "microsoft.graph.externalItem", "properties": [
              { "name": "title", "type": "String", "isQueryable": true, "isSearchable": true, "isRetrievable": true },
              { "name": "author", "type": "String", "isQueryable": true, "isExactMatchRequired": true } ] }
            """);
        await shared.Server.PutItemAsync("wordsofvalues", "a", Item("""{ "title": "O’Brien's shop", "author": "O’Brien" }"""));

        foreach (string query in new[] { "title:brien", "title:o'brien", "title:\"o'brien's shop\"", "title:(brien's)", "title:o'bri*", "author:o’brien", "author:\"O’B*\"" })
        {
            Assert.Equal((query, 1), (query, (await shared.Server.FindAsync("wordsofvalues", query)).Total));
        }

        foreach (string query in new[] { "title:obrien", "author:brien", "author:o'brien" })
        {
            Assert.Equal((query, 0), (query, (await shared.Server.FindAsync("wordsofvalues", query)).Total));
        }
    }

    [Fact]
    public async Task A_misspelt_word_before_an_apostrophe_is_corrected_alone()
    {
        await shared.Server.CreateReadyConnectionAsync("misspelt");
        await shared.Server.PutItemAsync("misspelt", "a", Item("""{ "title": "none" }""", "Our company’s catalogue"));

        Answer answer = await shared.Server.FindAsync("misspelt", "compnay's", """, "queryAlterationOptions": { "enableModification": true }""");

        Assert.Equal(1, answer.Total);
        Assert.Equal("company's", answer.Json.GetProperty("value")[0].GetProperty("queryAlterationResponse").GetProperty("queryAlteration").GetProperty("alteredQueryString").GetString());
    }
}
