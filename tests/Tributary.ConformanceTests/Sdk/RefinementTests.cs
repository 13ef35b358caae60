using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Search.Query;
using Microsoft.Kiota.Abstractions.Serialization;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary>Order, aggregations, filters, collapsing, templates and several requests with the typed models of <c>graph.Search.Query</c>.</summary>
public sealed class RefinementTests(ServerFixture server) : IAsyncLifetime
{
    private const string Connection = "shelves01";

    private readonly Tenant _tenant = server.NewTenant();

    public async ValueTask InitializeAsync()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection
        {
            Id = Connection,
            Name = "Shelves",
            SearchSettings = new SearchSettings
            {
                SearchResultTemplates =
                [
                    new DisplayTemplate
                    {
                        Id = "card",
                        Priority = 1,
                        Layout = new UntypedObject(new Dictionary<string, UntypedNode>
                        {
                            ["type"] = new UntypedString("AdaptiveCard"),
                            ["version"] = new UntypedString("1.3"),
                            ["body"] = new UntypedArray(
                                [new UntypedObject(new Dictionary<string, UntypedNode> { ["type"] = new UntypedString("TextBlock"), ["text"] = new UntypedString("${title}") })]),
                        }),
                        Rules = [new PropertyRule { Property = "kind", Operation = RuleOperation.Equals, Values = ["book"], ValuesJoinedBy = BinaryOperator.Or }],
                    },
                ],
            },
        });
        await graph.External.Connections[Connection].Schema.PatchAsync(new Schema
        {
            BaseType = "microsoft.graph.externalItem",
            Properties =
            [
                new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsRetrievable = true, Labels = [Label.Title] },
                new Property { Name = "kind", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
                new Property { Name = "pages", Type = PropertyType.Int64, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
            ],
        });
        foreach (int number in Enumerable.Range(1, 5))
        {
            await graph.External.Connections[Connection].Items[$"S{number}"].PutAsync(new ExternalItem
            {
                Acl = [new Acl { Type = AclType.Everyone, Value = _tenant.Id, AccessType = AccessType.Grant }],
                Properties = new Properties
                {
                    AdditionalData = new Dictionary<string, object> { ["title"] = $"Volume {number}", ["kind"] = number < 4 ? "book" : "map", ["pages"] = (long)(number * 100) },
                },
            });
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<SearchResponse> SearchAsync(Action<SearchRequest> change, string version = "v1.0")
    {
        var request = new SearchRequest
        {
            EntityTypes = [EntityType.ExternalItem],
            ContentSources = [$"/external/connections/{Connection}"],
            Query = new SearchQuery { QueryString = "volume" },
        };
        change(request);
        return Assert.Single((await _tenant.AsUser("reader", version).Search.Query.PostAsQueryPostResponseAsync(new QueryPostRequestBody { Requests = [request] }))!.Value!);
    }

    private static string Ids(SearchResponse response) => string.Join(' ', Assert.Single(response.HitsContainers!).Hits!.Select(hit => hit.ItemId()));

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Hits_are_sorted(string version) => Assert.Equal(
        "S5 S4 S3 S2 S1", Ids(await SearchAsync(request => request.SortProperties = [new SortProperty { Name = "pages", IsDescending = true }], version)));

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Values_are_counted_and_a_bucket_filters(string version)
    {
        SearchAggregation counted = Assert.Single(Assert.Single((await SearchAsync(
            request => request.Aggregations =
            [
                new AggregationOption
                {
                    Field = "kind",
                    Size = 10,
                    BucketDefinition = new BucketAggregationDefinition { SortBy = BucketAggregationSortProperty.Count, IsDescending = true, MinimumCount = 1 },
                },
            ],
            version)).HitsContainers!).Aggregations!);

        Assert.Equal("kind", counted.Field);
        Assert.Equal([("book", 3), ("map", 2)], counted.Buckets!.Select(bucket => (bucket.Key, bucket.Count!.Value)));
        SearchResponse filtered = await SearchAsync(request =>
        {
            request.AggregationFilters = [$"kind:{counted.Buckets![1].AggregationFilterToken}"];
            request.SortProperties = [new SortProperty { Name = "pages" }];
        }, version);
        Assert.Equal("S4 S5", Ids(filtered));
    }

    [Fact]
    public async Task Ranges_are_counted()
    {
        SearchAggregation counted = Assert.Single(Assert.Single((await SearchAsync(request => request.Aggregations =
        [
            new AggregationOption
            {
                Field = "pages",
                BucketDefinition = new BucketAggregationDefinition
                {
                    SortBy = BucketAggregationSortProperty.KeyAsNumber,
                    Ranges = [new BucketAggregationRange { To = "200" }, new BucketAggregationRange { From = "200", To = "400" }, new BucketAggregationRange { From = "400" }],
                },
            },
        ])).HitsContainers!).Aggregations!);

        Assert.Equal([("Less than 200", 1), ("200 up to 400", 2), ("400 and up", 2)], counted.Buckets!.Select(bucket => (bucket.Key, bucket.Count!.Value)));
    }

    [Fact]
    public async Task Hits_are_collapsed()
    {
        SearchResponse response = await SearchAsync(request =>
        {
            request.CollapseProperties = [new CollapseProperty { Fields = ["kind"], Limit = 1 }];
            request.SortProperties = [new SortProperty { Name = "pages" }];
        });

        Assert.Equal("S1 S4", Ids(response));
        Assert.All(Assert.Single(response.HitsContainers!).Hits!, hit => Assert.True(hit.IsCollapsed));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_template_comes_along_for_the_hits_that_it_is_for(string version)
    {
        SearchResponse response = await SearchAsync(request =>
        {
            request.ResultTemplateOptions = new ResultTemplateOption { EnableResultTemplate = true };
            request.SortProperties = [new SortProperty { Name = "pages" }];
        }, version);

        string?[] ids = [.. Assert.Single(response.HitsContainers!).Hits!.Select(hit => hit.ResultTemplateId)];
        Assert.Equal([$"{Connection}_card", $"{Connection}_card", $"{Connection}_card", null, null], ids);
        KeyValuePair<string, object> template = Assert.Single(response.ResultTemplates!.AdditionalData);
        Assert.Equal($"{Connection}_card", template.Key);
        IDictionary<string, UntypedNode> members = Assert.IsType<UntypedObject>(template.Value).GetValue();
        Assert.Equal("card", Assert.IsType<UntypedString>(members["displayName"]).GetValue());
        Assert.Equal("AdaptiveCard", Assert.IsType<UntypedString>(Assert.IsType<UntypedObject>(members["body"]).GetValue()["type"]).GetValue());
    }

    [Fact]
    public async Task A_template_of_the_query_constrains_it() => Assert.Equal(
        "S4 S5",
        string.Join(' ', Ids(await SearchAsync(request => request.Query!.QueryTemplate = "({searchTerms}) kind:map")).Split(' ').Order(StringComparer.Ordinal)));

    [Fact]
    public async Task Two_requests_have_two_responses()
    {
        QueryPostResponse response = (await _tenant.AsUser("reader").Search.Query.PostAsQueryPostResponseAsync(new QueryPostRequestBody
        {
            Requests =
            [
                new SearchRequest { EntityTypes = [EntityType.DriveItem], Query = new SearchQuery { QueryString = "volume" } },
                new SearchRequest
                {
                    EntityTypes = [EntityType.ExternalItem],
                    ContentSources = [$"/external/connections/{Connection}"],
                    Query = new SearchQuery { QueryString = "volume" },
                },
            ],
        }))!;

        Assert.Equal([0, 5], response.Value!.Select(answer => Assert.Single(answer.HitsContainers!).Total));
    }

    [Fact]
    public async Task What_cannot_be_sorted_by_is_an_error_that_the_client_can_read()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => SearchAsync(request => request.SortProperties = [new SortProperty { Name = "title" }]));

        Assert.Equal((400, "BadRequest"), (error.ResponseStatusCode, error.Error!.Code));
        Assert.Contains("'title' is not refinable", error.Error.Message!, StringComparison.Ordinal);
        Assert.StartsWith("EntityRequest Invalid", Assert.Single(error.Error.Details!).Message, StringComparison.Ordinal);
    }
}
