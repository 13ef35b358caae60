using System.Text.Json;
using Tributary.Connections;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Connections;

/// <summary>What every <see cref="IConnectionStore"/> does.</summary>
public abstract class ConnectionStoreContract : StoreContract
{
    private protected ConnectionStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task A_new_connection_is_a_draft_without_schema_items_or_changes()
    {
        StoredConnection created = await CreateDraftAsync();

        Assert.Equal(Tenant, created.TenantId);
        Assert.Equal(ConnectionState.Draft, created.State);
        Assert.False(created.IsDeleting);
        Assert.Equal((1, 0, 0, 0L, 0L), (created.Version, created.AcceptedSchema, created.ActiveSchema, created.ItemCount, created.LastChange));
    }

    [Fact]
    public async Task Everything_the_owner_wrote_comes_back_as_written_also_after_reopening()
    {
        using var layout = JsonDocument.Parse("""{ "type": "AdaptiveCard", "version": "1.3", "body": [ { "type": "TextBlock", "text": "${title}" } ] }""");
        ExternalConnection written = ConnectionOf("contosohr", description: "Grüße, 世界 😀") with
        {
            ConnectorId = "3c1e7a4e-9d65-4a5c-9d2c-111111111111",
            ContentCategory = ContentCategory.People,
            EnabledContentExperiences = ContentExperiences.Search | ContentExperiences.Compliance,
            SearchSettings = new SearchSettings([new DisplayTemplate("one", layout.RootElement, 3, [new PropertyRule(RuleOperation.Contains, "title", ["a", "b"], BinaryOperator.And)])]),
            ActivitySettings = new ActivitySettings([new ItemIdResolver(1, "{id}", ["https://contoso.com"], "/(?<id>[0-9]+)")]),
            Configuration = new ConnectionConfiguration(["d310d35d-72ec-47dd-92f2-fb9c40936555"], [new("extra", layout.RootElement)]),
        };
        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(Tenant, written, 10, Token));

        string asWritten = JsonOf(written);
        Assert.Equal(asWritten, JsonOf((await FindAsync("contosohr")).Connection));
        await ReopenAsync();
        Assert.Equal(asWritten, JsonOf((await FindAsync("contosohr")).Connection));

