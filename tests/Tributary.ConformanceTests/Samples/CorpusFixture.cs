using System.Buffers.Text;
using System.Text;
using MarkdownConnector;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Tributary.Auth.DevIssuer;
using Tributary.ConformanceTests.Hosting;
using Tributary.ConformanceTests.Sdk;
using Tributary.Tests.Hosting;
using SignIn = MarkdownConnector.SignIn;

namespace Tributary.ConformanceTests.Samples;

/// <summary>A server started as the sample's README says, with the corpus in one tenant, put there by the connector's own classes.</summary>
public sealed class CorpusFixture : IAsyncLifetime
{
    internal const string Connection = "contosodocs";

    private TestServer _server = null!;

    internal IReadOnlyList<CorpusDocument> Documents { get; } = CorpusDocument.ReadAll();

    /// <summary>Has the corpus; for tests that change nothing.</summary>
    internal Tenant Tenant { get; private set; } = null!;

    internal IngestResult Result { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync($"Directory:SeedFile={SampleFiles.Seed}");
        Tenant = new Tenant(_server);
        Result = await IngestAsync(Tenant);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>A tenant without anything, where the same people are in the same groups.</summary>
    internal Tenant NewTenant() => new(_server);

    /// <summary>What the sample's program does, in its order.</summary>
    internal static async Task<IngestResult> IngestAsync(Tenant tenant)
    {
        ConnectorClient connector = ConnectorOf(tenant);
        Assert.True(await connector.CreateConnectionAsync("Contoso documents", "Markdown documents of Contoso", CancellationToken.None));
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);
        return await connector.PutDocumentsAsync(Folder, await PrincipalsOfAsync(tenant), 8, _ => { }, CancellationToken.None);
    }

    internal static DocumentFolder Folder { get; } = new(SampleFiles.Corpus, new Uri("https://docs.contoso.example/"));

    internal static ConnectorClient ConnectorOf(Tenant tenant) => new(tenant.AsApp(), Connection);

    internal static Task<Principals> PrincipalsOfAsync(Tenant tenant) =>
        Principals.LoadAsync(SampleFiles.Corpus, tenant.Id, name => FindObjectIdAsync(tenant, name), CancellationToken.None);

    internal static ConnectorOptions OptionsFor(Tenant tenant) => new()
    {
        Folder = SampleFiles.Corpus,
        Url = tenant.Url,
        ConnectionId = Connection,
        TenantId = tenant.Id,
        ClientId = DevDefaults.AppId,
        Searchers = [],
        Searches = [],
        Concurrency = 8,
        DocumentsUrl = new Uri("https://docs.contoso.example/"),
        Delete = false,
    };

    /// <summary>The paths of all documents that a query finds, page by page, in the order of their names.</summary>
    internal static async Task<IReadOnlyList<string>> SearchAsync(GraphServiceClient graph, string query)
    {
        const int PageSize = 7;
        List<string> paths = [];
        while (true)
        {
            SearchHitsContainer page = await graph.SearchPageAsync(Connection, query, from: paths.Count, size: PageSize);
            paths.AddRange((page.Hits ?? []).Select(hit => PathOf(hit.ItemId())));
            Assert.True(page.MoreResultsAvailable is false || page.Hits?.Count == PageSize, "A page that is not the last is full.");
            if (page.MoreResultsAvailable is not true)
            {
                Assert.Equal(paths.Count, page.Total);
                return [.. paths.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What the id of an item says about where it came from; all paths of the corpus are short enough for that.</summary>
    private static string PathOf(string itemId) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(itemId));

    private static async Task<string> FindObjectIdAsync(Tenant tenant, string userPrincipalName)
    {
        using var signIn = new SignIn(OptionsFor(tenant));
        return await signIn.FindObjectIdAsync(userPrincipalName, CancellationToken.None);
    }
}
