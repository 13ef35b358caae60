using System.Globalization;
using Spectre.Console;

namespace Tributary.Cli;

/// <summary>How far a command is: a bar where somebody looks at it, a line now and then where its output is kept, nothing when quiet. On standard error, so that standard output has the result alone.</summary>
internal sealed class TransferProgress(TextWriter error, bool isQuiet, TimeProvider time)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private ProgressTask? _bar;
    private string _name = "";
    private long _began;
    private long _told;

    /// <summary>Runs <paramref name="work"/>, which tells how far it is by <see cref="Report"/>.</summary>
    public async Task<T> RunAsync<T>(string name, Func<Task<T>> work)
    {
        (_name, _began, _told) = (name, time.GetTimestamp(), time.GetTimestamp());
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (isQuiet || Console.IsErrorRedirected || error != Console.Error || !console.Profile.Capabilities.Interactive)
        {
            return await work();
        }

        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                _bar = context.AddTask(Markup.Escape(name), maxValue: 1);
                try
                {
                    return await work();
                }
                finally
                {
                    _bar = null;
                }
            });
    }

    /// <param name="done">How much is done, of <paramref name="total"/>.</param>
    /// <param name="total">As far as is known; what is being written grows.</param>
    /// <param name="items">Items that have passed.</param>
    /// <param name="bytes">Bytes that have passed.</param>
    public void Report(long done, long total, long items, long bytes)
    {
        if (_bar is { } bar)
        {
            bar.MaxValue = Math.Max(1, total);
            bar.Value = Math.Min(done, total);
            bar.Description = Markup.Escape(Line(items, bytes));
        }
        else if (!isQuiet && time.GetElapsedTime(_told) >= BetweenLines)
        {
            _told = time.GetTimestamp();
            string part = total > 0 ? string.Create(CultureInfo.InvariantCulture, $", {100.0 * Math.Min(done, total) / total:0} %") : "";
            error.WriteLine(Line(items, bytes) + part);
        }
    }

    private string Line(long items, long bytes)
    {
        double seconds = Math.Max(0.001, time.GetElapsedTime(_began).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{_name}: {items} items, {Size(bytes)}, {items / seconds:0} items/s");
    }

    public static string Size(long bytes) => bytes switch
    {
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GiB"),
    };
}
