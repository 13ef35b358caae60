using System.Globalization;
using System.Text.RegularExpressions;
using MarkdownConnector;
using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tributary.ConformanceTests.Hosting;
using Tributary.Tests.Hosting;

namespace Tributary.ConformanceTests.Samples;

/// <summary>The life of a connection as the sample leads it, from its first document to its deletion.</summary>
public sealed class CorpusFlowTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    [Fact]
    public async Task Every_document_of_the_corpus_is_stored_as_it_was_written()
    {
        Assert.Empty(corpus.Result.Failures);
        Assert.Equal(corpus.Documents.Count, corpus.Result.Put);
        var items = corpus.Tenant.AsApp().External.Connections[CorpusFixture.Connection].Items;

        foreach (CorpusDocument document in corpus.Documents)
        {
            ExternalItem item = (await items[ItemIds.FromPath(document.Path)].GetAsync())!;

            IDictionary<string, object> properties = item.Properties!.AdditionalData;
            Assert.Equal(ItemIds.FromPath(document.Path), item.Id);
            Assert.Equal(document.Title, properties["title"]);
            Assert.Equal(document.Text("url"), properties["url"]);
            Assert.Equal(document.Text("department"), properties.TryGetValue("department", out object? department) ? department : null);
            Assert.Equal(document.Number, properties.TryGetValue("number", out object? number) ? Convert.ToInt64(number, CultureInfo.InvariantCulture) : null);
            Assert.Equal(document.Confidential, properties.TryGetValue("confidential", out object? confidential) ? (bool)confidential : null);
            Assert.Equal(document.Modified.UtcDateTime, Assert.IsType<DateTime>(properties["modified"]).ToUniversalTime());
            Assert.Equal(document.Acl.Count, item.Acl!.Count);
            Assert.Equal(ExternalItemContentType.Text, item.Content!.Type);
            AssertHasTheWordsOf(document, item.Content.Value!);
        }
    }

    [Fact]
    public async Task A_guest_is_refused()
    {
        ODataError error = await Assert.ThrowsAsync<ODataError>(() => CorpusFixture.SearchAsync(corpus.Tenant.AsUser("guest"), "*"));

        Assert.Equal(403, error.ResponseStatusCode);
    }

    [Fact]
    public async Task A_guest_who_is_let_in_sees_what_is_for_everyone_or_for_partners()
    {
        await using TestServer server = await TestServer.StartAsync($"Directory:SeedFile={SampleFiles.Seed}", "Search:AllowGuests=true");
        var tenant = new Tenant(server);
        await CorpusFixture.IngestAsync(tenant);
        var guest = CorpusReader.Of("guest");

        IReadOnlyList<string> found = await CorpusFixture.SearchAsync(tenant.AsUser("guest"), "*");

        Assert.Equal([.. corpus.Documents.Where(guest.MayRead).Select(document => document.Path)], found);
        Assert.NotEmpty(found);
    }

    [Fact]
    public async Task Running_the_connector_again_changes_nothing()
    {
        Tenant tenant = corpus.NewTenant();
        await CorpusFixture.IngestAsync(tenant);
        IReadOnlyList<string> before = await CorpusFixture.SearchAsync(tenant.AsUser("reader"), "*");
        ConnectorClient connector = CorpusFixture.ConnectorOf(tenant);

        bool isNew = await connector.CreateConnectionAsync("Contoso documents", "Markdown documents of Contoso", CancellationToken.None);
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);
        IngestResult again = await connector.PutDocumentsAsync(
            CorpusFixture.Folder, await CorpusFixture.PrincipalsOfAsync(tenant), 25, _ => { }, CancellationToken.None);

        Assert.False(isNew);
        Assert.Equal((corpus.Documents.Count, 0), (again.Put, again.Failures.Count));
        Assert.Equal(before, await CorpusFixture.SearchAsync(tenant.AsUser("reader"), "*"));
    }

    [Fact]
    public async Task A_document_whose_access_is_revoked_is_gone_for_that_person_at_once_and_for_nobody_else()
    {
        const string Path = "facilities/warehouse-move.md";
        Tenant tenant = corpus.NewTenant();
        await CorpusFixture.IngestAsync(tenant);
        GraphServiceClient reader = tenant.AsUser("reader");
        GraphServiceClient admin = tenant.AsUser("admin");
        IReadOnlyList<string> readersBefore = await CorpusFixture.SearchAsync(reader, "*");
        IReadOnlyList<string> adminsBefore = await CorpusFixture.SearchAsync(admin, "*");
        Assert.Contains(Path, readersBefore);
        Assert.Contains(Path, adminsBefore);
        MarkdownDocument document = await CorpusFixture.Folder.ReadAsync(new FileInfo(System.IO.Path.Combine(SampleFiles.Corpus.FullName, Path)), CancellationToken.None);
        Acl executives = await (await CorpusFixture.PrincipalsOfAsync(tenant)).ResolveAsync(AclLine.Parse("grant group executives"));

        await tenant.AsApp().External.Connections[CorpusFixture.Connection].Items[document.ItemId].PutAsync(DocumentItem.Create(document, [executives]));

        Assert.Equal(readersBefore.Except([Path]), await CorpusFixture.SearchAsync(reader, "*"));
        Assert.Empty(await CorpusFixture.SearchAsync(reader, "number:7015"));
        Assert.Equal(adminsBefore, await CorpusFixture.SearchAsync(admin, "*"));
    }

    [Fact]
    public async Task A_deleted_connection_is_gone_and_its_id_can_be_used_again_for_something_empty()
    {
        Tenant tenant = corpus.NewTenant();
        await CorpusFixture.IngestAsync(tenant);
        ConnectorClient connector = CorpusFixture.ConnectorOf(tenant);
        var connection = tenant.AsApp().External.Connections[CorpusFixture.Connection];

        Assert.True(await connector.DeleteConnectionAsync(CancellationToken.None));
        await Eventually.HoldsAsync(() => StatusOfAsync(connection), status => status == 404);

        Assert.False(await connector.DeleteConnectionAsync(CancellationToken.None));
        Assert.True(await connector.CreateConnectionAsync("Contoso documents", "Again", CancellationToken.None));
        Assert.Equal(ConnectionState.Draft, (await connection.GetAsync())!.State);
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);
        Assert.Empty(await CorpusFixture.SearchAsync(tenant.AsUser("reader"), "*"));
    }

    [Fact]
    public async Task The_table_of_hits_has_a_column_for_each_person_and_a_dash_where_one_sees_nothing()
    {
        using var signIn = new SignIn(CorpusFixture.OptionsFor(corpus.Tenant));
        string[] people = ["admin@tributary.local", "reader@tributary.local"];
        var comparison = new SearchComparison(CorpusFixture.Connection, [.. people.Select(name => (name, signIn.AsUser(name)))]);

        string text = Render(await comparison.RunAsync("department:Finance", CancellationToken.None));

        foreach (string person in people)
        {
            var reader = CorpusReader.Of(person.Split('@')[0]);
            int count = corpus.Documents.Count(document => reader.MayRead(document) && document.Text("department") == "Finance");
            Assert.Contains($"{person}: {count} found", text, StringComparison.Ordinal);
        }

        Assert.Contains("Budget 2027, first draft", text, StringComparison.Ordinal);
        Assert.Contains('–', text);
    }

    [Theory]
    [InlineData("To mark a word write </c0> behind it and [/] or [red] nowhere.")]
    [InlineData("Write <c0> before the word, <c0> again, and <ddd/> for the rest.")]
    [InlineData("\u001b[31m Control characters \u0007 stay off the screen.")]
    public async Task Text_that_looks_like_marks_is_shown_and_breaks_nothing(string text)
    {
        Tenant tenant = corpus.NewTenant();
        ConnectorClient connector = CorpusFixture.ConnectorOf(tenant);
        await connector.CreateConnectionAsync("Contoso documents", "Marks", CancellationToken.None);
        await connector.RegisterSchemaAsync(DocumentSchema.Create(), CancellationToken.None);
        var document = MarkdownDocument.Read(new FileInfo("marks.md"), "marks.md", $"# Marks [/]\n\n`{text}` word", CorpusFixture.OptionsFor(tenant).DocumentsUrl);
        Acl everyone = await (await CorpusFixture.PrincipalsOfAsync(tenant)).ResolveAsync(AclLine.GrantEveryone);
        await tenant.AsApp().External.Connections[CorpusFixture.Connection].Items[document.ItemId].PutAsync(DocumentItem.Create(document, [everyone]));

        string table = Render(await new SearchComparison(CorpusFixture.Connection, [("reader", tenant.AsUser("reader"))]).RunAsync("word", CancellationToken.None));

        Assert.Contains("Marks [/]", table, StringComparison.Ordinal);
        Assert.Contains("word", table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
        Assert.DoesNotContain('\u0007', table);
    }

    private static async Task<int> StatusOfAsync(Microsoft.Graph.External.Connections.Item.ExternalConnectionItemRequestBuilder connection)
    {
        try
        {
            await connection.GetAsync();
            return 200;
        }
        catch (ODataError error)
        {
            return error.ResponseStatusCode;
        }
    }

    private static string Render(IRenderable table)
    {
        using var writer = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        console.Write(table);
        return writer.ToString();
    }

    /// <summary>The text comes without Markdown's marks: its words are words of the file, in the file's order, and nearly all of them.</summary>
    private static void AssertHasTheWordsOf(CorpusDocument document, string content)
    {
        string[] written = Words(document.Body);
        int at = 0;
        foreach (string word in Words(content))
        {
            int found = Array.IndexOf(written, word, at);
            Assert.True(found >= 0, $"{document.Path}: '{word}' is not in the file, or not there.");
            at = found + 1;
        }

        Assert.InRange(Words(content).Length, written.Length * 9 / 10 - 10, written.Length);
    }

    private static string[] Words(string text) => [.. Regex.Matches(text, "[\\w]+").Select(match => match.Value)];
}
