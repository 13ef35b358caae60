namespace Tributary.Indexing;

/// <summary>Section <c>Indexing</c>: how far the indexes may be behind and what they may take.</summary>
internal sealed class IndexOptions : ICheckedOptions
{
    public const string Section = "Indexing";

    /// <summary>An index is made durable after this many changes …</summary>
    public int CommitChanges { get; set; } = 5000;

    /// <summary>… or after this long, whichever comes first. Both bound what a restart replays.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>An index that nobody asked or changed for this long is closed.</summary>
    public TimeSpan IdleClose { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a search waits for its indexes to reach the last committed change; past it the answer is 503, never a guess.</summary>
    public TimeSpan SearchWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Writers wait while the index is more than this many changes behind, which keeps the lag below <see cref="SearchWait"/>.</summary>
    public int MaxLag { get; set; } = 20_000;

    /// <summary>Threads that turn the changes of one batch into documents.</summary>
    public int Threads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Memory that each open index may gather before it writes a segment, in megabytes.</summary>
    public int RamBufferMegabytes { get; set; } = 64;

    /// <summary>Bound of the bitmaps of visible access lists and of visible documents that are kept for callers who return, per index, in megabytes.</summary>
    public int AccessCacheMegabytes { get; set; } = 16;

    /// <summary>
    /// How long searches do not find an item that was added, or the range of it. The real service takes 15 to 30 minutes. What a later write changes, and above all
    /// what it hides, holds at once.
    /// </summary>
    public string VisibilityDelay { get; set; } = "00:00:00";

    /// <summary>What the texts of connections are indexed in that have no language of their own: see <see cref="TextLanguage.Names"/>.</summary>
    public string Language { get; set; } = TextLanguage.Standard.Name;

    /// <summary>Where nodes of one store copy their indexes to, and a new one takes them from instead of building them; nothing for neither.</summary>
    public string? SnapshotDirectory { get; set; }

    /// <summary>How often this node copies its indexes there; left out, when it is asked to.</summary>
    public TimeSpan? SnapshotInterval { get; set; }

    /// <summary>How long the changes after a copy are kept; a node that comes later builds its indexes.</summary>
    public TimeSpan SnapshotKeep { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The language of a connection by what is stored for it. One that this version does not know is as good as none.</summary>
    public TextLanguage LanguageOf(string? stored) => TextLanguage.FindOrNull(stored ?? Language) ?? TextLanguage.FindOrNull(Language) ?? TextLanguage.Standard;

    /// <summary><see cref="VisibilityDelay"/>, read; zero when it is no range.</summary>
    public DurationRange VisibilityRange() => DurationRange.TryParse(VisibilityDelay, out DurationRange range) ? range : default;

    public IEnumerable<string> Problems()
    {
        if (!DurationRange.TryParse(VisibilityDelay, out _))
        {
            yield return DurationRange.Problem("Indexing:VisibilityDelay", VisibilityDelay);
        }

        if (TextLanguage.FindOrNull(Language) is null)
        {
            yield return $"Indexing:Language is '{Language}'; it must be one of {string.Join(", ", TextLanguage.Names)}.";
        }

        if (SnapshotInterval is { } interval && (interval < TimeSpan.FromMinutes(1) || interval >= SnapshotKeep))
        {
            yield return $"Indexing:SnapshotInterval is '{interval}'; it must be from 00:01:00 to less than Indexing:SnapshotKeep ({SnapshotKeep}).";
        }

        if (SnapshotInterval is not null && SnapshotDirectory is null)
        {
            yield return "Indexing:SnapshotInterval is set and Indexing:SnapshotDirectory is not; name the directory too.";
        }

        if (SnapshotDirectory is { } directory && string.IsNullOrWhiteSpace(directory))
        {
            yield return "Indexing:SnapshotDirectory is empty; it must name a directory, or be left out.";
        }

        if (SnapshotKeep < TimeSpan.FromMinutes(1) || SnapshotKeep > TimeSpan.FromDays(30))
        {
            yield return $"Indexing:SnapshotKeep is '{SnapshotKeep}'; it must be from 00:01:00 to 30.00:00:00.";
        }

        if (CommitChanges < 1)
        {
            yield return $"Indexing:CommitChanges is {CommitChanges}; it must be 1 or more.";
        }

        if (CommitInterval <= TimeSpan.Zero)
        {
            yield return $"Indexing:CommitInterval is {CommitInterval}; it must be longer than 00:00:00.";
        }

        if (IdleClose <= TimeSpan.Zero)
        {
            yield return $"Indexing:IdleClose is {IdleClose}; it must be longer than 00:00:00.";
        }

        if (SearchWait <= TimeSpan.Zero)
        {
            yield return $"Indexing:SearchWait is {SearchWait}; it must be longer than 00:00:00.";
        }

        if (MaxLag < 1)
        {
            yield return $"Indexing:MaxLag is {MaxLag}; it must be 1 or more.";
        }

        if (Threads is < 1 or > 64)
        {
            yield return $"Indexing:Threads is {Threads}; it must be from 1 to 64.";
        }

        if (RamBufferMegabytes is < 1 or > 1024)
        {
            yield return $"Indexing:RamBufferMegabytes is {RamBufferMegabytes}; it must be from 1 to 1024.";
        }

        if (AccessCacheMegabytes is < 0 or > 1024)
        {
            yield return $"Indexing:AccessCacheMegabytes is {AccessCacheMegabytes}; it must be from 0 to 1024.";
        }
    }
}
