using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>
/// Kills the server while access is given and taken and users search. The history of access must tell of every instant what the answered changes say, and the access log must have
/// each search whose answer was received.
/// </summary>
public sealed class AccessCrashTests : IDisposable
{
    private const int Kills = 6;
    private const int Seed = 20261129;
    private const string Connection = "watched";

    private static readonly string[] Settings =
    [
        "--Access:History:Retention=7.00:00:00", "--Access:Log:Enabled=true", "--Access:Log:WaitUntilDurable=true",

        // So small that files are begun under the load.
        "--Access:Log:MaxFileBytes=65536",
    ];

    private readonly DataFolder _data = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_the_past_is_told_as_it_was_answered_and_no_search_that_was_answered_is_missing_in_the_log()
    {
        WatchedAccess[] watched;
        await using (ServerProcess first = await ServerProcess.StartAsync(_data, Settings))
        {
            await first.CreateReadyConnectionAsync(Connection);
            watched = await WatchedAccess.CreateAllAsync(first, Connection);
        }

        var searches = new ReceivedSearches(Connection);
        for (int kill = 0; kill < Kills; kill++)
        {
            await using ServerProcess server = await ServerProcess.StartAsync(_data, Settings);
            await CheckAsync(server, watched, searches, isWhole: false);
            string[] searchers = [await server.AdministratorTokenAsync(), await server.ReaderTokenAsync(), await server.ReaderTokenAsync()];
            var changing = new Load(server, acknowledgements: _random.Next(20, 150));
            var searching = new Load(server, acknowledgements: _random.Next(1, 150));
            Task[] workers =
            [
                .. watched.Select(one => changing.RunAsync(one.ChangeAsync)),
                .. searchers.Select(token => searching.RunAsync(load => searches.SearchAsync(server, token, load))),
            ];
            await Task.WhenAll(changing.WaitAsync(), searching.WaitAsync());
            await server.KillAsync();
            await Task.WhenAll(workers);
            StoreCopy.ShouldBeSound(_data);
            if (kill % 2 == 1)
            {
                CutOffLastLine();
            }
        }

        await using ServerProcess last = await ServerProcess.StartAsync(_data, Settings);
        await CheckAsync(last, watched, searches, isWhole: true);
        Assert.All(watched, one => Assert.True(one.Changes > 5, $"{one.Item} was hardly changed."));
        Assert.True(searches.Count > 100, $"Only {searches.Count} searches were answered.");
        Assert.True(Files.Length > Kills, "No file was begun under the load.");
    }

    private string[] Files => [.. Directory.EnumerateFiles(Path.Combine(_data.Path, "access-log")).Order(StringComparer.Ordinal)];

    private async Task CheckAsync(ServerProcess server, WatchedAccess[] watched, ReceivedSearches searches, bool isWhole)
    {
        string administrator = await server.AdministratorTokenAsync();
        foreach (WatchedAccess one in watched)
        {
            await one.SettleAsync(server, administrator);
        }

        foreach (WatchedAccess one in watched)
        {
            await one.CheckPastAsync(server, administrator, isWhole);
        }

        foreach (string file in Files)
        {
            // What a crash cut off stands at the end of a file, and nothing behind it.
            Assert.All((await File.ReadAllTextAsync(file)).Split('\n')[..^1], line => JsonElement.Parse(line));
        }

        await searches.CheckAsync(server, administrator);
    }

    /// <summary>As a crash in the middle of a write leaves it, which a kill hardly ever meets.</summary>
    private void CutOffLastLine() => File.AppendAllText(Files[^1], """{"time":"2026-11-29T00:00:00.0000000Z","oper""");
}
