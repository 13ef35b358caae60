using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>graph.External.Connections</c>, each request that the client has for it.</summary>
public sealed class ConnectionsTests(ServerFixture server)
{
    private const string OtherApp = "11111111-2222-4333-8444-555555555555";

    private readonly Tenant _tenant = server.NewTenant();

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task A_created_connection_comes_back_as_a_draft_that_its_app_may_manage(string version)
    {
        ExternalConnection created = (await _tenant.AsApp(version: version).External.Connections.PostAsync(
            new ExternalConnection { Id = "contosohr", Name = "Contoso HR", Description = "Connection to index Contoso HR system" }))!;

        Assert.Equal("contosohr", created.Id);
        Assert.Equal("Contoso HR", created.Name);
        Assert.Equal("Connection to index Contoso HR system", created.Description);
        Assert.Equal(ConnectionState.Draft, created.State);
        Assert.Equal([DevDefaults.AppId], created.Configuration!.AuthorizedAppIds!);
        Assert.Equal($"{_tenant.Url}{version}/$metadata#external/connections/$entity", created.AdditionalData["@odata.context"]);
    }

    [Fact]
    public async Task Everything_that_a_connection_can_be_told_is_given_back()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(Whole());

        ExternalConnection connection = (await graph.External.Connections["helpdesk01"].GetAsync())!;

