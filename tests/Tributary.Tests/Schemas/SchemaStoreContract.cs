using Tributary.Connections;
using Tributary.Items;
using Tributary.Operations;
using Tributary.Schemas;
using Tributary.Tests.Storage;

namespace Tributary.Tests.Schemas;

/// <summary>What every <see cref="ISchemaStore"/> does.</summary>
public abstract class SchemaStoreContract : StoreContract
{
    private protected SchemaStoreContract(Func<TestDatabase> create)
        : base(create)
    {
    }

    [Fact]
    public async Task An_accepted_schema_waits_for_its_operation_before_it_is_active()
    {
        StoredConnection draft = await CreateDraftAsync();

        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptAsync(draft.Key, 0, operation: "op", due: DateTimeOffset.UnixEpoch.AddMinutes(5)));

        StoredConnection accepted = await FindAsync("contosohr");
        Assert.Equal((1, 0, ConnectionState.Draft), (accepted.AcceptedSchema, accepted.ActiveSchema, accepted.State));
        ConnectionOperation? operation = await Operations.FindOrNullAsync(draft.Key, "op", Token);
        Assert.Equal(
            new ConnectionOperation("op", draft.Key, OperationKind.ProvisionSchema, ConnectionOperationStatus.Inprogress, DateTimeOffset.UnixEpoch.AddMinutes(5), 1, null),
            operation);
    }

    [Fact]
    public async Task An_immediate_schema_is_active_and_its_operation_completed_in_the_same_moment()
    {
        StoredConnection draft = await CreateDraftAsync();

        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptAsync(draft.Key, 0, operation: "op", isImmediate: true));

        StoredConnection ready = await FindAsync("contosohr");
        Assert.Equal((1, 1, ConnectionState.Ready), (ready.AcceptedSchema, ready.ActiveSchema, ready.State));
        Assert.Equal(ConnectionOperationStatus.Completed, (await Operations.FindOrNullAsync(draft.Key, "op", Token))!.Status);
    }

    [Fact]
    public async Task A_schema_that_may_come_into_force_at_once_only_without_items_is_checked_again_where_there_are_some()
    {
        StoredConnection ready = await CreateReadyAsync();
        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptWithoutItemsAsync(1));
        Assert.Equal(2, (await FindAsync("contosohr")).ActiveSchema);

        Assert.Equal(PutItemOutcome.Stored, (await PutAsync(ready.Key, Write("a"), schema: 2)).Outcome);
        Assert.Equal(AcceptSchemaOutcome.Changed, await AcceptWithoutItemsAsync(2));
        Assert.Equal((2, 2), ((await FindAsync("contosohr")).AcceptedSchema, (await FindAsync("contosohr")).ActiveSchema));

        ValueTask<AcceptSchemaOutcome> AcceptWithoutItemsAsync(int expected) => Schemas.AcceptAsync(
            ready.Key, expected, AnySchema, ConnectionOperation.NewId(), default, SchemaProvisioning.ImmediateWithoutItems, failure: null, Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_schema_that_is_to_fail_never_becomes_active_and_the_next_one_gets_a_version_of_its_own(bool isImmediate)
    {
        StoredConnection draft = await CreateDraftAsync();
        var error = new PublicError(
            "Broken", "It \u201cbroke\u201d.", "schema", [new("Detail", null, "$.properties[0]")], new PublicError("Inner", null, null, [], null));

        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptAsync(draft.Key, 0, SchemaWith("bad"), "op", isImmediate: isImmediate, failure: error));
        await ReopenAsync();
        if (!isImmediate)
        {
            Assert.Equal(1, (await FindAsync("contosohr")).AcceptedSchema);
            await Operations.CompleteSchemaAsync(Assert.Single(await Operations.ListDueAsync(DateTimeOffset.UnixEpoch, Token)), Token);
        }

        StoredConnection failed = await FindAsync("contosohr");
        Assert.Equal((0, 0, ConnectionState.Draft), (failed.AcceptedSchema, failed.ActiveSchema, failed.State));
        ConnectionOperation operation = (await Operations.FindOrNullAsync(draft.Key, "op", Token))!;
        Assert.Equal((ConnectionOperationStatus.Failed, error.ToJson()), (operation.Status, operation.Error!.ToJson()));
        Assert.Empty(await Operations.ListDueAsync(DateTimeOffset.MaxValue, Token));

        Assert.Equal(AcceptSchemaOutcome.Accepted, await AcceptAsync(draft.Key, 0, SchemaWith("good"), isImmediate: true));
        StoredConnection ready = await FindAsync("contosohr");
        Assert.Equal((2, 2, ConnectionState.Ready), (ready.AcceptedSchema, ready.ActiveSchema, ready.State));
        Assert.Equal(["good"], (await Schemas.FindOrNullAsync(draft.Key, 2, Token))!.Properties.Select(property => property.Name));
    }

    [Fact]
    public async Task An_update_that_fails_leaves_the_schema_in_force()
    {
        StoredConnection ready = await CreateReadyAsync();

        await AcceptAsync(ready.Key, 1, SchemaWith("title", "bad"), isImmediate: true, failure: PublicError.Default);

        StoredConnection after = await FindAsync("contosohr");
        Assert.Equal((1, 1, ConnectionState.Ready), (after.AcceptedSchema, after.ActiveSchema, after.State));
    }

    [Fact]
    public async Task Every_version_stays_readable_as_it_was()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, SchemaWith("title"), isImmediate: true);
        await AcceptAsync(draft.Key, 1, SchemaWith("title", "author"), isImmediate: true);
        await ReopenAsync();

        Assert.Equal(["title"], (await Schemas.FindOrNullAsync(draft.Key, 1, Token))!.Properties.Select(property => property.Name));
        Assert.Equal(["title", "author"], (await Schemas.FindOrNullAsync(draft.Key, 2, Token))!.Properties.Select(property => property.Name));
        Assert.Null(await Schemas.FindOrNullAsync(draft.Key, 3, Token));
        Assert.Null(await Schemas.FindOrNullAsync(new ConnectionKey(draft.Key.Value + 1), 1, Token));
    }

    [Fact]
    public async Task Every_member_of_a_property_is_kept()
    {
        var property = new Property
        {
            Name = "title",
            Type = PropertyType.StringCollection,
            IsSearchable = true,
            IsQueryable = true,
            IsRetrievable = true,
            IsRefinable = true,
            IsExactMatchRequired = true,
            Labels = [Label.Title, Label.Url],
            Aliases = ["heading", "Überschrift"],
            RankingHint = ImportanceScore.VeryHigh,
            Description = "What it is called",
        };
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, new Schema([property]), isImmediate: true);

        Property read = Assert.Single((await Schemas.FindOrNullAsync(draft.Key, 1, Token))!.Properties);

        Assert.Equal(property.Labels, read.Labels);
        Assert.Equal(property.Aliases, read.Aliases);
        Assert.Equal(property, read with { Labels = property.Labels, Aliases = property.Aliases });
    }

    [Fact]
    public async Task A_second_schema_is_refused_while_the_first_is_under_way()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0);

        Assert.Equal(AcceptSchemaOutcome.Busy, await AcceptAsync(draft.Key, 1));
        Assert.Equal(AcceptSchemaOutcome.Busy, await AcceptAsync(draft.Key, 0));
        Assert.Equal(1, await CountAsync("connection_schema"));
        Assert.Equal(1, await CountAsync("operation"));
    }

    [Fact]
    public async Task A_schema_that_was_checked_against_an_overtaken_version_is_refused()
    {
        StoredConnection draft = await CreateDraftAsync();
        await AcceptAsync(draft.Key, 0, isImmediate: true);

        Assert.Equal(AcceptSchemaOutcome.Changed, await AcceptAsync(draft.Key, 0, isImmediate: true));
        Assert.Equal(AcceptSchemaOutcome.Changed, await AcceptAsync(draft.Key, 2, isImmediate: true));
        Assert.Equal(1, (await FindAsync("contosohr")).ActiveSchema);
    }

    [Fact]
    public async Task Of_many_registrations_at_once_one_is_accepted()
    {
        StoredConnection draft = await CreateDraftAsync();

        AcceptSchemaOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => AcceptAsync(draft.Key, 0, isImmediate: true).AsTask())));

        Assert.Equal(1, outcomes.Count(outcome => outcome == AcceptSchemaOutcome.Accepted));
        Assert.Equal(19, outcomes.Count(outcome => outcome == AcceptSchemaOutcome.Changed));
        Assert.Equal(1, await CountAsync("operation"));
    }

    [Fact]
    public async Task A_connection_that_is_gone_or_being_deleted_takes_no_schema()
    {
        StoredConnection draft = await CreateDraftAsync();
        ConnectionOperation deletion = await BeginDeletionAsync(draft.Key);
        Assert.Equal(AcceptSchemaOutcome.Gone, await AcceptAsync(draft.Key, 0));

        while (await Operations.DeleteStepAsync(deletion, 100, TimeSpan.Zero, Token) == StepOutcome.More)
        {
        }

        Assert.Equal(AcceptSchemaOutcome.Gone, await AcceptAsync(draft.Key, 0));
        Assert.Equal(0, await CountAsync("connection_schema"));
    }

    [Fact]
    public async Task A_waiting_schema_tells_the_worker_and_an_immediate_one_does_not()
    {
        int queued = 0;
        Signals.OperationQueued += () => queued++;
        StoredConnection draft = await CreateDraftAsync();

        await AcceptAsync(draft.Key, 0, isImmediate: true);
        Assert.Equal(0, queued);
        await AcceptAsync(draft.Key, 1);
        Assert.Equal(1, queued);
        await AcceptAsync(draft.Key, 1);
        Assert.Equal(1, queued);
    }
}
