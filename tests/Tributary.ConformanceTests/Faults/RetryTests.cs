using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Faults;

/// <summary>The real client, with the retries that it has by default, against faults that the operator injects.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private GraphServiceClient _graph = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync("Faults:Enabled=true");
        _graph = new Tenant(_server).AsAppThatRetries();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ExternalConnection Contoso => new() { Id = "contosohr", Name = "Contoso HR" };

    private async Task<(int Calls, int Hits)> CountAsync(string fault)
    {
        System.Text.Json.JsonElement state = (await _server.FaultStateAsync(fault)).Json;
        return (state.GetProperty("calls").GetInt32(), state.GetProperty("hits").GetInt32());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task The_client_waits_as_Retry_After_says_tries_again_and_succeeds(int status)
    {
        string fault = await _server.FaultAsync(
            $$"""{ "match": { "methods": ["POST"], "path": "/external/connections" }, "count": 1, "answer": { "status": {{status}}, "headers": { "Retry-After": "1" } } }""");

        ExternalConnection? created = await _graph.External.Connections.PostAsync(Contoso);

        Assert.Equal("contosohr", created?.Id);
        Assert.Equal((2, 1), await CountAsync(fault));
    }

    [Fact]
    public async Task A_503_after_the_work_makes_the_clients_retry_meet_its_own_connection()
    {
        string fault = await _server.FaultAsync(
            """{ "match": { "methods": ["POST"] }, "when": "after", "count": 1, "answer": { "status": 503, "headers": { "Retry-After": "1" } } }""");

        ODataError error = await Assert.ThrowsAsync<ODataError>(() => _graph.External.Connections.PostAsync(Contoso));

        Assert.Equal((409, "NameAlreadyExists"), (error.ResponseStatusCode, error.Error!.Code));
        Assert.Equal((2, 1), await CountAsync(fault));
        Assert.NotNull(await _graph.External.Connections["contosohr"].GetAsync());
    }

    [Fact]
    public async Task A_500_is_not_tried_again_and_maps_to_the_clients_error()
    {
        string fault = await _server.FaultAsync("""{ "match": { "methods": ["GET"] }, "answer": { "status": 500 } }""");

        ODataError error = await Assert.ThrowsAsync<ODataError>(() => _graph.External.Connections.GetAsync());

        Assert.Equal((500, "GeneralException"), (error.ResponseStatusCode, error.Error!.Code));
        Assert.Equal((1, 1), await CountAsync(fault));
    }

    [Fact]
    public async Task The_client_shows_why_a_schema_operation_failed()
    {
        await _server.FaultAsync("""{ "kind": "schemaOperation", "operationError": { "code": "Broken", "message": "It broke.", "target": "schema" } }""");
        await _graph.External.Connections.PostAsync(Contoso);
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };
        await _graph.External.Connections["contosohr"].Schema.PatchAsync(
            new Schema { BaseType = "microsoft.graph.externalItem", Properties = [new Property { Name = "title", Type = PropertyType.String }] },
            request => request.Options.Add(headers));

        ConnectionOperation? operation = await _graph.External.Connections["contosohr"].Operations[headers.ResponseHeaders["Location"].Single().Split('/')[^1]].GetAsync();

        Assert.Equal(ConnectionOperationStatus.Failed, operation!.Status);
        Assert.Equal(("Broken", "It broke.", "schema"), (operation.Error!.Code, operation.Error.Message, operation.Error.Target));
    }
}
