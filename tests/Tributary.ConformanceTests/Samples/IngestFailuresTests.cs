using MarkdownConnector;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Tributary.ConformanceTests.Hosting;
using Tributary.ConformanceTests.Sdk;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Samples;

/// <summary>Documents that cannot become items are told and keep no other from it.</summary>
public sealed class IngestFailuresTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-documents-");
    private TestServer _server = null!;
    private Tenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync("Items:MaxBytes=20000");
        _tenant = new Tenant(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Each_failure_has_its_reason_and_the_others_are_put()
    {
        Write("good.md", "# Good\n\nText.");
        Write("deep/also good.markdown", "# Also good\n\nText.");
        Write("access.md", "---\nacl: [grant hr]\n---\n# Not understood");
        Write("group.md", "---\nacl: [grant group nobodyknows]\n---\n# Unknown group");
        Write("user.md", "---\nacl: [grant everyone, deny user nobody@tributary.local]\n---\n# Unknown user");
        Write("large.md", "# Large\n\n" + new string('a', 30_000));
        Write("notes.txt", "No Markdown.");

        IngestResult result = await IngestAsync();

        Assert.Equal(2, result.Put);
        Assert.Equal(["access.md", "group.md", "large.md", "user.md"], result.Failures.Select(failure => failure.RelativePath));
        Assert.Contains("\"grant hr\"", result.Failures[0].Reason, StringComparison.Ordinal);
        Assert.Contains("nobodyknows", result.Failures[1].Reason, StringComparison.Ordinal);
        Assert.Contains("413", result.Failures[2].Reason, StringComparison.Ordinal);
        Assert.Contains("AADSTS50034", result.Failures[3].Reason, StringComparison.Ordinal);
        Assert.Equal(
            [ItemIds.FromPath("good.md"), ItemIds.FromPath("deep/also good.markdown")],
            (await _tenant.AsUser("reader").SearchIdsAsync(CorpusFixture.Connection, "*")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_refused_property_is_told_with_the_reason_inside()
    {
        Write("good.md", "# Good\n\nText.");
        GraphServiceClient graph = _tenant.AsApp();
        var connector = new ConnectorClient(graph, CorpusFixture.Connection);
        await connector.CreateConnectionAsync("Documents", "Documents", CancellationToken.None);
        var schema = DocumentSchema.Create();
        schema.Properties!.RemoveAll(property => property.Name == "iconUrl");
        await connector.RegisterSchemaAsync(schema, CancellationToken.None);

        IngestResult result = await PutAsync(connector);

        DocumentFailure failure = Assert.Single(result.Failures);
        Assert.StartsWith("400 InvalidRequest: The request is malformed or incorrect. (", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("iconUrl", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_that_has_no_right_to_write_stops_at_once()
    {
        Write("good.md", "# Good\n\nText.");
        var connector = new ConnectorClient(_tenant.AsApp(), CorpusFixture.Connection);
        await connector.CreateConnectionAsync("Documents", "Documents", CancellationToken.None);
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);

        ODataError error = await Assert.ThrowsAsync<ODataError>(() => PutAsync(new ConnectorClient(_tenant.AsUser("reader"), CorpusFixture.Connection)));

        Assert.Equal(403, error.ResponseStatusCode);
    }

    [Fact]
    public async Task Another_applications_connection_is_told_from_ones_own()
    {
        await new ConnectorClient(_tenant.AsApp("11111111-2222-4333-8444-555555555555"), CorpusFixture.Connection)
            .CreateConnectionAsync("Documents", "Documents", CancellationToken.None);

        ConnectorException refusal = await Assert.ThrowsAsync<ConnectorException>(
            () => new ConnectorClient(_tenant.AsApp(), CorpusFixture.Connection).CreateConnectionAsync("Documents", "Documents", CancellationToken.None));

        Assert.Contains("another application", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<IngestResult> IngestAsync()
    {
        var connector = new ConnectorClient(_tenant.AsApp(), CorpusFixture.Connection);
        await connector.CreateConnectionAsync("Documents", "Documents", CancellationToken.None);
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);
        return await PutAsync(connector);
    }

    private async Task<IngestResult> PutAsync(ConnectorClient connector)
    {
        using var signIn = new SignIn(CorpusFixture.OptionsFor(_tenant));
        Principals principals = await Principals.LoadAsync(_folder, _tenant.Id, name => signIn.FindObjectIdAsync(name, CancellationToken.None), CancellationToken.None);
        return await connector.PutDocumentsAsync(new DocumentFolder(_folder, new Uri("https://docs.contoso.example/")), principals, 4, _ => { }, CancellationToken.None);
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
