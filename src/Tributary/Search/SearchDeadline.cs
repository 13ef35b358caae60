namespace Tributary.Search;

/// <summary>When a search has to stop: after its time, or when the client has gone. One for the whole request, from the query to the written answer.</summary>
internal sealed class SearchDeadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    private SearchDeadline(CancellationTokenSource time, CancellationTokenSource either)
    {
        _time = time;
        _either = either;
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is over; a client that has gone is another matter.</summary>
    public bool IsPassed => _time.IsCancellationRequested;

    public static SearchDeadline Start(TimeSpan timeout, TimeProvider time, CancellationToken client)
    {
        var source = new CancellationTokenSource(timeout, time);
        return new SearchDeadline(source, CancellationTokenSource.CreateLinkedTokenSource(source.Token, client));
    }

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
