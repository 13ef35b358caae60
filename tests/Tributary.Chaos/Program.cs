using System.CommandLine;
using System.Globalization;
using Tributary.Chaos;
using Tributary.Chaos.Judging;
using Tributary.Chaos.Recording;

Option<Provider> provider = new("--provider") { Description = "The store under the nodes.", DefaultValueFactory = _ => Provider.Postgres };
Option<int?> seed = new("--seed") { Description = "Decides what is written, asked and broken. Default: drawn, and printed." };
Option<double> seconds = new("--seconds") { Description = "How long is written, searched and broken.", DefaultValueFactory = _ => 120 };
Option<int> nodes = new("--nodes") { Description = "Nodes over PostgreSQL; over SQLite there is one.", DefaultValueFactory = _ => 3 };
Option<int> writers = new("--writers") { DefaultValueFactory = _ => 16 };
Option<int> searchers = new("--searchers") { DefaultValueFactory = _ => 8 };
Option<double> pause = new("--pause") { Description = "Milliseconds that each waits between two requests, on average.", DefaultValueFactory = _ => 60 };
Option<double> late = new("--late") { Description = "Seconds after its end for which a write of unknown outcome may still take effect.", DefaultValueFactory = _ => 10 };
Option<string?> server = new("--server") { Description = "The built server, tributary.dll. Default: beside this program, or where the repository builds it." };
Option<string?> folder = new("--folder") { Description = "New folder for data, logs and the run's file. Default: one in the temporary directory." };

Command run = new("run", "Write, search and break; then judge.") { provider, seed, seconds, nodes, writers, searchers, pause, late, server, folder };
run.SetAction((parsed, cancellationToken) => WithoutTraceAsync(async () =>
{
    Provider store = parsed.GetValue(provider);
    int drawn = parsed.GetValue(seed) ?? Random.Shared.Next(1_000_000);
    var chaos = new ChaosRun(
        new RunOptions
        {
            Provider = store,
            Seed = drawn,
            Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            Nodes = store == Provider.Sqlite ? 1 : parsed.GetValue(nodes),
            Writers = parsed.GetValue(writers),
            Searchers = parsed.GetValue(searchers),
            Pause = TimeSpan.FromMilliseconds(parsed.GetValue(pause)),
            Late = TimeSpan.FromSeconds(parsed.GetValue(late)),
            Server = ServerFile.Find(parsed.GetValue(server)),
            Folder = parsed.GetValue(folder) ?? Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"tributary-chaos-{drawn}-{Environment.ProcessId}")),
        },
        Console.Out);
    return Tell(await chaos.RunAsync(cancellationToken), chaos.File);
}));

Argument<string> file = new("file") { Description = "The file of a run." };
Option<bool> cutOff = new("--cut-off") { Description = "The run did not come to its end, so that nothing was read again at it." };
Command check = new("check", "Judge a run again by its file.") { file, cutOff };
check.SetAction(parsed => WithoutTraceAsync(() => Task.FromResult(
    Tell(Judge.Of(RunFile.Read(parsed.GetRequiredValue(file)), isWhole: !parsed.GetValue(cutOff)), parsed.GetRequiredValue(file)))));

return await new RootCommand("Writes to and searches servers that are killed meanwhile, and judges every answer.") { run, check }
    .Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

// What is no verdict: 2, and a sentence.
static async Task<int> WithoutTraceAsync(Func<Task<int>> work)
{
    try
    {
        return await work();
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Ended before it was over. What there is of it can be judged: check --cut-off run.jsonl.gz");
        return 2;
    }
    catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException or IOException or TimeoutException)
    {
        Console.Error.WriteLine(exception.Message);
        return 2;
    }
}

static int Tell(Verdict verdict, string file)
{
    foreach (Violation violation in verdict.Violations.Take(20))
    {
        Console.WriteLine($"\n{violation.Text}");
    }

    Console.WriteLine($"\n{verdict}");
    if (verdict.Violations.Count > 0)
    {
        Console.WriteLine($"Judge it again: check {file}");
    }

    return verdict.Violations.Count == 0 ? 0 : 1;
}
