using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Storage;

namespace Tributary.Tests.Hosting;

/// <summary>The server that <see cref="MalformedRequests"/> are sent to, and all that could change on it.</summary>
public sealed class MalformedRequestServer : IAsyncLifetime
{
    private const string OtherApp = "0a6e1b8c-6f3d-4e39-9a55-2f0d3c1b7e11";

    /// <summary>
    /// Every table that a request could write to, but for the change feed, whose read beginning is cut off when it suits the index: each change of it shows in
    /// <c>last_change</c>.
    /// </summary>
    private static readonly string[] Tables = ["connection", "connection_schema", "operation", "acl", "item", "item_content"];

    internal TestServer Server { get; private set; } = null!;

    /// <summary>What was there before the first request.</summary>
    public string Before { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // No commit of an index either: it trims the changes, which the snapshot counts.
        Server = await TestServer.StartAsync(
            "Connections:DeletionDelay=1.00:00:00",
            "Connections:MaxPerTenant=6",
            "Items:MaxBytes=100000",
            "Items:MaxAclEntries=100",
            "Indexing:CommitInterval=1.00:00:00");
        await Server.CreateReadyConnectionAsync();
        (await Server.PutAsync(
            "/v1.0/external/connections/contosohr/items/T1",
            """
            { "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant" } ],
              "properties": { "title": "Before", "tags@odata.type": "Collection(String)", "tags": ["a"] },
              "content": { "type": "text", "value": "Before" } }
            """)).ShouldBe(200);
        await CreateAsync("""{ "id": "draftone", "name": "Name of draftone" }""");
        await CreateAsync("""{ "id": "people01", "name": "People", "contentCategory": "people" }""");
        (await Server.PatchAsync("/v1.0/external/connections/people01/schema",
            """{ "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "account", "type": "string", "labels": ["personAccount"] } ] }""")).ShouldBe(202);
        await CreateAsync("""{ "id": "comply01", "name": "Compliance", "enabledContentExperiences": "search, compliance" }""");
        (await Server.PatchAsync("/beta/external/connections/comply01/schema", TestServer.DefaultSchema)).ShouldBe(202);
        await Server.CreateReadyConnectionAsync("foreign1", token: await Server.AppTokenAsync(OtherApp));
        await CreateAsync("""{ "id": "goingone", "name": "Going" }""");
        (await Server.DeleteAsync("/v1.0/external/connections/goingone")).ShouldBe(202);
        Before = await SnapshotAsync();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Everything that the API shows of the connections, and the rows of the store with their counters.</summary>
    public async Task<string> SnapshotAsync()
    {
        var snapshot = new StringBuilder();
        foreach (string path in (string[])["", "/contosohr/schema", "/people01/schema", "/comply01/schema", "/contosohr/items/T1"])
        {
            snapshot.AppendLine((await Server.GetAsync("/beta/external/connections" + path)).ShouldBe(200).Body);
        }

        string rows = await Server.Services.GetRequiredService<ISqlDatabase>().ReadAsync(
            session =>
            {
                var text = new StringBuilder();
                foreach (string table in Tables)
                {
                    text.Append(table).Append(": ").Append(session.ScalarOrNull($"SELECT count(*) FROM {table}")).AppendLine();
                }

                using SqlReader reader = session.Query(
                    "SELECT key, version, state, deleting, schema_accepted, schema_active, items, acls, last_change FROM connection ORDER BY key");
                while (reader.Read())
                {
                    for (int i = 0; i < 9; i++)
                    {
                        text.Append(reader.GetInt64(i)).Append(' ');
                    }

                    text.AppendLine();
                }

                return text.ToString();
            },
            CancellationToken.None);
        return snapshot.Append(rows).ToString();
    }

    private async Task CreateAsync(string body) => (await Server.PostAsync("/beta/external/connections", body)).ShouldBe(201);
}
