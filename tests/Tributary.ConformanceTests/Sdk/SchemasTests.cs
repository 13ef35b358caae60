using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>Connections[id].Schema</c> and <c>.Operations[id]</c>.</summary>
public sealed class SchemasTests(ServerFixture server)
{
    private readonly Tenant _tenant = server.NewTenant();

    [Fact]
    public async Task A_schema_comes_back_as_it_was_registered()
    {
        GraphServiceClient graph = await CreateAsync();

        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets());
        Schema schema = (await graph.External.Connections["helpdesk01"].Schema.GetAsync(request => request.Headers.Add("Prefer", "include-unknown-enum-members")))!;

        Assert.Equal("microsoft.graph.externalItem", schema.BaseType);
        Assert.Equal(Tickets().Properties!.Select(Describe), schema.Properties!.Select(Describe));
    }

    [Fact]
    public async Task The_operation_is_followed_from_the_Location_header_that_the_client_hides()
    {
        GraphServiceClient graph = await CreateAsync();
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };

        Schema? answer = await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets(), request => request.Options.Add(headers));

        Assert.Null(answer);
        string location = headers.ResponseHeaders["Location"].Single();
        Assert.StartsWith($"{_tenant.Url}v1.0/external/connections/helpdesk01/operations/", location, StringComparison.Ordinal);
        string id = location.Split('/')[^1];
        ConnectionOperation operation = (await graph.External.Connections["helpdesk01"].Operations[id].GetAsync())!;
        Assert.Equal((id, ConnectionOperationStatus.Completed), (operation.Id, operation.Status));
        Assert.Null(operation.Error);
        Assert.Equal(ConnectionState.Ready, (await graph.External.Connections["helpdesk01"].GetAsync())!.State);
    }

    [Fact]
    public async Task The_native_response_has_the_Location_too_and_neither_body_nor_content_type()
    {
        GraphServiceClient graph = await CreateAsync("beta");
        var native = new NativeResponseHandler();

        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(
            Tickets(), request => request.Options.Add(new ResponseHandlerOption { ResponseHandler = native }));

        using var response = (HttpResponseMessage)native.Value!;
        Assert.Equal(202, (int)response.StatusCode);
        Assert.StartsWith($"{_tenant.Url}beta/external/connections/helpdesk01/operations/", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Null(response.Content.Headers.ContentType);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task The_operation_can_be_asked_at_the_address_itself()
    {
        GraphServiceClient graph = await CreateAsync();
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets(), request => request.Options.Add(headers));
        string location = headers.ResponseHeaders["Location"].Single();

        ConnectionOperation operation = (await graph.External.Connections["any"].Operations["any"].WithUrl(location).GetAsync())!;

        Assert.Equal(ConnectionOperationStatus.Completed, operation.Status);
    }

    [Fact]
    public async Task While_an_operation_runs_it_says_so_and_the_connection_stays_a_draft()
    {
        await using TestServer slow = await TestServer.StartAsync("Schemas:ProvisioningDelay=00:01:00");
        GraphServiceClient graph = new Tenant(slow).AsApp();
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "helpdesk01", Name = "Help desk" });
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };

        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets(), request => request.Options.Add(headers));

        string id = headers.ResponseHeaders["Location"].Single().Split('/')[^1];
        Assert.Equal(ConnectionOperationStatus.Inprogress, (await graph.External.Connections["helpdesk01"].Operations[id].GetAsync())!.Status);
        Assert.Equal(ConnectionState.Draft, (await graph.External.Connections["helpdesk01"].GetAsync())!.State);
        Assert.Equal(Tickets().Properties!.Count, (await graph.External.Connections["helpdesk01"].Schema.GetAsync())!.Properties!.Count);
        ODataError busy = await Assert.ThrowsAsync<ODataError>(() => graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets()));
        Assert.Equal((409, "NameAlreadyExists"), (busy.ResponseStatusCode, busy.Error!.Code));
    }

    [Fact]
    public async Task A_schema_that_was_read_can_be_sent_back_with_a_property_more()
    {
        GraphServiceClient graph = await CreateAsync();
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets());
        Schema schema = (await graph.External.Connections["helpdesk01"].Schema.GetAsync(request => request.Headers.Add("Prefer", "include-unknown-enum-members")))!;

        schema.Properties!.Add(new Property { Name = "floor", Type = PropertyType.Int64, IsQueryable = true });
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(schema);

        Schema updated = (await graph.External.Connections["helpdesk01"].Schema.GetAsync())!;
        Assert.Equal([.. Tickets().Properties!.Select(property => property.Name), "floor"], updated.Properties!.Select(property => property.Name));
    }

    [Fact]
    public async Task Labels_that_are_newer_than_the_sentinel_are_shown_to_who_asks_for_them()
    {
        GraphServiceClient graph = await CreateAsync();
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets());

        Schema plain = (await graph.External.Connections["helpdesk01"].Schema.GetAsync())!;
        Schema asked = (await graph.External.Connections["helpdesk01"].Schema.GetAsync(request => request.Headers.Add("Prefer", "include-unknown-enum-members")))!;

        Assert.Equal([Label.UnknownFutureValue], Icon(plain).Labels!);
        Assert.Equal([Label.IconUrl], Icon(asked).Labels!);

        static Property Icon(Schema schema) => schema.Properties!.Single(property => property.Name == "icon");
    }

    [Fact]
    public async Task The_delete_that_the_client_offers_is_answered_as_the_service_does()
    {
        GraphServiceClient graph = await CreateAsync();
        await graph.External.Connections["helpdesk01"].Schema.PatchAsync(Tickets());

        var request = new RequestInformation(Method.DELETE, $"{_tenant.Url}v1.0/external/connections/helpdesk01/schema", new Dictionary<string, object>());
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => graph.RequestAdapter.SendNoContentAsync(
            request, new() { ["XXX"] = ODataError.CreateFromDiscriminatorValue }));

        Assert.Equal((404, "UnknownError"), (error.ResponseStatusCode, error.Error!.Code));
    }

    private async Task<GraphServiceClient> CreateAsync(string version = "v1.0")
    {
        GraphServiceClient graph = _tenant.AsApp(version: version);
        await graph.External.Connections.PostAsync(new ExternalConnection { Id = "helpdesk01", Name = "Help desk" });
        return graph;
    }

    private static Schema Tickets() => new()
    {
        BaseType = "microsoft.graph.externalItem",
        Properties =
        [
            new Property { Name = "title", Type = PropertyType.String, IsSearchable = true, IsQueryable = true, IsRetrievable = true, Labels = [Label.Title] },
            new Property { Name = "link", Type = PropertyType.String, IsRetrievable = true, Labels = [Label.Url] },
            new Property { Name = "icon", Type = PropertyType.String, IsRetrievable = true, Labels = [Label.IconUrl] },
            new Property { Name = "status", Type = PropertyType.String, IsQueryable = true, IsRetrievable = true, IsRefinable = true, Aliases = ["ticketState"] },
            new Property { Name = "opened", Type = PropertyType.DateTime, IsQueryable = true, IsRetrievable = true, Labels = [Label.CreatedDateTime] },
            new Property { Name = "tags", Type = PropertyType.StringCollection, IsQueryable = true, IsRetrievable = true },
            new Property { Name = "votes", Type = PropertyType.Int64, IsQueryable = true, IsRetrievable = true, IsRefinable = true },
            new Property { Name = "weight", Type = PropertyType.Double, IsQueryable = true },
            new Property { Name = "done", Type = PropertyType.Boolean, IsQueryable = true },
            new Property { Name = "levels", Type = PropertyType.Int64Collection, IsQueryable = true },
            new Property { Name = "ratios", Type = PropertyType.DoubleCollection, IsQueryable = true },
            new Property { Name = "dates", Type = PropertyType.DateTimeCollection, IsQueryable = true },
        ],
    };

    private static string Describe(Property property) =>
        $"""
        {property.Name} {property.Type} {property.IsSearchable ?? false} {property.IsQueryable ?? false} {property.IsRetrievable ?? false} {property.IsRefinable ?? false}
        [{string.Join(',', property.Labels ?? [])}] [{string.Join(',', property.Aliases ?? [])}]
        """;
}
