using System.Globalization;
using Tributary.Chaos.Clusters;
using Tributary.Chaos.Judging;
using Tributary.Chaos.Load;
using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos;

/// <summary>One run from the first start to the verdict.</summary>
internal sealed class ChaosRun(RunOptions options, TextWriter output)
{
    /// <summary>Between two faults, at least and at most.</summary>
    private static readonly (int Least, int Most) Calm = (500, 6000);

    public string File { get; } = Path.Combine(options.Folder, "run.jsonl.gz");

    /// <param name="cancellationToken">Ends it without a verdict, and everything that it started.</param>
    /// <exception cref="InvalidOperationException">The servers do not start, at first or after a fault.</exception>
    public async Task<Verdict> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Folder);
        output.WriteLine(options.Text);
        output.WriteLine($"Data, logs and the run's file are in {options.Folder}.");
        string seedFile = Path.Combine(options.Folder, "seed.json");
        await System.IO.File.WriteAllTextAsync(seedFile, World.SeedFile());
        await using ICluster cluster = options.Provider == Provider.Sqlite
            ? new SqliteCluster(options.Server, options.Folder, seedFile)
            : new PostgresCluster(
                PostgresTools.FindOrNull() ?? throw new InvalidOperationException("No PostgreSQL server is installed (Debian: apt-get install postgresql)."),
                options.Server,
                options.Folder,
                seedFile,
                options.Nodes);
        await using (var recorder = new Recorder(File))
        {
            recorder.Add(new RunHeader(options.Text, cluster.Nodes.Count, (long)options.Late.TotalMicroseconds, World.People));
            await cluster.StartAsync();
            if (await LoadAsync(cluster, recorder, cancellationToken) is { } stuck)
            {
                output.WriteLine(stuck);
            }
        }

        return Judge.Of(RunFile.Read(File));
    }

    /// <returns>Why the end could not be read, which the judge misses then; null when it was.</returns>
    private async Task<string?> LoadAsync(ICluster cluster, Recorder recorder, CancellationToken cancellationToken)
    {
        var tokens = new Tokens();
        await tokens.FetchAsync(cluster.Nodes);
        using var client = new Client(cluster.Nodes, recorder, tokens);
        await Preparation.RunAsync(client, cluster.Nodes.Count);

        var load = new LoadOptions(options.Writers, options.Searchers, options.Pause);
        var stamps = new Stamps(options.Writers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(options.Duration);
        Task[] working =
        [
            .. Enumerable.Range(0, options.Writers).Select(number => Task.Run(() => new Writer(number, client, stamps, RandomOf(number), load).RunAsync(stop.Token))),
            .. Enumerable.Range(0, options.Searchers).Select(number => Task.Run(() => new Searcher(client, stamps, RandomOf(1000 + number), load).RunAsync(stop.Token))),
        ];
        await Task.WhenAll([.. working, .. cluster.Faults.Select((fault, number) => BreakAsync(fault, RandomOf(-1 - number), recorder, stop))]);
        cancellationToken.ThrowIfCancellationRequested();

        Tell(recorder, "quiet");
        long settled = client.LastUnknown + (long)options.Late.TotalMicroseconds;
        await Task.Delay(TimeSpan.FromMicroseconds(Math.Max(0, settled - recorder.Now) + 1000), cancellationToken);
        try
        {
            await new FinalReading(client, load).RunAsync();
            return null;
        }
        catch (TimeoutException exception)
        {
            return exception.Message;
        }
    }

    private async Task BreakAsync(Fault fault, Random random, Recorder recorder, CancellationTokenSource stop)
    {
        try
        {
            while (true)
            {
                await LoadOptions.PauseAsync(TimeSpan.FromMilliseconds(random.Next(Calm.Least, Calm.Most)), stop.Token);
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                await fault(random, what => Tell(recorder, what));
            }
        }
        catch
        {
            // What cannot be mended ends the run.
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Each has its own, so that what one draws does not hang on how fast the others are.</summary>
    private Random RandomOf(int number) => new(HashCode(options.Seed, number));

    /// <summary>The same in every process.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7919));

    private void Tell(Recorder recorder, string what)
    {
        long now = recorder.Now;
        recorder.Add(new RunEvent(now, what));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now / 1e6,8:0.000} {what}"));
    }
}
