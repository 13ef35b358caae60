using Tributary.Storage;

namespace Tributary.Background;

/// <summary>
/// Tells of what goes wrong again and again once when it begins, once a minute while it lasts, and once when it is over. A store that is away or full is told in a
/// sentence, anything else with its stack trace.
/// </summary>
/// <param name="work">What fails, as the subject of a sentence in the singular.</param>
/// <param name="time">By which the minutes pass.</param>
/// <param name="logger">Of whose work it is.</param>
internal sealed partial class OutageLog(string work, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset? _began;
    private DateTimeOffset _told;

    public void Failed(Exception exception)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool isExpected = exception is StorageUnavailableException or StorageFullException;
        (string reason, Exception? trace) = isExpected ? ($" {exception.Message} {exception.InnerException?.Message}".TrimEnd(), null) : ("", exception);
        lock (_lock)
        {
            if (_began is not { } began)
            {
                (_began, _told) = (now, now);
                LogBegan(isExpected ? LogLevel.Warning : LogLevel.Error, trace, work, reason);
            }
            else if (now - _told >= Interval)
            {
                _told = now;
                TimeSpan lasting = Whole(now - began);
                LogGoesOn(isExpected ? LogLevel.Warning : LogLevel.Error, trace, work, lasting, reason);
            }
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            if (_began is { } began)
            {
                _began = null;
                LogEnded(work, Whole(time.GetUtcNow() - began));
            }
        }
    }

    private static TimeSpan Whole(TimeSpan duration) => TimeSpan.FromSeconds(Math.Floor(duration.TotalSeconds));

    [LoggerMessage(EventId = 1101, Message = "{Work} fails, and is tried again.{Reason}")]
    private partial void LogBegan(LogLevel level, Exception? exception, string work, string reason);

    [LoggerMessage(EventId = 1102, Message = "{Work} has failed for {Duration}, and is tried again.{Reason}")]
    private partial void LogGoesOn(LogLevel level, Exception? exception, string work, TimeSpan duration, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "{Work} succeeds again, after {Duration}.")]
    private partial void LogEnded(string work, TimeSpan duration);
}
