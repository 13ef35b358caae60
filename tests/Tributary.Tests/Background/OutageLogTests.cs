using Microsoft.Extensions.Time.Testing;
using Tributary.Background;
using Tributary.Storage;
using Tributary.Tests.Auth;

namespace Tributary.Tests.Background;

public sealed class OutageLogTests : IDisposable
{
    private static readonly StorageUnavailableException Away = new("The database cannot be reached.", new IOException("Connection refused"));

    private readonly FakeTimeProvider _time = new();
    private readonly LogRecorder _log = new();
    private readonly OutageLog _outage;

    public OutageLogTests() => _outage = new OutageLog("Tending", _time, _log);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void An_outage_is_told_when_it_begins_each_minute_and_when_it_is_over()
    {
        for (int second = 0; second < 150; second++)
        {
            _outage.Failed(Away);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _outage.Succeeded();
        _outage.Succeeded();

        Assert.Collection(
            _log.Lines,
            line => Assert.StartsWith("Warning 1101 Tending fails, and is tried again. The database cannot be reached. Connection refused", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning 1102 Tending has failed for 00:01:00, and is tried again. The database cannot be reached. Connection refused", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning 1102 Tending has failed for 00:02:00, and is tried again.", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Warning 1103 Tending succeeds again, after 00:02:30.", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_outage_is_told_anew()
    {
        _outage.Failed(Away);
        _outage.Succeeded();
        _outage.Failed(Away);

        Assert.Equal(["1101", "1103", "1101"], _log.Lines.Select(line => line.Split(' ')[1]));
    }

    [Fact]
    public void What_always_succeeds_is_not_told()
    {
        _outage.Succeeded();

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void A_store_that_is_away_or_full_is_told_without_its_stack_trace()
    {
        _outage.Failed(Thrown(Away));
        _outage.Succeeded();
        _outage.Failed(Thrown(new StorageFullException(new IOException("No space left on device"))));

        Assert.All(_log.Lines, line => Assert.DoesNotContain(nameof(Thrown), line, StringComparison.Ordinal));
        Assert.StartsWith("Warning 1101 Tending fails, and is tried again. The storage is full. No space left on device", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Anything_else_is_an_error_with_its_stack_trace()
    {
        _outage.Failed(Thrown(new InvalidOperationException("A bug.")));

        string line = Assert.Single(_log.Lines);
        Assert.StartsWith("Error 1101 Tending fails, and is tried again. System.InvalidOperationException: A bug.", line, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), line, StringComparison.Ordinal);
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught) when (caught == exception)
        {
            return caught;
        }
    }
}
