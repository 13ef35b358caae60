using System.Data.Common;

namespace Tributary.Storage;

/// <summary>
/// One database connection with its prepared statements. Parameters are named in the SQL (<c>@connection</c>) and bound in the order in which they first
/// appear there. Not thread-safe: a session belongs to one caller at a time.
/// </summary>
internal sealed class SqlSession(DbConnection connection, SqlDialect? dialect = null) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = [];
    private readonly SqlDialect _dialect = dialect ?? SqlDialect.None;
    private HashSet<StoreSignal>? _signals;

    public DbConnection Connection { get; } = connection;

    /// <summary>Keeps what is to be told to other nodes with the commit, from now on; where there are none, nothing is kept.</summary>
    public void KeepSignals() => _signals = [];

    /// <summary>Tells other nodes' followers, with the commit and only then, that there is something for them.</summary>
    public void Signal(StoreSignal signal) => _signals?.Add(signal);

    /// <summary>What was kept since it was taken last.</summary>
    public StoreSignal[] TakeSignals()
    {
        StoreSignal[] taken = [.. _signals ?? []];
        _signals?.Clear();
        return taken;
    }

    /// <summary>Runs a statement; returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    /// <summary>Runs a query; the reader must be disposed before the session is used again.</summary>
    public SqlReader Query(string sql, params ReadOnlySpan<object?> values) => new(Command(sql, values).ExecuteReader(), _dialect);

    /// <summary>The first column of the first row as a number, or null when there is no row or it is null.</summary>
    public long? ScalarOrNull(string sql, params ReadOnlySpan<object?> values) =>
        Command(sql, values).ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// Reads what must fit together: all statements of <paramref name="read"/> see the same committed state. It must be short, as no log is shortened and no dead row removed meanwhile.
    /// </summary>
    public T InSnapshot<T>(Func<SqlSession, T> read)
    {
        Execute(_dialect.BeginSnapshot);
        try
        {
            T result = read(this);
            Execute("COMMIT");
            return result;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (DbException)
        {
            // What went wrong before says more.
        }
    }

    public void Dispose()
    {
        foreach (DbCommand command in _commands.Values)
        {
            command.Dispose();
        }

        Connection.Dispose();
    }

    private DbCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out DbCommand? command))
        {
            command = Connection.CreateCommand();
#pragma warning disable CA2100 // The text is always a constant of a store; values are bound.
            command.CommandText = _dialect.Translate(sql);
#pragma warning restore CA2100
            foreach (string name in ParameterNames(sql))
            {
                DbParameter parameter = command.CreateParameter();
                _dialect.Name(parameter, name);
                command.Parameters.Add(parameter);
            }

            _commands.Add(sql, command);
        }

        if (command.Parameters.Count != values.Length)
        {
            throw new ArgumentException($"{values.Length} values for {command.Parameters.Count} parameters of: {sql}", nameof(values));
        }

        for (int i = 0; i < values.Length; i++)
        {
            _dialect.Bind(command.Parameters[i], values[i]);
        }

        return command;
    }

    /// <summary>In the order in which they first appear.</summary>
    public static List<string> ParameterNames(string sql)
    {
        var names = new List<string>();
        for (int start = sql.IndexOf('@', StringComparison.Ordinal); start >= 0; start = sql.IndexOf('@', start + 1))
        {
            int end = start + 1;
            while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_'))
            {
                end++;
            }

            string name = sql[start..end];
            if (!names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }
}
