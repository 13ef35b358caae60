using System.Data.Common;

namespace Tributary.Storage;

/// <content>What is held back, to be sent together.</content>
internal sealed partial class SqlSession
{
    /// <summary>As <see cref="Defer"/>, a new row; with others of its table it is written by one statement.</summary>
    public void Insert(SqlInsert row, params ReadOnlySpan<object?> values)
    {
        if (!_dialect.IsRemote)
        {
            Command(row.Text, values).ExecuteNonQuery();
            return;
        }

        if (row.Columns.Count != values.Length)
        {
            throw new ArgumentException($"{values.Length} values for the {row.Columns.Count} columns of a row of {row.Table}.", nameof(values));
        }

        if (!_rows.TryGetValue(row, out List<object?[]>? rows))
        {
            _rows.Add(row, rows = []);
        }

        rows.Add(values.ToArray());
        if (++_rowCount == MaxRows)
        {
            SendHeld();
        }
    }

    /// <summary>Runs a statement that changes what the caller remembers (<see cref="Remember"/>) and nothing else that anybody does; in its order, and before its result could be seen.</summary>
    public void Defer(string sql, params ReadOnlySpan<object?> values) => DeferLatest(null, sql, values);

    /// <summary>As <see cref="Defer"/>, in the place of an earlier one about the same subject, which it makes needless; of a table into which nothing is held to be inserted.</summary>
    public void DeferLatest(object? subject, string sql, params ReadOnlySpan<object?> values)
    {
        if (!_dialect.IsRemote)
        {
            Command(sql, values).ExecuteNonQuery();
            return;
        }

        if (subject is null)
        {
            HoldRows(row => !row.IsAppended);
        }
        else if (_held.FindLastIndex(held => subject.Equals(held.Subject)) is >= 0 and var place)
        {
            _held.RemoveAt(place);
        }

        _held.Add((subject, BatchCommand(sql, values)));
        if (_held.Count == MaxHeld)
        {
            SendHeld();
        }
    }

    /// <summary>Sends what is held.</summary>
    public void SendHeld()
    {
        HoldRows(_ => true);
        if (_held.Count == 0)
        {
            return;
        }

        using DbBatch batch = Connection.CreateBatch();
        foreach ((_, DbBatchCommand command) in _held)
        {
            batch.BatchCommands.Add(command);
        }

        _held.Clear();
        batch.ExecuteNonQuery();
    }

    /// <summary>Makes statements of rows, behind those that are held.</summary>
    private void HoldRows(Func<SqlInsert, bool> which)
    {
        if (_rowCount == 0)
        {
            return;
        }

        foreach ((SqlInsert row, List<object?[]> rows) in _rows)
        {
            if (rows.Count > 0 && which(row))
            {
                _held.Add((null, _dialect.RowsCommand(row, rows)));
                _rowCount -= rows.Count;
                rows.Clear();
            }
        }
    }

    private DbBatchCommand BatchCommand(string sql, ReadOnlySpan<object?> values)
    {
        if (!_deferred.TryGetValue(sql, out (string Text, string[] Names) translated))
        {
            _deferred.Add(sql, translated = (_dialect.Translate(sql), [.. ParameterNames(sql)]));
        }

        if (translated.Names.Length != values.Length)
        {
            throw new ArgumentException($"{values.Length} values for {translated.Names.Length} parameters of: {sql}", nameof(values));
        }

        DbBatchCommand command = _dialect.BatchCommand();
#pragma warning disable CA2100 // The text is always a constant of a store; values are bound.
        command.CommandText = translated.Text;
#pragma warning restore CA2100
        for (int i = 0; i < values.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            _dialect.Name(parameter, translated.Names[i]);
            _dialect.Bind(parameter, values[i]);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
