namespace Tributary.Storage;

/// <summary>Section <c>Storage</c>: where the truth is kept and how much of it there may be.</summary>
internal sealed class StorageOptions : ICheckedOptions
{
    public const string Section = "Storage";

    public const string Sqlite = "Sqlite";
    public const string Postgres = "Postgres";

    /// <summary>Less than this holds not even the empty tables and one item.</summary>
    private const long MinimumBytes = 1024 * 1024;

    /// <summary><c>Sqlite</c>, a file in the data directory, or <c>Postgres</c>, a database that several nodes may share (<c>ConnectionStrings:Tributary</c>).</summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>How long the start waits for a PostgreSQL server that cannot be reached yet.</summary>
    public TimeSpan StartWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The data directory (<c>--data</c>). Default <c>./.tributary</c>.</summary>
    public string Data { get; set; } = ".tributary";

    /// <summary><c>--in-memory</c>: the same files in a temporary directory that is removed at exit, without waiting for the disk.</summary>
    public bool InMemory { get; set; }

    /// <summary>
    /// Whether a write is answered only once it is on the disk. Turning it off trades acknowledged writes at power loss for speed; it is off by default
    /// only in memory.
    /// </summary>
    public bool? Durable { get; set; }

    /// <summary>Upper bound of the database in bytes; past it, writes answer 507. 0: only the disk bounds it.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Bytes of request bodies that may wait for a commit at once; more wait before they are read. Default 256 MiB.</summary>
    public long MaxInFlightBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How long a large request body waits for room among them; past it the answer is 503, and nothing of the body was read.</summary>
    public TimeSpan InFlightWait { get; set; } = TimeSpan.FromSeconds(30);

    public bool IsPostgres => Provider.Equals(Postgres, StringComparison.OrdinalIgnoreCase);

    public bool IsDurable => Durable ?? !InMemory;

    public IEnumerable<string> Problems()
    {
        if (!IsPostgres && !Provider.Equals(Sqlite, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"Storage:Provider is '{Provider}'{NearestName.Advice(Provider, [Sqlite, Postgres])}";
        }

        if (IsPostgres && InMemory)
        {
            yield return "Storage:InMemory keeps nothing, and Storage:Provider=Postgres keeps it in a database; leave one of them out.";
        }

        if (IsPostgres && MaxBytes != 0)
        {
            yield return $"Storage:MaxBytes is {MaxBytes}; it bounds the file of SQLite. With Storage:Provider=Postgres the server's disk is the bound.";
        }

        if (StartWait < TimeSpan.Zero || StartWait > TimeSpan.FromHours(1))
        {
            yield return $"Storage:StartWait is '{StartWait}'; it must be from 00:00:00 to 01:00:00.";
        }

        if (string.IsNullOrWhiteSpace(Data))
        {
            yield return "Storage:Data is empty; it must name a directory.";
        }

        if (MaxBytes != 0 && MaxBytes < MinimumBytes)
        {
            yield return $"Storage:MaxBytes is {MaxBytes}; it must be 0 for no bound, or {MinimumBytes} or more.";
        }

        if (InFlightWait < TimeSpan.FromSeconds(1) || InFlightWait > TimeSpan.FromMinutes(10))
        {
            yield return $"Storage:InFlightWait is '{InFlightWait}'; it must be from 00:00:01 to 00:10:00.";
        }

        if (MaxInFlightBytes < MinimumBytes)
        {
            yield return $"Storage:MaxInFlightBytes is {MaxInFlightBytes}; it must be {MinimumBytes} or more.";
        }
    }
}
