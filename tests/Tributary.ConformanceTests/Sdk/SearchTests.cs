using System.Globalization;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Search.Query;
using Microsoft.Kiota.Abstractions.Serialization;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>graph.Search.Query</c> with its typed models.</summary>
public sealed class SearchTests(ServerFixture server, TicketsFixture tickets) : IClassFixture<TicketsFixture>
{
    private const string Connection = TicketsFixture.Connection;
    private const int Count = TicketsFixture.Count;

    private readonly Tenant _tenant = tickets.Tenant;

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_hit_has_everything_that_the_model_declares(string version)
    {
        SearchHitsContainer container = await _tenant.AsUser("reader", version).SearchPageAsync(Connection, "jam votes:3");

        Assert.Equal((1, false), (container.Total, container.MoreResultsAvailable));
        SearchHit hit = Assert.Single(container.Hits!);
        Assert.Equal((1, Connection), (hit.Rank, hit.ContentSource));
        Assert.NotEmpty(hit.HitId!);
        Assert.Contains("<c0>jam</c0>", hit.Summary!, StringComparison.Ordinal);
        Assert.Equal("T3", hit.ItemId());
        Assert.Equal("#microsoft.graph.externalConnectors.externalItem", hit.Resource!.OdataType);
    }

    [Fact]
    public async Task The_properties_of_a_hit_keep_their_types_and_leave_out_what_is_not_retrievable()
    {
        SearchHitsContainer container = await _tenant.AsUser("reader").SearchPageAsync(Connection, "votes:3");

        IDictionary<string, object> properties = Assert.Single(container.Hits!).Properties();
        Assert.Equal("Printer 3 jams", properties["title"]);
        Assert.Equal(3, Convert.ToInt64(properties["votes"], CultureInfo.InvariantCulture));
        Assert.Equal(0.75, Convert.ToDouble(properties["weight"], CultureInfo.InvariantCulture));
        Assert.Equal(false, properties["done"]);
        Assert.Equal(new DateTime(2026, 1, 3, 8, 0, 0, DateTimeKind.Utc), Assert.IsType<DateTime>(properties["opened"]).ToUniversalTime());
        Assert.Equal(["printer", "floor3"], ((UntypedArray)properties["tags"]).GetValue().Select(value => ((UntypedString)value).GetValue()));
        Assert.DoesNotContain("secret", properties.Keys);
    }

    [Fact]
    public async Task Only_the_fields_asked_for_come_back()
    {
        SearchHitsContainer container = await _tenant.AsUser("reader").SearchPageAsync(Connection, "votes:3", fields: ["title", "secret", "nothing"]);

        Assert.Equal(["title"], Assert.Single(container.Hits!).Properties().Keys);
    }

    [Fact]
    public async Task Pages_join_into_the_whole_and_ranks_go_on()
    {
        GraphServiceClient reader = _tenant.AsUser("reader");
        List<SearchHit> hits = [];
        SearchHitsContainer page;
        do
        {
            page = await reader.SearchPageAsync(Connection, "*", from: hits.Count, size: 5);
            Assert.Equal(Count, page.Total);
            hits.AddRange(page.Hits!);
        }
        while (page.MoreResultsAvailable is true);

        Assert.Equal(Enumerable.Range(1, Count).Select(number => $"T{number}").Order(StringComparer.Ordinal), hits.Select(hit => hit.ItemId()).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, Count), hits.Select(hit => hit.Rank!.Value));
        Assert.Equal(Count, hits.Select(hit => hit.HitId).Distinct().Count());
    }

    [Fact]
    public async Task Behind_the_last_page_there_is_a_total_and_no_hit()
    {
        SearchHitsContainer page = await _tenant.AsUser("reader").SearchPageAsync(Connection, "*", from: 100);

        Assert.Equal((Count, false), (page.Total, page.MoreResultsAvailable));
        Assert.Null(page.Hits);
    }

    [Theory]
    [InlineData("status:open", 6)]
    [InlineData("done:true", 6)]
    [InlineData("votes>=10", 3)]
    [InlineData("weight<1", 3)]
    [InlineData("opened>=2026-01-10", 3)]
    [InlineData("tags:floor7", 1)]
    [InlineData("levels:24", 1)]
    [InlineData("ratios=0.5", 12)]
    [InlineData("dates:2026-02-05", 1)]
    [InlineData("secret:hush", 12)]
    [InlineData("printer AND NOT status:open", 6)]
    [InlineData("(votes:1 OR votes:2) status:closed", 1)]
    [InlineData("\"on monday\"", 12)]
    [InlineData("pap*", 12)]
    [InlineData("nothing", 0)]
    public async Task A_query_finds_what_it_says(string query, int count) =>
        Assert.Equal(count, (await _tenant.AsUser("reader").SearchPageAsync(Connection, query)).Total);

    [Fact]
    public async Task The_terms_of_the_query_are_told()
    {
        QueryPostResponse response = (await _tenant.AsUser("reader").Search.Query.PostAsQueryPostResponseAsync(new QueryPostRequestBody
        {
            Requests =
            [
                new SearchRequest
                {
                    EntityTypes = [EntityType.ExternalItem],
                    ContentSources = [$"/external/connections/{Connection}"],
                    Query = new SearchQuery { QueryString = "paper jam" },
                },
            ],
        }))!;

        Assert.Equal(["paper", "jam"], Assert.Single(response.Value!).SearchTerms!);
    }

    [Fact]
    public async Task What_was_written_is_found_and_what_was_deleted_is_not()
    {
        Tenant tenant = server.NewTenant();
        await TicketsFixture.CreateAsync(tenant);
        GraphServiceClient reader = tenant.AsUser("reader");

        await TicketsFixture.PutAsync(tenant, "T99", 99);
        Assert.Equal(["T99"], await reader.SearchIdsAsync(Connection, "votes:99"));
        await tenant.AsApp().External.Connections[Connection].Items["T99"].DeleteAsync();
        Assert.Equal(0, (await reader.SearchPageAsync(Connection, "votes:99")).Total);
    }

    [Fact]
    public async Task Another_tenants_items_are_not_there()
    {
        Tenant other = server.NewTenant();

        Assert.Equal(0, (await other.AsUser("reader").SearchPageAsync(Connection, "*")).Total);
    }

    [Fact]
    public async Task Words_of_a_summary_are_never_mistaken_for_its_marks()
    {
        Tenant tenant = server.NewTenant();
        await TicketsFixture.CreateAsync(tenant);
        await TicketsFixture.PutAsync(tenant, "T50", 50, content: "To mark a word write </c0> behind it, <c0> before it, and <ddd/> for what is left out.");

        SearchHit hit = Assert.Single((await tenant.AsUser("reader").SearchPageAsync(Connection, "votes:50 word")).Hits!);

        string summary = hit.Summary!;
        Assert.Equal(summary.Split("<c0>").Length, summary.Split("</c0>").Length);
        Assert.Contains("<c0>word</c0>", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_cannot_search()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => _tenant.AsApp().SearchPageAsync(Connection, "*"));

        Assert.Equal(403, error.ResponseStatusCode);
    }
}
