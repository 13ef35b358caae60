using Microsoft.Extensions.Options;

namespace Tributary.Search;

/// <summary>Section <c>Search</c>.</summary>
internal sealed class SearchOptions : ICheckedOptions
{
    public const string Section = "Search";

    /// <summary>Serve guests. The real service does not: they get 403 (search 15.4).</summary>
    public bool AllowGuests { get; set; }

    /// <summary>The largest <c>size</c>; pages of the documentation say 500 or 1000 (search 3.5).</summary>
    public int MaxPageSize { get; set; } = 1000;

    /// <summary>The largest <c>from</c>.</summary>
    public int MaxFrom { get; set; } = 100_000;

    /// <summary>The longest query in characters, up to 20,480 (search 7.1).</summary>
    public int MaxQueryLength { get; set; } = 4096;

    /// <summary>Refuse a malformed query with 400, saying where and what is wrong, instead of searching its words (search 7.9).</summary>
    public bool StrictQueries { get; set; }

    /// <summary>
    /// How long a search may take, from its read body to its written answer; then 503. Longer than <c>Indexing:SearchWait</c>, so that a search which had to
    /// wait for its index says so.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Terms of the indexes that the words of a query which end in <c>*</c> may look up, all together.</summary>
    public int MaxExpandedTerms { get; set; } = 1_000_000;

    /// <summary>Searches that work at the same time, the others waiting; 0: as many as there are processors, at least two, and one more. One caller has at most all but one.</summary>
    public int MaxConcurrent { get; set; }

    /// <summary>What the stored properties and access lists of a page's items may take together, from 1 MiB: a thousand of the largest items would be 30 GB.</summary>
    public long MaxPageBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Requests of one call.</summary>
    public int MaxRequests { get; set; } = 10;

    /// <summary>Content sources of one request.</summary>
    public int MaxContentSources { get; set; } = 100;

    /// <summary>Fields of one request.</summary>
    public int MaxFields { get; set; } = 200;

    /// <summary>Pass over <c>region</c>, which belongs to applications only, instead of answering 400 as the real service does (search 2).</summary>
    public bool IgnoreRegion { get; set; }

    /// <summary>The regions that an application may name, such as <c>NAM</c>, ignoring case; without any it may name every one (search 15.2, E3c).</summary>
    public string[] Regions { get; set; } = [];

    /// <summary>What makes one match come before another.</summary>
    public RankingOptions Ranking { get; set; } = new();

    /// <summary>The section; null when there is none.</summary>
    public static SearchOptions? BindOrNull(IConfiguration section)
    {
        SearchOptions? options = section.Get<SearchOptions>(CheckedOptions.NoUnknownNames);
        if (options is not null)
        {
            options.Regions = CheckedOptions.List(section, nameof(Regions), options.Regions) ?? [];
        }

        return options;
    }

    /// <summary>A search that ended while it still waits for its index would never be told why.</summary>
    /// <exception cref="OptionsValidationException"><see cref="Timeout"/> is not longer than the wait.</exception>
    public void RequireLongerThan(TimeSpan searchWait)
    {
        if (Timeout <= searchWait)
        {
            throw new OptionsValidationException(
                Section, typeof(SearchOptions), [$"Search:Timeout is {Timeout}; it must be longer than Indexing:SearchWait, which is {searchWait}."]);
        }
    }

    public IEnumerable<string> Problems()
    {
        if (MaxPageSize is < 1 or > 1000)
        {
            yield return $"Search:MaxPageSize is {MaxPageSize}; it must be from 1 to 1000.";
        }

        if (MaxFrom < 0)
        {
            yield return $"Search:MaxFrom is {MaxFrom}; it must be 0 or more.";
        }

        if (MaxQueryLength is < 1 or > 20_480)
        {
            yield return $"Search:MaxQueryLength is {MaxQueryLength}; it must be from 1 to 20480.";
        }

        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(10))
        {
            yield return $"Search:Timeout is {Timeout}; it must be from 00:00:00.1 to 00:10:00.";
        }

        if (MaxExpandedTerms < 1)
        {
            yield return $"Search:MaxExpandedTerms is {MaxExpandedTerms}; it must be 1 or more.";
        }

        if (MaxConcurrent < 0)
        {
            yield return $"Search:MaxConcurrent is {MaxConcurrent}; it must be 0 or more.";
        }

        if (MaxPageBytes < 1024 * 1024)
        {
            yield return $"Search:MaxPageBytes is {MaxPageBytes}; it must be 1048576 or more.";
        }

        if (Array.Exists(Regions, string.IsNullOrWhiteSpace))
        {
            yield return "Search:Regions has an entry without a name.";
        }

        if (MaxRequests < 1)
        {
            yield return $"Search:MaxRequests is {MaxRequests}; it must be 1 or more.";
        }

        if (MaxContentSources < 1)
        {
            yield return $"Search:MaxContentSources is {MaxContentSources}; it must be 1 or more.";
        }

        if (MaxFields < 1)
        {
            yield return $"Search:MaxFields is {MaxFields}; it must be 1 or more.";
        }

        foreach (string problem in Ranking.Problems())
        {
            yield return problem;
        }
    }
}
