using System.Net.Sockets;
using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>What a failure of the database means for who wanted something of it.</summary>
internal enum PostgresFailure
{
    /// <summary>A bug, or a database that is damaged: told as it is.</summary>
    Other,

    /// <summary>The connection to the server is gone, and with it the transaction, unless it was being committed.</summary>
    Disconnected,

    /// <summary>Nothing was kept as others stood in the way: the same again may succeed at once.</summary>
    Conflict,

    /// <summary>Nothing was kept as it waited or worked longer than the server is told to let it; what is asked beside it may be quick.</summary>
    Overdue,

    /// <summary>The server is there and does not do it at the moment: it starts, only reads, or is overloaded.</summary>
    Refused,

    /// <summary>There is no room.</summary>
    Full,
}

/// <summary>Tells failures apart by SQLSTATE (appendix A of PostgreSQL's manual).</summary>
internal static class PostgresErrors
{
    public static PostgresFailure Of(Exception exception) => exception switch
    {
        PostgresException failure => Of(failure.SqlState),

        // The protocol or the network.
        NpgsqlException or SocketException or IOException or TimeoutException => PostgresFailure.Disconnected,
        _ => PostgresFailure.Other,
    };

    public static PostgresFailure Of(string sqlState) => sqlState switch
    {
        // serialization_failure, deadlock_detected.
        "40001" or "40P01" => PostgresFailure.Conflict,

        // disk_full, and a server that was given a bound of its own (configuration_limit_exceeded, such as temp_file_limit).
        "53100" or "53400" => PostgresFailure.Full,

        // lock_not_available; query_canceled, which is statement_timeout's too.
        "55P03" or "57014" => PostgresFailure.Overdue,

        // connection_exception and those below it; admin_shutdown, crash_shutdown, idle_session_timeout; idle_in_transaction_session_timeout, transaction_timeout.
        ['0', '8', ..] or "57P01" or "57P02" or "57P05" or "25P03" or "25P04" => PostgresFailure.Disconnected,

        // read_only_sql_transaction, and object_not_in_prerequisite_state: a standby; cannot_connect_now; the rest of
        // insufficient_resources; io_error.
        "25006" or "55000" or "57P03" or ['5', '3', ..] or "58030" => PostgresFailure.Refused,
        _ => PostgresFailure.Other,
    };

    /// <summary>Whether the server ended the session, or went down itself: then the message does not tell whether a commit was done (a full disk of the log is told so, with 53100).</summary>
    public static bool EndsSession(Exception exception) => exception is PostgresException { InvariantSeverity: "FATAL" or "PANIC" };

    /// <summary>The failure as callers know it; itself when it is a bug.</summary>
    public static Exception Told(Exception exception) => Of(exception) switch
    {
        PostgresFailure.Full => new StorageFullException(exception),
        PostgresFailure.Disconnected => new StorageUnavailableException("The database cannot be reached.", exception),
        PostgresFailure.Conflict => new StorageUnavailableException("The database is busy with conflicting writes.", exception),
        PostgresFailure.Overdue => new StorageUnavailableException("The database takes too long at the moment.", exception),
        PostgresFailure.Refused => new StorageUnavailableException(
            exception is PostgresException { SqlState: "25006" or "55000" } ? "The database only reads at the moment." : "The database does not carry out requests at the moment.", exception),
        _ => exception,
    };
}
