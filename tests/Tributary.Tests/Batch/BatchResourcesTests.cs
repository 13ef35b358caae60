using Microsoft.Extensions.DependencyInjection;
using Tributary.Storage;
using Tributary.Telemetry;
using Tributary.Tests.Hosting;
using Tributary.Tests.Storage;
using static Tributary.Tests.Batch.BatchServer;

namespace Tributary.Tests.Batch;

/// <summary>What a batch costs: commits and memory.</summary>
public sealed class BatchResourcesTests
{
    private const int Mebibyte = 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_items_are_one_commit_every_time()
    {
        await using TestServer server = await StartAsync();
        using var commits = new CommitSizes(server.Services.GetRequiredService<TributaryMeter>());

        for (int round = 0; round < 10; round++)
        {
            Answer answer = await server.BatchAsync(Puts(20, round * 20));
            Assert.Equal(Enumerable.Repeat(200, 20), answer.Statuses());
        }

        // The server's own work, such as pruning the feed, commits on its own now and then, or along with a batch.
        Assert.Equal(10, commits.Sizes.Count(size => size >= 20));
    }

    [Fact]
    public async Task Items_that_depend_on_one_part_share_a_commit_after_it()
    {
        await using TestServer server = await StartAsync();
        using var commits = new CommitSizes(server.Services.GetRequiredService<TributaryMeter>());

        Answer answer = await server.BatchAsync(
            Put("first", "contosohr", "first") + "," + string.Join(',', Enumerable.Range(1, 19).Select(i => Put($"{i}", "contosohr", $"T{i}", ""","dependsOn":["first"]"""))));

        Assert.Equal(Enumerable.Repeat(200, 20), answer.Statuses());
        Assert.Single(commits.Sizes, size => size >= 19);
    }

    [Fact]
    public async Task A_part_that_waits_long_delays_the_others_no_longer_than_itself()
    {
        // A search, reads and refusals among writes: everybody is answered.
        await using TestServer server = await StartAsync();
        string search = """{"id":"s","method":"POST","url":"/search/query","body":{"requests":[{"entityTypes":["externalItem"],"contentSources":["/external/connections/contosohr"],"query":{"queryString":"printer"}}]}}""";

        Answer answer = await server.BatchAsync(
            $"{Puts(8, 0)},{search},{Get("g", "/external/connections")},{Get("n", "/external/connections/none")},{Puts(8, 8)}", token: await server.UserTokenAsync("admin"));

        Assert.Equal([.. Enumerable.Repeat(200, 10), 404, .. Enumerable.Repeat(200, 8)], answer.Statuses());
    }

    [Fact]
    public async Task Twenty_bodies_of_four_megabytes_pass_through_a_smaller_budget()
    {
        await using TestServer server = await StartAsync("Storage:MaxInFlightBytes=1048576", "Storage:Durable=false");
        string content = new('x', (4 * Mebibyte) - 1000);
        string body = $$"""{"acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"Printer"},"content":{"type":"text","value":"{{content}}"} }""";
        string batch = string.Join(',', Enumerable.Range(0, 19).Select(i => $$"""{"id":"{{i}}","method":"PUT","url":"/external/connections/contosohr/items/T{{i}}","body":{{body}}}"""));

        // Two at once, so that one has to wait for the room of the other.
        Answer[] answers = await Task.WhenAll(server.BatchAsync(batch), server.BatchAsync(batch));

        Assert.All(answers, answer => Assert.Equal(Enumerable.Repeat(200, 19), answer.Statuses()));
        Assert.All(answers, answer => Assert.All(answer.Responses(), response =>
            Assert.Equal(content.Length, response.Body().GetProperty("content").GetProperty("value").GetString()!.Length)));
    }

    [Fact]
    public async Task The_room_of_a_batch_is_given_back()
    {
        await using TestServer server = await StartAsync("Storage:MaxInFlightBytes=1048576");
        string large = $$"""{"id":"1","method":"POST","url":"/external/connections","body":{"x":"{{new string('x', Mebibyte)}}"} }""";

        (await server.BatchAsync(large)).ShouldHold(400);
        (await server.BatchAsync(large + ",")).ShouldBe(400, "BadRequest");

        using IDisposable all = await server.Services.GetRequiredService<InFlightBytes>().ReserveAsync(Mebibyte, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Batches_beside_each_other_get_their_own_answers()
    {
        await using TestServer server = await StartAsync();

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => server.BatchAsync(Puts(20, caller * 20))));

        Assert.All(answers, answer => Assert.Equal(Enumerable.Repeat(200, 20), answer.Statuses()));
        IEnumerable<string> ids = answers.SelectMany(answer => answer.Responses().Select(response => response.Body().GetProperty("id").GetString()!));
        Assert.Equal(Enumerable.Range(0, 160).Select(i => $"T{i}"), ids);
    }

    private static async Task<TestServer> StartAsync(params string[] settings)
    {
        TestServer server = await TestServer.StartAsync(settings);
        await server.CreateReadyConnectionAsync();
        return server;
    }

    private static string Puts(int count, int first) => string.Join(',', Enumerable.Range(first, count).Select(i => Put($"{i}", "contosohr", $"T{i}")));
}