        static string JsonOf(ExternalConnection connection) => System.Text.Encoding.UTF8.GetString(ConnectionJson.Serialize(connection));
    }

    [Fact]
    public async Task A_look_up_is_exact_about_letter_case_and_tenant()
    {
        await CreateDraftAsync("contosoHR");

        Assert.NotNull(await Connections.FindOrNullAsync(Tenant, "contosoHR", Token));
        Assert.Null(await Connections.FindOrNullAsync(Tenant, "contosohr", Token));
        Assert.Null(await Connections.FindOrNullAsync(OtherTenant, "contosoHR", Token));
        Assert.Null(await Connections.FindOrNullAsync(Tenant, "nosuch", Token));
    }

    [Fact]
    public async Task A_list_has_the_tenants_own_connections_in_the_order_of_their_creation()
    {
        await CreateDraftAsync("zebra");
        await CreateDraftAsync("other", tenant: OtherTenant);
        await CreateDraftAsync("apple");
        await CreateDraftAsync("mango");

        IReadOnlyList<StoredConnection> listed = await Connections.ListAsync(Tenant, Token);

        Assert.Equal(["zebra", "apple", "mango"], listed.Select(connection => connection.Connection.Id));
        Assert.Empty(await Connections.ListAsync("33333333-3333-3333-3333-333333333333", Token));
    }

    [Theory]
    [InlineData("contosohr")]
    [InlineData("CONTOSOHR")]
    [InlineData("contosoHR")]
    public async Task An_id_is_taken_whatever_its_letter_case(string id)
    {
        await CreateDraftAsync("contosohr");

        Assert.Equal(CreateConnectionOutcome.IdTaken, await Connections.CreateAsync(Tenant, ConnectionOf(id, "Another name"), 10, Token));
    }

    [Theory]
    [InlineData("Straße Ärger", "STRAßE ÄRGER")]
    [InlineData("Contoso HR", "contoso hr")]
    [InlineData("résumé", "RÉSUMÉ")]
    [InlineData("Δελτίο", "ΔΕΛΤΊΟ")]
    public async Task A_name_is_taken_whatever_its_letter_case(string first, string second)
    {
        await CreateDraftAsync("first", first);

        Assert.Equal(CreateConnectionOutcome.NameTaken, await Connections.CreateAsync(Tenant, ConnectionOf("second", second), 10, Token));
        Assert.Single(await Connections.ListAsync(Tenant, Token));
    }

    [Fact]
    public async Task Another_tenant_has_ids_names_and_a_quota_of_its_own()
    {
        await CreateDraftAsync("contosohr");

        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(OtherTenant, ConnectionOf("contosohr"), 1, Token));
    }

    [Fact]
    public async Task A_tenant_gets_no_more_connections_than_its_quota_and_one_more_after_a_deletion()
    {
        StoredConnection first = await CreateDraftAsync("first");
        await CreateDraftAsync("second");

        Assert.Equal(CreateConnectionOutcome.LimitReached, await Connections.CreateAsync(Tenant, ConnectionOf("third"), 2, Token));
        await DeleteWholeAsync(first.Key);
        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(Tenant, ConnectionOf("third"), 2, Token));
    }

    [Fact]
    public async Task Of_many_who_create_at_once_exactly_the_quota_gets_through()
    {
        CreateConnectionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => Connections.CreateAsync(Tenant, ConnectionOf($"connection{i}"), 5, Token).AsTask())));

        Assert.Equal(5, outcomes.Count(outcome => outcome == CreateConnectionOutcome.Created));
        Assert.Equal(15, outcomes.Count(outcome => outcome == CreateConnectionOutcome.LimitReached));
        Assert.Equal(5, (await Connections.ListAsync(Tenant, Token)).Count);
    }

    [Fact]
    public async Task Of_many_who_want_the_same_id_at_once_one_gets_it()
    {
        CreateConnectionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => Connections.CreateAsync(Tenant, ConnectionOf("contosohr", $"Name {i}"), 100, Token).AsTask())));

        Assert.Equal(1, outcomes.Count(outcome => outcome == CreateConnectionOutcome.Created));
        Assert.Equal(19, outcomes.Count(outcome => outcome == CreateConnectionOutcome.IdTaken));
    }

    [Fact]
    public async Task An_update_replaces_what_the_owner_wrote_and_raises_the_version()
    {
        StoredConnection before = await CreateDraftAsync();

        Assert.Equal(UpdateConnectionOutcome.Updated, await Connections.UpdateAsync(Tenant, before.Key, 1, ConnectionOf("contosohr", "New name", "New text"), Token));

        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal(("New name", "New text", 2), (after.Connection.Name, after.Connection.Description, after.Version));
        Assert.Equal(before.Key, after.Key);
    }

    [Fact]
    public async Task An_update_that_was_overtaken_changes_nothing()
    {
        StoredConnection before = await CreateDraftAsync();
        await Connections.UpdateAsync(Tenant, before.Key, 1, ConnectionOf("contosohr", "First"), Token);

        Assert.Equal(UpdateConnectionOutcome.Changed, await Connections.UpdateAsync(Tenant, before.Key, 1, ConnectionOf("contosohr", "Second"), Token));
        Assert.Equal("First", (await FindAsync("contosohr")).Connection.Name);
    }

    [Fact]
    public async Task Of_many_updates_from_the_same_version_one_gets_through()
    {
        StoredConnection before = await CreateDraftAsync();

        UpdateConnectionOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => Connections.UpdateAsync(Tenant, before.Key, 1, ConnectionOf("contosohr", $"Name {i}"), Token).AsTask())));

        Assert.Equal(1, outcomes.Count(outcome => outcome == UpdateConnectionOutcome.Updated));
        Assert.Equal(19, outcomes.Count(outcome => outcome == UpdateConnectionOutcome.Changed));
        Assert.Equal(2, (await FindAsync("contosohr")).Version);
    }

    [Fact]
    public async Task An_update_takes_no_name_of_another_but_may_respell_its_own()
    {
        await CreateDraftAsync("first", "Taken");
        StoredConnection second = await CreateDraftAsync("second", "Mine");

        Assert.Equal(UpdateConnectionOutcome.NameTaken, await Connections.UpdateAsync(Tenant, second.Key, 1, ConnectionOf("second", "TAKEN"), Token));
        Assert.Equal(UpdateConnectionOutcome.Updated, await Connections.UpdateAsync(Tenant, second.Key, 1, ConnectionOf("second", "MINE"), Token));
        Assert.Equal("MINE", (await FindAsync("second")).Connection.Name);
    }

    [Fact]
    public async Task A_name_that_was_given_up_is_free()
    {
        StoredConnection first = await CreateDraftAsync("first", "Old");
        await Connections.UpdateAsync(Tenant, first.Key, 1, ConnectionOf("first", "New"), Token);

        Assert.Equal(CreateConnectionOutcome.Created, await Connections.CreateAsync(Tenant, ConnectionOf("second", "Old"), 10, Token));
    }

    [Fact]
    public async Task A_connection_that_is_being_deleted_is_found_keeps_its_id_and_name_and_takes_no_update()
    {
        StoredConnection connection = await CreateDraftAsync("contosohr", "Contoso HR");
        await BeginDeletionAsync(connection.Key);

        Assert.True((await FindAsync("contosohr")).IsDeleting);
        Assert.True(Assert.Single(await Connections.ListAsync(Tenant, Token)).IsDeleting);
        Assert.Equal(UpdateConnectionOutcome.Gone, await Connections.UpdateAsync(Tenant, connection.Key, 1, ConnectionOf("contosohr", "New"), Token));
        Assert.Equal(CreateConnectionOutcome.IdTaken, await Connections.CreateAsync(Tenant, ConnectionOf("contosohr", "Other"), 10, Token));
        Assert.Equal(CreateConnectionOutcome.NameTaken, await Connections.CreateAsync(Tenant, ConnectionOf("other", "Contoso HR"), 10, Token));
    }

    [Fact]
    public async Task An_update_of_a_connection_that_is_gone_finds_it_gone()
    {
        StoredConnection connection = await CreateDraftAsync();
        await DeleteWholeAsync(connection.Key);

        Assert.Equal(UpdateConnectionOutcome.Gone, await Connections.UpdateAsync(Tenant, connection.Key, 1, ConnectionOf("contosohr"), Token));
        Assert.Null(await Connections.FindOrNullAsync(Tenant, "contosohr", Token));
    }

    [Fact]
    public async Task A_surrogate_key_is_never_used_again_not_even_after_reopening()
    {
        var keys = new HashSet<ConnectionKey>();
        for (int i = 0; i < 5; i++)
        {
            StoredConnection connection = await CreateDraftAsync();
            Assert.True(keys.Add(connection.Key), $"Key {connection.Key} came twice.");
            await DeleteWholeAsync(connection.Key);
            await ReopenAsync();
        }
    }
}
