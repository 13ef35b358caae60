using Tributary.Tests.Hosting;
using static Tributary.ConformanceTests.Search.ChecklistServer;

namespace Tributary.ConformanceTests.Search;

/// <summary>Items 9 to 12 and 21 of the checklist (<see cref="ChecklistTests"/>): the query, its template, paging.</summary>
public sealed class ChecklistQueryTests(ChecklistServer server) : IClassFixture<ChecklistServer>
{
    public static TheoryData<string, string> Queries => new()
    {
        // Implicit and explicit operators.
        { "vacation limited", "d1" },
        { "vacation lamp", "" },
        { "author:Andy author:Robert", "d1 d4 d7" },
        { "author:Andy department:HR", "d1" },
        { "policy NOT author:Andy", "d2" },
        { "policy -author:Andy", "d2" },
        { "policy -vacation", "d2" },
        { "vacation OR lamp", "d1 d5" },
        { "(vacation OR expenses) AND policy", "d1 d2" },

        // Words, phrases, beginnings.
        { "\"price list\"", "d4 d7" },
        { "\"list price\"", "" },
        { "vac*", "d1" },
        { "acation", "" },
        { "title:manu*", "d5 d6" },

        // Ranges and comparisons.
        { "price:20..120", "d2 d3 d4" },
        { "price:30", "d3" },
        { "price=30", "d3" },
        { "price<>30", "d1 d2 d4 d5 d6 d7" },
        { "price<20", "d1" },
        { "price<=20", "d1 d2" },
        { "price>1000", "d7" },
        { "price>=1000", "d6 d7" },
        { "edited:2026-02-10..2026-03-01", "d4 d5" },
        { "edited<2026-01-01", "d7" },
        { "edited>=2026-03-17", "d1 d2" },

        // The words for dates, at noon of Wednesday, 18 March 2026.
        { "edited:today", "d1" },
        { "edited:yesterday", "d2" },
        { "edited:\"this week\"", "d1 d2 d3" },
        { "edited:\"this month\"", "d1 d2 d3 d4" },
        { "edited:\"last month\"", "d5" },
        { "edited:\"this year\"", "d1 d2 d3 d4 d5 d6" },
        { "edited:\"last year\"", "d7" },

        // Groups, and what there is or is not.
        { "author:(Andy OR Robert)", "d1 d4 d7" },
        { "author:(Andy Robert)", "" },
        { "tags:*", "d1 d2 d3 d4" },
        { "NOT tags:*", "d5 d6 d7 d8" },

        // Proximity: eight words between at most, unless told otherwise.
        { "lamp NEAR switch", "d5" },
        { "lamp NEAR(2) switch", "" },
        { "switch NEAR lamp", "d5" },
        { "lamp ONEAR switch", "d5" },
        { "switch ONEAR lamp", "" },
        { "WORDS(lamp, chair)", "d5 d6" },

        // Operators in lower case are words, and white space around a colon makes words of all of it.
        { "or and not near", "d8" },
        { "vacation or policy", "" },
        { "department : HR", "" },
    };

    /// <summary>9.</summary>
    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_means_what_the_keyword_language_says(string query, string ids)
    {
        Assert.Equal(ids, await server.FoundAsync("v1.0", query));
        Assert.Equal(ids, await server.FoundAsync("beta", query));
    }

    /// <summary>10.</summary>
    [Theory]
    [InlineData("ticketId:CTS-ce913b61", "d1")]
    [InlineData("ticketId:CTS", "")]
    [InlineData("ticketId:ce913b61", "")]
    public async Task Of_an_exact_property_the_whole_value_matches_and_no_part(string query, string ids)
    {
        Assert.Equal(ids, await server.FoundAsync("v1.0", query));
        Assert.Equal(ids, await server.FoundAsync("beta", query));
    }

    /// <summary>11.</summary>
    [Theory]
    [InlineData("unasked:hush")]
    [InlineData("unasked:h*")]
    [InlineData("unasked:*")]
    [InlineData("unasked=hush")]
    [InlineData("hush")]
    public async Task A_property_that_is_not_queryable_tells_nothing(string query)
    {
        Assert.Equal("", await server.FoundAsync("v1.0", query));
        Assert.Equal("", await server.FoundAsync("beta", query));
    }

