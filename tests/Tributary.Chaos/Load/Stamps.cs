namespace Tributary.Chaos.Load;

/// <summary>Stamps of texts, and those that were acknowledged lately, for searches to ask for.</summary>
internal sealed class Stamps(int writers)
{
    private readonly string?[] _latest = new string?[writers];
    private long _count;

    public (string Stamp, long Number) Next(int writer)
    {
        long number = Interlocked.Increment(ref _count);
        return ($"s{writer}n{number}", number);
    }

    public void Acknowledge(int writer, string stamp) => Volatile.Write(ref _latest[writer], stamp);

    public string? LatestOrNull(Random random) => Volatile.Read(ref _latest[random.Next(_latest.Length)]);
}
