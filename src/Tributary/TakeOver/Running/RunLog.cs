namespace Tributary.TakeOver.Running;

/// <summary>Messages of a server that runs inside another command, whose output is not ours to write to: a line each, into a file or to standard error.</summary>
/// <param name="open">Asked at the first message; closed at the end unless it is the standard error.</param>
/// <param name="time">The clock of the machine.</param>
internal sealed class RunLog(Func<TextWriter> open, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _writing = new();
    private TextWriter? _writer;

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void Dispose()
    {
        lock (_writing)
        {
            if (_writer is StreamWriter { BaseStream: FileStream } file)
            {
                file.Dispose();
                _writer = TextWriter.Null;
            }
        }
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        lock (_writing)
        {
            _writer ??= open();
            _writer.WriteLine($"{time.GetUtcNow():O} {level} {category}: {message}");
            if (exception is not null)
            {
                _writer.WriteLine(exception);
            }

            _writer.Flush();
        }
    }

    private sealed class Lines(RunLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, category, formatter(state, exception), exception);
    }
}