    /// <summary>12. The last ones are what a published client makes of its filters.</summary>
    [Theory]
    [InlineData("policy", "", "d1 d2")]
    [InlineData("policy", " ", "d1 d2")]
    [InlineData("policy", "({searchTerms}) department:HR", "d1")]
    [InlineData("*", "({searchTerms}) department:HR", "d1 d3")]
    [InlineData("*", "{searchTerms} department:HR", "d1 d3")]
    [InlineData("vacation OR lamp", "({searchTerms}) price<100", "d1")]
    [InlineData("policy", "department:Sales author:James", "d5 d6")]
    [InlineData("*", "{searchTerms} edited>={Today-1}", "d1 d2")]
    [InlineData("*", "{searchTerms} edited:{Today}", "d1")]
    [InlineData("*", "{searchTerms} {Profile.Department}", "d1 d2 d3 d4 d5 d6 d7 d8")]
    [InlineData("*", "{searchTerms} (tags:\"policy\")", "d1 d2")]
    [InlineData("*", "{searchTerms} (tags:\"policy\" OR tags:\"leave\") AND edited:2026-03-17T00:00:00.000Z..2026-03-18T12:00:00.000Z", "d1 d2")]
    [InlineData("*", "{searchTerms} (tags:\"policy\" AND tags:\"leave\")", "d1")]
    [InlineData("price", "{searchTerms} (author:\"Andy\") OR (author:\"Robert\")", "d4 d7")]
    [InlineData("*", "{searchTerms} edited>=2026-03-17T00:00:00.000Z", "d1 d2")]
    [InlineData("*", "{searchTerms} edited<2026-01-01T00:00:00.000Z", "d7")]
    public async Task A_template_is_the_query_once_its_variables_are_filled_in(string query, string template, string ids)
    {
        foreach (string version in new[] { "v1.0", "beta" })
        {
            string body = Body(query).Replace("\"query\": {", $"\"query\": {{ \"queryTemplate\": {System.Text.Json.JsonSerializer.Serialize(template)},", StringComparison.Ordinal);

            Answer answer = (await server.PostAsync(version, body)).ShouldBe(200);

            Assert.Equal(ids, string.Join(' ', answer.HitIds.Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>21.</summary>
    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Pages_are_of_1000_at_most_and_begin_at_100000_at_most(string version)
    {
        Assert.Equal(Count, (await server.PostAsync(version, Body("*", """, "size": 1000"""))).ShouldBe(200).HitIds.Length);
        Assert.Equal("The maximum allowed page size is 1000", (await server.PostAsync(version, Body("*", """, "size": 1001"""))).ShouldBe(400, "BadRequest").ErrorMessage);
        Assert.Equal(
            "Received skip=100001 with state=0, configured max difference=100000",
            (await server.PostAsync(version, Body("*", """, "from": 100001"""))).ShouldBe(400, "BadRequest").ErrorMessage);

        Answer behind = (await server.PostAsync(version, Body("*", """, "from": 100000"""))).ShouldBe(200);
        Assert.Equal($$"""{"total":{{Count}},"moreResultsAvailable":false}""", behind.Container.GetRawText());
    }

    /// <summary>21.</summary>
    [Fact]
    public async Task Five_thousand_items_are_paged_through_without_gaps_or_repeats()
    {
        const int Many = 5000;
        string connection = await server.NewConnectionAsync();
        await Parallel.ForAsync(0, Many, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
            await server.PutAsync(connection, $"i{number}", $""" "title": "same", "edited": "2026-01-0{1 + (number % 7)}T00:00:00Z", "price": {number % 3} """));

        foreach (string extra in new[] { "", """, "sortProperties": [ { "name": "price" } ]""" })
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (int from = 0; from < Many; from += 1000)
            {
                Answer page = (await server.PostAsync("v1.0", Body("same", $", \"from\": {from}, \"size\": 1000{extra}", connection))).ShouldBe(200);
                Assert.Equal((Many, from + 1000 < Many), (page.Total, page.Container.GetProperty("moreResultsAvailable").GetBoolean()));
                Assert.Equal(from + 1, Hit(page).GetProperty("rank").GetInt32());
                Assert.All(page.HitIds, id => Assert.True(seen.Add(id), $"{id} came twice."));
            }

            Assert.Equal(Many, seen.Count);
        }
    }
}
