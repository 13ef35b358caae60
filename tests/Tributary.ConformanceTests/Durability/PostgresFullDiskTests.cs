using System.Globalization;
using System.Text.Json;
using Tributary.ConformanceTests.Nodes;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage.Postgres;

namespace Tributary.ConformanceTests.Durability;

/// <summary>A PostgreSQL whose disk of tables is really full, which takes the right to mount one; that of its log has room.</summary>
[NeedsPostgres]
public sealed class PostgresFullDiskTests
{
    private const string Items = "/v1.0/external/connections/contosohr/items/";

    [Fact]
    public async Task On_a_full_disk_puts_answer_507_reads_and_searches_go_on_and_writes_too_once_there_is_room()
    {
        InstalledPostgres server = InstalledPostgres.Start(isDurable: true);
        try
        {
            string folder = server.MakeFolder("small");
            using IDisposable mounted = SmallDisk.Mount(folder);
            server.Own(folder);
            server.Execute($"CREATE TABLESPACE small LOCATION '{folder}'");
            server.Execute("CREATE DATABASE tributary TEMPLATE template0 TABLESPACE small");
            await using var nodes = new NodeProcesses(server.ConnectionStringOf("tributary"));
            ServerProcess node = await nodes.StartAsync();
            await node.CreateReadyConnectionAsync("contosohr");

            int stored = await PutUntilFullAsync(node);
            Assert.InRange(stored, 3, 2000);
            await ShouldServeAsync(node, stored);
            await Eventually.HoldsAsync(() => StatusAsync(node, "/health/live"), status => status == 200);
            Assert.Equal(507, (await PutAsync(node, stored)).Status);

            SmallDisk.Enlarge(folder);
            Assert.Equal(200, (await PutAsync(node, stored)).Status);
            await ShouldServeAsync(node, stored + 1);
            await Eventually.HoldsAsync(() => StatusAsync(node, "/health/ready"), status => status == 200);
        }
        finally
        {
            server.Remove();
        }
    }

    private static async Task<(int Status, JsonElement Answer)> PutAsync(ServerProcess node, int i)
    {
        (int status, JsonElement answer, _) = await node.SendAsync(HttpMethod.Put, $"{Items}item{i}", VersionedItem.Json(Members(i)));
        return (status, answer);
    }

    /// <summary>Content that cannot be pressed together: PostgreSQL does that to large values.</summary>
    private static Dictionary<string, object> Members(int i)
    {
        byte[] bytes = new byte[40_000];
        new Random(i).NextBytes(bytes);
        Dictionary<string, object> members = VersionedItem.Members($"item{i}", 1, 1, null, contentLength: 0);
        members["content"] = new { type = "text", value = $"{VersionedItem.CommonWord} {VersionedItem.Word($"item{i}", 1)} {Convert.ToBase64String(bytes)}" };
        return members;
    }

    private static async Task<int> PutUntilFullAsync(ServerProcess node)
    {
        for (int i = 0; ; i++)
        {
            (int status, JsonElement answer) = await PutAsync(node, i);
            if (status == 507)
            {
                Assert.Equal("quotaLimitReached", answer.GetProperty("error").GetProperty("code").GetString());
                return i;
            }

            Assert.True(status == 200, $"{status}: {answer}\n{node.Printed}");
        }
    }

    private static async Task<int> StatusAsync(ServerProcess node, string path)
    {
        using HttpResponseMessage response = await node.Http.GetAsync(path);
        return (int)response.StatusCode;
    }

    private static async Task ShouldServeAsync(ServerProcess node, int stored)
    {
        for (int i = 0; i < stored; i++)
        {
            Assert.Equal(1, VersionedItem.VersionOf($"item{i}", await node.ExpectAsync(200, HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{Items}item{i}"))));
        }

        await node.ExpectAsync(404, HttpMethod.Get, $"{Items}item{stored}");
        (int total, string[] ids) = await node.SearchAsync("contosohr", VersionedItem.CommonWord);
        Assert.Equal(Enumerable.Range(0, stored).Select(i => $"item{i}").Order(), ids.Order());
        Assert.Equal(stored, total);
    }
}
