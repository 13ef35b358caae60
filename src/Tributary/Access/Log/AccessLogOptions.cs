using Tributary.Storage;

namespace Tributary.Access.Log;

/// <summary>Section <c>Access:Log</c>: whether it is written down who was shown which items, and how long that is kept.</summary>
internal sealed class AccessLogOptions
{
    private const long SmallestFile = 64 * 1024;
    private const long LargestFile = 4L * 1024 * 1024 * 1024;

    /// <summary>Write the log. While it cannot be written, searches are refused: nothing is shown that is not written down.</summary>
    public bool Enabled { get; set; }

    /// <summary>Where its files are; <c>access-log</c> in the data directory by default. Belongs to one server: where there are several, each has its own.</summary>
    public string? Directory { get; set; }

    /// <summary>Write down what was asked for, too: query, template and filters. People type secrets into search boxes.</summary>
    public bool QueryText { get; set; }

    /// <summary>Answer a search only once its line is on the disk. Otherwise the line follows within a moment, and a crash of the process may lose the last ones.</summary>
    public bool WaitUntilDurable { get; set; }

    /// <summary>A file with more bytes is followed by the next one.</summary>
    public long MaxFileBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>So is one that is older, counted from its first line.</summary>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long lines are kept at least; a file goes when all of it is older. Null: for ever.</summary>
    public TimeSpan? Retention { get; set; }

    public IEnumerable<string> Problems()
    {
        if (Directory is not null && string.IsNullOrWhiteSpace(Directory))
        {
            yield return "Access:Log:Directory is empty; it must name a directory, or be left out.";
        }

        if (MaxFileBytes is < SmallestFile or > LargestFile)
        {
            yield return $"Access:Log:MaxFileBytes is {MaxFileBytes}; it must be from {SmallestFile} to {LargestFile}.";
        }

        if (MaxFileAge < TimeSpan.FromMinutes(1) || MaxFileAge > TimeSpan.FromDays(365))
        {
            yield return $"Access:Log:MaxFileAge is {MaxFileAge}; it must be from 00:01:00 to 365.00:00:00.";
        }

        if (Retention is { } retention && (retention < TimeSpan.FromHours(1) || retention > TimeSpan.FromDays(36_500)))
        {
            yield return $"Access:Log:Retention is {retention}; it must be from 01:00:00 to 36500.00:00:00, or be left out to keep the log for ever.";
        }
    }

    /// <summary>Why it does not go together with where the truth is kept; null if it does.</summary>
    public string? ProblemOrNull(StorageOptions storage) => Enabled && storage.InMemory && Directory is null
        ? "Access:Log:Enabled with Storage:InMemory would write the access log into a directory that is removed at exit; name another with Access:Log:Directory."
        : null;
}
