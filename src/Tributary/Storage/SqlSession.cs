using System.Data.Common;

namespace Tributary.Storage;

/// <summary>
/// One database connection with its prepared statements. Parameters are named in the SQL (<c>@connection</c>) and bound in the order in which they first
/// appear there. Not thread-safe: a session belongs to one caller at a time.
/// </summary>
/// <remarks>
/// Where each statement costs a way to the server and back (<see cref="SqlDialect.IsRemote"/>), those whose results nobody needs are held and sent together, before the
/// next one whose result is needed, so that nobody sees a difference; and what was read in a transaction is remembered until something else is written in it.
/// </remarks>
internal sealed partial class SqlSession(DbConnection connection, SqlDialect? dialect = null) : IDisposable
{
    /// <summary>More are sent before.</summary>
    private const int MaxHeld = 256;
    private const int MaxRows = 4096;

    private readonly Dictionary<string, DbCommand> _commands = [];
    private readonly Dictionary<string, (string Text, string[] Names)> _deferred = [];
    private readonly SqlDialect _dialect = dialect ?? SqlDialect.None;
    private readonly List<(object? Subject, DbBatchCommand Command)> _held = [];
    private readonly Dictionary<SqlInsert, List<object?[]>> _rows = [];
    private int _rowCount;
    private readonly Dictionary<object, object?> _known = [];
    private readonly Dictionary<string, Queue<long>> _keys = [];
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

    /// <summary>A transaction begins: nothing is held, and nothing is known.</summary>
    public void Begin()
    {
        TakeSignals();
        _held.Clear();
        _rows.Clear();
        _rowCount = 0;
        _known.Clear();
    }

    /// <summary>Runs a statement; returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        _known.Clear();
        return Command(sql, values).ExecuteNonQuery();
    }

    /// <summary>Has what is in the database by now, or will be once what is held is sent, in mind for the rest of the transaction.</summary>
    public void Remember(object subject, object? value)
    {
        if (_dialect.IsRemote)
        {
            _known[subject] = value;
        }
    }

    /// <summary>What was remembered of a subject, null for nothing there; false when it is not known.</summary>
    public bool TryRecall<T>(object subject, out T? value)
    {
        bool isKnown = _known.TryGetValue(subject, out object? known);
        value = (T?)known;
        return isKnown;
    }

    /// <summary>A key for a new row of a table, from a block of them, so that the row can be written without asking for it; null where the database gives it to the row.</summary>
    public long? NextKeyOrNull(string table)
    {
        if (_dialect.KeysOrNull(table) is not { } sql)
        {
            return null;
        }

        if (!_keys.TryGetValue(table, out Queue<long>? keys))
        {
            _keys.Add(table, keys = new Queue<long>());
        }

        if (keys.Count == 0)
        {
            using SqlReader reader = Query(sql);
            while (reader.Read())
            {
                keys.Enqueue(reader.GetInt64(0));
            }
        }

        return keys.Dequeue();
    }

    /// <summary>Runs a query; the reader must be disposed before the session is used again.</summary>
    public SqlReader Query(string sql, params ReadOnlySpan<object?> values) => new(Command(sql, values).ExecuteReader(), _dialect);

    /// <summary>
    /// Runs a query for each of several sets of values, in their order; where each statement costs a way to the server and back, they share it. Each sees what is committed when its
    /// turn comes, as they would one by one.
    /// </summary>
    /// <param name="sql">The query.</param>
    /// <param name="values">What is bound, for each.</param>
    /// <param name="read">Reads the rows of one; false to read no further ones.</param>
    public void QueryEach(string sql, IReadOnlyList<object?[]> values, Func<int, SqlReader, bool> read)
    {
        bool goesOn = true;
        for (int first = 0; first < values.Count && goesOn; first += MaxHeld)
        {
            int end = Math.Min(first + MaxHeld, values.Count);
            if (_dialect.IsRemote && end - first > 1)
            {
                goesOn = ReadTogether(sql, values, first, end, read);
                continue;
            }

            for (int i = first; i < end && goesOn; i++)
            {
                using SqlReader reader = Query(sql, values[i]);
                goesOn = read(i, reader);
            }
        }
    }

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

    private bool ReadTogether(string sql, IReadOnlyList<object?[]> values, int first, int end, Func<int, SqlReader, bool> read)
    {
        SendHeld();
        using DbBatch batch = Connection.CreateBatch();
        for (int i = first; i < end; i++)
        {
            batch.BatchCommands.Add(BatchCommand(sql, values[i]));
        }

        using DbDataReader reader = batch.ExecuteReader();
        for (int i = first; read(i, new SqlReader(reader, _dialect)); i++)
        {
            if (!reader.NextResult())
            {
                return true;
            }
        }

        return false;
    }

    private DbCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        SendHeld();
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
