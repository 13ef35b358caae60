using System.Net;
using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Kiota.Abstractions;
using Tributary.ConformanceTests.Hosting;

namespace Tributary.ConformanceTests.Sdk;

/// <summary><c>graph.Batch</c>: the client writes the batch and reads the answers apart.</summary>
public sealed class BatchTests(ServerFixture server) : IAsyncLifetime
{
    private const string Connection = "helpdesk01";

    private readonly Tenant _tenant = server.NewTenant();

    private GraphServiceClient Graph => _tenant.AsApp();

    public async ValueTask InitializeAsync()
    {
        await Graph.External.Connections.PostAsync(new ExternalConnection { Id = Connection, Name = "Help desk" });
        await Graph.External.Connections[Connection].Schema.PatchAsync(TypedSchema.Create());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public async Task Twenty_items_are_put_in_one_call(string version)
    {
        GraphServiceClient graph = _tenant.AsApp(version: version);
        var batch = new BatchRequestContentCollection(graph);
        var ids = new Dictionary<string, string>();
        foreach (int number in Enumerable.Range(1, 20))
        {
            ids.Add(await batch.AddBatchRequestStepAsync(Put(graph, $"T{number}", $"Printer {number}")), $"T{number}");
        }

        BatchResponseContentCollection answers = await graph.Batch.PostAsync(batch);

        Dictionary<string, HttpStatusCode> statuses = await answers.GetResponsesStatusCodesAsync();
        Assert.Equal(ids.Keys.Order(StringComparer.Ordinal), statuses.Keys.Order(StringComparer.Ordinal));
        Assert.All(statuses.Values, status => Assert.Equal(HttpStatusCode.OK, status));
        foreach ((string id, string item) in ids)
        {
            Assert.Equal(item, (await answers.GetResponseByIdAsync<ExternalItem>(id)).Id);
        }

        Assert.Equal("Printer 20", (await graph.External.Connections[Connection].Items["T20"].GetAsync())!.Properties!.AdditionalData["title"]);
    }

    [Fact]
    public async Task Steps_that_depend_on_each_other_run_in_their_order()
    {
        var batch = new BatchRequestContentCollection(Graph);
        string put = await StepAsync(Put(Graph, "T1", "Printer"), "put");
        string get = await StepAsync(Graph.External.Connections[Connection].Items["T1"].ToGetRequestInformation(), "get", put);
        string delete = await StepAsync(Graph.External.Connections[Connection].Items["T1"].ToDeleteRequestInformation(), "delete", get);
        string gone = await StepAsync(Graph.External.Connections[Connection].Items["T1"].ToGetRequestInformation(), "gone", delete);
        string never = await StepAsync(Put(Graph, "T2", "Printer"), "never", gone);

        BatchResponseContentCollection answers = await Graph.Batch.PostAsync(batch);

        Dictionary<string, HttpStatusCode> statuses = await answers.GetResponsesStatusCodesAsync();
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.FailedDependency],
            ((string[])[put, get, delete, gone, never]).Select(id => statuses[id]));
        Assert.Equal("Printer", (await answers.GetResponseByIdAsync<ExternalItem>(get)).Properties!.AdditionalData["title"]);
        using HttpResponseMessage error = await answers.GetResponseByIdAsync(never);
        Assert.Contains("\"FailedDependency\"", await error.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        async Task<string> StepAsync(RequestInformation request, string id, params string[] dependsOn)
        {
            HttpRequestMessage message = (await Graph.RequestAdapter.ConvertToNativeRequestAsync<HttpRequestMessage>(request))!;
            Assert.True(batch.AddBatchRequestStep(new BatchRequestStep(id, message, [.. dependsOn])));
            return id;
        }
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_others_and_can_be_sent_again()
    {
        var batch = new BatchRequestContentCollection(Graph);
        string good = await batch.AddBatchRequestStepAsync(Put(Graph, "T1", "Printer"));
        string bad = await batch.AddBatchRequestStepAsync(Graph.External.Connections[Connection].Items["none"].ToGetRequestInformation());

        BatchResponseContentCollection answers = await Graph.Batch.PostAsync(batch);
        Dictionary<string, HttpStatusCode> statuses = await answers.GetResponsesStatusCodesAsync();
        BatchRequestContentCollection again = batch.NewBatchWithFailedRequests(statuses);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (statuses[good], statuses[bad]));
        Assert.Single(again.BatchRequestSteps);
        Assert.Equal([HttpStatusCode.NotFound], (await (await Graph.Batch.PostAsync(again)).GetResponsesStatusCodesAsync()).Values);
    }

    [Fact]
    public async Task More_than_twenty_steps_are_split_by_the_client()
    {
        var batch = new BatchRequestContentCollection(Graph);
        foreach (int number in Enumerable.Range(1, 25))
        {
            await batch.AddBatchRequestStepAsync(Put(Graph, $"T{number}", "Printer"));
        }

        Dictionary<string, HttpStatusCode> statuses = await (await Graph.Batch.PostAsync(batch)).GetResponsesStatusCodesAsync();

        Assert.Equal(25, statuses.Count);
        Assert.All(statuses.Values, status => Assert.Equal(HttpStatusCode.OK, status));
    }

    private RequestInformation Put(GraphServiceClient graph, string id, string title) => graph.External.Connections[Connection].Items[id].ToPutRequestInformation(new ExternalItem
    {
        Acl = [new Acl { Type = AclType.Everyone, Value = _tenant.Id, AccessType = AccessType.Grant }],
        Properties = new Properties { AdditionalData = new Dictionary<string, object> { ["title"] = title } },
    });
}
