using System.Text.RegularExpressions;

namespace Tributary.ConformanceTests.Samples;

/// <summary>Two people ask the same of the sample's corpus. What each should see is computed from front matter and seed file alone.</summary>
public sealed class CorpusSearchTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    /// <summary>Queries and, beside each, what it means in terms of the documents.</summary>
    private static readonly Dictionary<string, Func<CorpusDocument, bool>> Queries = new()
    {
        ["*"] = _ => true,
        ["department:Finance"] = document => document.Text("department") == "Finance",
        ["department:Finance OR department:HR"] = document => document.Text("department") is "Finance" or "HR",
        ["NOT department:Engineering"] = document => document.Text("department") != "Engineering",
        ["status:approved AND language:en"] = document => document.Text("status") == "approved" && document.Text("language") == "en",
        ["tags:policy"] = document => document.List("tags").Contains("policy"),
        ["tags:incident -status:closed"] = document => document.List("tags").Contains("incident") && document.Text("status") != "closed",
        ["number>=5000"] = document => document.Number >= 5000,
        ["number:1000..2999"] = document => document.Number is >= 1000 and <= 2999,
        ["budget>100000"] = document => document.Budget > 100_000,
        ["confidential:true"] = document => document.Confidential == true,
        ["created>=2026-01-01"] = document => document.Created >= new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        ["modified<2026-03-01 AND priority:high"] = document =>
            document.Modified < new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) && document.Text("priority") == "high",
        ["authors:\"Henrik Olsen\""] = document => document.List("authors").Contains("Henrik Olsen"),
        ["title:runbook*"] = document => Has(document.Title, "runbook\\w*"),
        ["Harbor"] = document => Has(SearchableText(document), "harbor"),
        ["harbor AND warehouse"] = document => Has(SearchableText(document), "harbor") && Has(SearchableText(document), "warehouse"),
        ["\"two others\""] = document => Has(SearchableText(document), "two\\s+others"),
        ["(payroll OR audit) department:Finance"] = document =>
            (Has(SearchableText(document), "payroll") || Has(SearchableText(document), "audit")) && document.Text("department") == "Finance",
        ["Betriebsrat"] = document => Has(SearchableText(document), "betriebsrat"),
        ["الإجازات"] = document => Has(SearchableText(document), "الإجازات"),
        ["zxqv"] = _ => false,
    };

    public static TheoryData<string, string> PeopleAndQueries => [.. from person in new[] { "admin", "reader" } from query in Queries.Keys select (person, query)];

    [Theory]
    [MemberData(nameof(PeopleAndQueries))]
    public async Task A_person_finds_exactly_the_documents_that_match_and_grant_access(string person, string query)
    {
        var reader = CorpusReader.Of(person);
        string[] expected = [.. corpus.Documents.Where(document => reader.MayRead(document) && Queries[query](document)).Select(document => document.Path)];

        IReadOnlyList<string> found = await CorpusFixture.SearchAsync(corpus.Tenant.AsUser(person), query);

        Assert.Equal(expected, found);
    }

    [Fact]
    public void The_two_people_have_different_answers_to_most_queries()
    {
        var admin = CorpusReader.Of("admin");
        var reader = CorpusReader.Of("reader");

        int different = Queries.Values.Count(query =>
            corpus.Documents.Any(document => query(document) && admin.MayRead(document) != reader.MayRead(document)));

        Assert.InRange(different, Queries.Count / 2, Queries.Count);
    }

    private static string SearchableText(CorpusDocument document) =>
        string.Join('\n', [document.Title, document.Body, .. document.List("authors"), Path.GetFileName(document.Path)]);

    private static bool Has(string text, string words) => Regex.IsMatch(text, $@"(?<!\w){words}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
