using Tributary.Tests.Hosting;
using static Tributary.Tests.Search.SearchServer;

namespace Tributary.Tests.Search;

/// <summary>Ranking as a client meets it; what each part of it does is tested at the index.</summary>
public sealed class RankingTests(SearchServer shared) : IClassFixture<SearchServer>
{
    private TestServer Server => shared.Server;

    [Fact]
    public async Task A_title_that_is_the_query_comes_first_also_with_a_template_and_its_filters()
    {
        await Server.CreateReadyConnectionAsync("titles");
        await Server.PutItemAsync("titles", "a", Item("""{ "title": "Vacation policy for contractors", "ticketId": "T" }""", "vacation policy vacation policy"));
        await Server.PutItemAsync("titles", "b", Item("""{ "title": "Vacation policy", "ticketId": "T" }""", "text"));

        Assert.Equal(["b", "a"], (await Server.FindAsync("titles", "vacation policy")).HitIds);
        Assert.Equal(["b", "a"], (await Server.FindAsync("titles", "vacation policy ticketId:T")).HitIds);
    }

    [Fact]
    public async Task What_people_do_with_an_item_lifts_it_in_the_next_search()
    {
        await Server.CreateReadyConnectionAsync("activities");
        await Server.PutItemAsync("activities", "a", Item("""{ "title": "Vacation plan" }"""));
        await Server.PutItemAsync("activities", "b", Item("""{ "title": "Vacation plan" }"""));
        Assert.Equal(["a", "b"], (await Server.FindAsync("activities", "vacation")).HitIds);
        string day = DateTimeOffset.UtcNow.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

        (await Server.PostAsync(
            ItemPath("activities", "b") + "/addActivities",
            $$"""{ "activities": [ { "type": "viewed", "startDateTime": "{{day}}", "performedBy": { "type": "externalGroup", "id": "g" } } ] }""")).ShouldBe(200);

        Assert.Equal(["b", "a"], (await Server.FindAsync("activities", "vacation")).HitIds);
        Assert.Equal(["a", "b"], (await Server.FindAsync("activities", "*")).HitIds);
    }
}
