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