        Assert.Equal([OtherApp, DevDefaults.AppId], connection.Configuration!.AuthorizedAppIds!.Order(StringComparer.Ordinal));
        Assert.Equal("7b6a3a3f-3b0e-4b3f-8f0c-1b0b7a1a0c11", connection.ConnectorId);
        UrlToItemResolverBase resolver = Assert.Single(connection.ActivitySettings!.UrlToItemResolvers!);
        ItemIdResolver itemId = Assert.IsType<ItemIdResolver>(resolver);
        Assert.Equal((1, "doc_{num}"), (itemId.Priority, itemId.ItemId));
        Assert.Equal(["https://contoso.example"], itemId.UrlMatchInfo!.BaseUrls!);
        Assert.Equal("/docs/(?<num>[0-9]+)", itemId.UrlMatchInfo.UrlPattern);
        DisplayTemplate template = Assert.Single(connection.SearchSettings!.SearchResultTemplates!);
        Assert.Equal(("ticket", 1), (template.Id, template.Priority));
        PropertyRule rule = Assert.Single(template.Rules!);
        Assert.Equal((RuleOperation.Equals, "status"), (rule.Operation, rule.Property));
        Assert.Equal(["open", "new"], rule.Values!);
        Assert.Equal(Microsoft.Graph.Models.BinaryOperator.Or, rule.ValuesJoinedBy);
    }

    [Fact]
    public async Task The_layout_of_a_template_is_an_object_of_its_own_shape_and_comes_back_untouched()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(Whole());

        ExternalConnection connection = (await graph.External.Connections["helpdesk01"].GetAsync())!;

        Assert.Equal(
            await KiotaJsonSerializer.SerializeAsStringAsync(Whole().SearchSettings!.SearchResultTemplates![0].Layout!),
            await KiotaJsonSerializer.SerializeAsStringAsync(connection.SearchSettings!.SearchResultTemplates![0].Layout!));
    }

    [Fact]
    public async Task The_list_holds_the_apps_own_connections_and_those_of_all_for_who_may_see_all()
    {
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "first", Name = "First" });
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "second", Name = "Second" });
        await _tenant.AsApp(OtherApp).External.Connections.PostAsync(new ExternalConnection { Id = "foreign", Name = "Foreign" });

        Assert.Equal(["first", "second"], await ListAsync(_tenant.AsApp()));
        Assert.Equal(["foreign"], await ListAsync(_tenant.AsApp(OtherApp)));
        Assert.Equal(["first", "foreign", "second"], await ListAsync(_tenant.AsApp(Tenant.ReadApp)));
        Assert.Equal(["first", "foreign", "second"], await ListAsync(_tenant.AsApp(Tenant.AllApp)));
    }

    [Fact]
    public async Task The_page_iterator_walks_the_list()
    {
        GraphServiceClient graph = _tenant.AsApp();
        foreach (int number in Enumerable.Range(1, 7))
        {
            await graph.External.Connections.PostAsync(new ExternalConnection { Id = $"connection{number}", Name = $"Connection {number}" });
        }

        List<string> ids = [];
        ExternalConnectionCollectionResponse first = (await graph.External.Connections.GetAsync())!;
        PageIterator<ExternalConnection, ExternalConnectionCollectionResponse> pages =
            PageIterator<ExternalConnection, ExternalConnectionCollectionResponse>.CreatePageIterator(graph, first, connection =>
            {
                ids.Add(connection.Id!);
                return true;
            });
        await pages.IterateAsync();

        Assert.Equal(Enumerable.Range(1, 7).Select(number => $"connection{number}"), ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_answers_without_a_body()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(Whole());

        ExternalConnection? answer = await graph.External.Connections["helpdesk01"].PatchAsync(new ExternalConnection { Description = "Tickets, since 2019" });

        Assert.Null(answer);
        ExternalConnection connection = (await graph.External.Connections["helpdesk01"].GetAsync())!;
        Assert.Equal(("Help desk", "Tickets, since 2019"), (connection.Name, connection.Description));
        Assert.Single(connection.SearchSettings!.SearchResultTemplates!);
        Assert.Single(connection.ActivitySettings!.UrlToItemResolvers!);
    }

    [Fact]
    public async Task A_connection_that_was_read_can_be_sent_back_changed()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(Whole());
        ExternalConnection connection = (await graph.External.Connections["helpdesk01"].GetAsync())!;

        connection.Name = "Help desk of Contoso";
        await graph.External.Connections["helpdesk01"].PatchAsync(connection);

        Assert.Equal("Help desk of Contoso", (await graph.External.Connections["helpdesk01"].GetAsync())!.Name);
    }

    [Fact]
    public async Task An_app_that_is_authorised_by_an_update_can_write()
    {
        await _tenant.AsApp().External.Connections.PostAsync(new ExternalConnection { Id = "shared", Name = "Shared" });

        await _tenant.AsApp(Tenant.AllApp).External.Connections["shared"].PatchAsync(
            new ExternalConnection { Configuration = new Configuration { AuthorizedAppIds = [DevDefaults.AppId, OtherApp] } });

        await _tenant.AsApp(OtherApp).External.Connections["shared"].PatchAsync(new ExternalConnection { Description = "Ours too" });
        Assert.Equal("Ours too", (await _tenant.AsApp().External.Connections["shared"].GetAsync())!.Description);
    }

    [Fact]
    public async Task A_deletion_is_accepted_and_the_connection_then_gone()
    {
        GraphServiceClient graph = _tenant.AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "first", Name = "First" });
        var native = new NativeResponseHandler();

        await graph.External.Connections["first"].DeleteAsync(request => request.Options.Add(new ResponseHandlerOption { ResponseHandler = native }));

        using var response = (HttpResponseMessage)native.Value!;
        Assert.Equal(202, (int)response.StatusCode);
        Assert.Null(response.Headers.Location);
        Assert.Null(response.Content.Headers.ContentType);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        await Eventually.HoldsAsync(() => ListAsync(graph), ids => ids.Length == 0);
    }

    [Fact]
    public async Task The_ids_of_a_request_come_back_in_its_headers()
    {
        string id = Guid.NewGuid().ToString();
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };

        await _tenant.AsApp().External.Connections.GetAsync(request =>
        {
            request.Headers.Add("client-request-id", id);
            request.Options.Add(headers);
        });

        Assert.Equal(id, headers.ResponseHeaders["client-request-id"].Single());
        Assert.True(Guid.TryParse(headers.ResponseHeaders["request-id"].Single(), out _));
    }

    private static async Task<string[]> ListAsync(GraphServiceClient graph) =>
        [.. (await graph.External.Connections.GetAsync())!.Value!.Select(connection => connection.Id!).Order(StringComparer.Ordinal)];

    private static ExternalConnection Whole() => new()
    {
        OdataType = "#microsoft.graph.externalConnectors.externalConnection",
        Id = "helpdesk01",
        Name = "Help desk",
        Description = "Tickets of the help desk",
        ConnectorId = "7b6a3a3f-3b0e-4b3f-8f0c-1b0b7a1a0c11",
        Configuration = new Configuration { AuthorizedAppIds = [OtherApp] },
        ActivitySettings = new ActivitySettings
        {
            UrlToItemResolvers =
            [
                new ItemIdResolver
                {
                    OdataType = "#microsoft.graph.externalConnectors.itemIdResolver",
                    Priority = 1,
                    ItemId = "doc_{num}",
                    UrlMatchInfo = new UrlMatchInfo { BaseUrls = ["https://contoso.example"], UrlPattern = "/docs/(?<num>[0-9]+)" },
                },
            ],
        },
        SearchSettings = new SearchSettings
        {
            SearchResultTemplates =
            [
                new DisplayTemplate
                {
                    Id = "ticket",
                    Priority = 1,
                    Layout = new UntypedObject(new Dictionary<string, UntypedNode>
                    {
                        ["type"] = new UntypedString("AdaptiveCard"),
                        ["version"] = new UntypedString("1.3"),
                        ["body"] = new UntypedArray(
                        [
                            new UntypedObject(new Dictionary<string, UntypedNode>
                            {
                                ["type"] = new UntypedString("TextBlock"),
                                ["text"] = new UntypedString("${title}"),
                                ["wrap"] = new UntypedBoolean(true),
                            }),
                        ]),
                    }),
                    Rules =
                    [
                        new PropertyRule
                        {
                            Operation = RuleOperation.Equals,
                            Property = "status",
                            Values = ["open", "new"],
                            ValuesJoinedBy = Microsoft.Graph.Models.BinaryOperator.Or,
                        },
                    ],
                },
            ],
        },
    };
}
