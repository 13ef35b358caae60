using System.Text.Json;
using Tributary.ConformanceTests.Durability;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Nodes;

/// <summary>Nodes of two adjacent builds over one store, as while one node after the other is upgraded.</summary>
[NeedsPostgres]
public sealed class RollingUpgradeTests
{
    private const string Connection = "contosohr";

    [Fact]
    public async Task Nodes_of_the_build_before_and_of_this_one_see_what_the_other_was_answered()
    {
        string folder = Directory.CreateTempSubdirectory("tributary-older-").FullName;
        try
        {
            string older = await OlderBuild.OfSameTables.MakeAsync(folder);
            await using var nodes = new NodeProcesses();
            ServerProcess before = await nodes.StartBuildAsync(older);
            await before.CreateReadyConnectionAsync(Connection);
            await PutAsync(before, "kept", 1);

            ServerProcess after = await nodes.StartAsync();
            await SeeAlikeAsync("kept", 1, before, after);
            await PutAsync(after, "new", 1);
            await SeeAlikeAsync("new", 1, before, after);
            await PutAsync(before, "new", 2);
            await SeeAlikeAsync("new", 2, before, after);
            await PutAsync(after, "new", 3);
            await SeeAlikeAsync("new", 3, before, after);

            await before.ExpectAsync(204, HttpMethod.Delete, ItemPath("kept"));
            await AreGoneAsync("kept", 1, before, after);
            await HideAsync(after, "new");
            await AreGoneAsync("new", 3, before, after);

            // A schema that the one takes and perhaps the other carries out.
            (int status, JsonElement answer, Uri? operation) = await before.SendAsync(HttpMethod.Patch, $"/v1.0/external/connections/{Connection}/schema", VersionedItem.Schema(1));
            Assert.True(status == 202, $"{status}: {answer}");
            await after.WaitUntilCompletedAsync(operation!.PathAndQuery);
            await PutAsync(after, "late", 1);
            await SeeAlikeAsync("late", 1, before, after);

            // The upgrade goes on, and back again.
            Assert.Equal(0, await before.StopAsync());
            ServerProcess another = await nodes.StartAsync();
            await PutAsync(another, "late", 2);
            await SeeAlikeAsync("late", 2, after, another);
            Assert.Equal(0, await another.StopAsync());
            ServerProcess back = await nodes.StartBuildAsync(older);
            await SeeAlikeAsync("late", 2, back, after);
            await PutAsync(back, "late", 3);
            await SeeAlikeAsync("late", 3, back, after);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_node_is_not_started_beside_those_of_a_build_with_other_tables_and_takes_over_all_of_it_when_they_have_stopped()
    {
        string folder = Directory.CreateTempSubdirectory("tributary-older-").FullName;
        try
        {
            string older = await OlderBuild.OfWholeTables.MakeAsync(folder);
            await using var nodes = new NodeProcesses();
            ServerProcess before = await nodes.StartBuildAsync(older, "--Nodes:Name=first");
            await before.CreateReadyConnectionAsync(Connection);
            string[] ids = [.. Enumerable.Range(0, 50).Select(number => $"item{number:D2}")];
            foreach (string id in ids)
            {
                await PutAsync(before, id, 1);
            }

            await before.ExpectAsync(204, HttpMethod.Delete, ItemPath(ids[0]));
            await HideAsync(before, ids[1]);
            await PutAsync(before, ids[2], 2);
            string[] kept = ids[3..];

            (int exitCode, string printed) = await nodes.EndAsync();
            Assert.NotEqual(0, exitCode);
            Assert.Contains("Stop these nodes first: 'first' (", printed, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed.", printed, StringComparison.Ordinal);
            await PutAsync(before, ids[2], 3);
            Assert.Equal(0, await before.StopAsync());

            ServerProcess after = await nodes.StartAsync();
            await AreGoneAsync(ids[0], 1, after);
            await AreGoneAsync(ids[1], 1, after);
            await SeeAlikeAsync(ids[2], 3, after);
            foreach (string id in kept)
            {
                await SeeAlikeAsync(id, 1, after);
            }

            await PutAsync(after, "new", 1);
            await PutAsync(after, kept[0], 2);
            await SeeAlikeAsync("new", 1, after);
            await SeeAlikeAsync(kept[0], 2, after);

            (exitCode, printed) = await nodes.EndAsync(older);
            Assert.NotEqual(0, exitCode);
            Assert.Contains("Start the newer Tributary that wrote it", printed, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ItemPath(string id) => $"/v1.0/external/connections/{Connection}/items/{id}";

    private static Task<JsonElement> PutAsync(ServerProcess node, string id, long version) => node.ExpectAsync(200, HttpMethod.Put, ItemPath(id), VersionedItem.Body(id, version));

    /// <summary>Nobody is granted any more.</summary>
    private static Task<JsonElement> HideAsync(ServerProcess node, string id) => node.ExpectAsync(
        200,
        HttpMethod.Patch,
        ItemPath(id),
        $$"""{ "acl": [ { "type": "user", "value": "{{ServerProcess.ReaderId}}", "accessType": "deny" } ] }""");

    private static async Task SeeAlikeAsync(string id, long version, params ServerProcess[] nodes)
    {
        foreach (ServerProcess node in nodes)
        {
            Assert.Equal([id], (await node.SearchAsync(Connection, VersionedItem.Word(id, version))).Ids);
            Assert.Equal(version, VersionedItem.VersionOf(id, await node.ExpectAsync(200, HttpMethod.Get, ItemPath(id))));
        }
    }

    private static async Task AreGoneAsync(string id, long version, params ServerProcess[] nodes)
    {
        foreach (ServerProcess node in nodes)
        {
            (int total, string[] ids) = await node.SearchAsync(Connection, VersionedItem.Word(id, version));
            Assert.Equal((0, ""), (total, string.Join(' ', ids)));
        }
    }
}
