using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>Section <c>Batch</c>: how much one batch may hold.</summary>
internal sealed class BatchOptions : ICheckedOptions
{
    public const string Section = "Batch";

    /// <summary>All parts that depend on nothing run at once, so there must be an end to it.</summary>
    private const int LargestMaxRequests = 100;
    private const long LargestMaxBytes = 1024L * 1024 * 1024;

    /// <summary>Parts of one batch. The real service takes 20.</summary>
    public int MaxRequests { get; set; } = 20;

    /// <summary>The largest body of a batch. No limit is published; this one holds twenty items of 4 MB (protocol 19 item 5).</summary>
    public long MaxBytes { get; set; } = 20L * RequestBody.DefaultMaxBytes;

    public IEnumerable<string> Problems()
    {
        if (MaxRequests is < 1 or > LargestMaxRequests)
        {
            yield return $"Batch:MaxRequests is {MaxRequests}; it must be from 1 to {LargestMaxRequests}.";
        }

        if (MaxBytes is < 1 or > LargestMaxBytes)
        {
            yield return $"Batch:MaxBytes is {MaxBytes}; it must be from 1 to {LargestMaxBytes}.";
        }
    }
}
