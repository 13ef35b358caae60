using System.Globalization;

namespace Tributary.Benchmarks.Scenarios;

/// <summary>The options of the command line, <c>--name value</c>; a name that no scenario knows is told.</summary>
internal sealed class Settings
{
    private static readonly string[] Known =
    [
        "seconds", "floor-seconds", "warm-up", "rounds", "items", "other-items", "give-back", "connections", "queries", "runs", "floors", "published", "data", "results",
        "set", "users", "groups", "memberships", "collection", "known", "worst",
        "throughput-seconds", "postgres-seconds", "fresh-seconds", "rate", "check-items", "provider",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Settings(ReadOnlySpan<string> arguments)
    {
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i].TrimStart('-');
            if (!Known.Contains(name) || i + 1 == arguments.Length)
            {
                throw new ArgumentException($"'{arguments[i]}' is no option, or lacks its value. Options: --{string.Join(" --", Known)}.");
            }

            _values[name] = arguments[i + 1];
        }
    }

    /// <summary>Where results are added as lines of JSON; null for nowhere.</summary>
    public string? Results => TextOrNull("results");

    public string? TextOrNull(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int absent) =>
        TextOrNull(name) is { } value ? int.Parse(value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : absent;

    public TimeSpan Seconds(string name, int absent) => TimeSpan.FromSeconds(Number(name, absent));

    /// <summary>Settings for the server, such as <c>Indexing:Threads=1</c>, separated by blanks.</summary>
    public IEnumerable<string> ServerSettings => (TextOrNull("set") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => "--" + setting);
}
