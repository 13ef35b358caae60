using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Tributary.Storage.Postgres;

/// <summary>
/// What PostgreSQL wants said otherwise. Parameters are bound by their place and always with their type, so that one prepared statement serves every execution.
/// </summary>
/// <remarks>
/// Its texts have no U+0000. It is stored as U+0001 U+0001, and U+0001 as U+0001 U+0002: nothing is lost, two texts are in the same order as before, and one that has
/// neither, which is all but every text, is stored as it is. Half a surrogate pair, which is no character, becomes U+FFFD, as in SQLite.
/// </remarks>
internal sealed partial class PostgresDialect : SqlDialect
{
    private const int KeysAtOnce = 256;
    private const char Escape = '\u0001';
    private const string EscapedNull = "\u0001\u0001";
    private const string EscapedEscape = "\u0001\u0002";

    public static PostgresDialect Instance { get; } = new();

    public override bool IsRemote => true;

    public override DbBatchCommand BatchCommand() => new NpgsqlBatchCommand();

    public override DbBatchCommand RowsCommand(SqlInsert row, IReadOnlyList<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand();
        if (rows.Count == 1)
        {
#pragma warning disable CA2100 // Of names that stand in the code.
            command.CommandText = Translate(row.Text);
#pragma warning restore CA2100
            foreach (object? value in rows[0])
            {
                var parameter = new NpgsqlParameter();
                Bind(parameter, value);
                command.Parameters.Add(parameter);
            }

            return command;
        }

        string places = string.Join(", ", Enumerable.Range(1, row.Columns.Count).Select(place => string.Create(CultureInfo.InvariantCulture, $"${place}")));
#pragma warning disable CA2100 // Of names that stand in the code.
        command.CommandText = $"INSERT INTO {row.Table} ({string.Join(", ", row.Columns)}) SELECT * FROM unnest({places})";
#pragma warning restore CA2100
        for (int column = 0; column < row.Columns.Count; column++)
        {
            command.Parameters.Add(Column(rows, column));
        }

        return command;
    }

    /// <summary>The values of a column as an array of its type, which the first of them that is there tells.</summary>
    private static NpgsqlParameter Column(IReadOnlyList<object?[]> rows, int column) => rows.Select(row => row[column]).FirstOrDefault(value => value is not null) switch
    {
        int or long => Array(rows, column, NpgsqlDbType.Bigint, value => value is null or SqlNull ? (long?)null : Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        byte[] => Array(rows, column, NpgsqlDbType.Bytea, value => value as byte[]),
        null or string => Array(rows, column, NpgsqlDbType.Text, value => value is string text ? ToStored(text) : null),
        var other => throw new ArgumentException($"No new row holds a {other.GetType().Name}.", nameof(rows)),
    };

    private static NpgsqlParameter Array<T>(IReadOnlyList<object?[]> rows, int column, NpgsqlDbType type, Func<object?, T> convert) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Array | type,
        Value = rows.Select(row => convert(row[column])).ToArray(),
    };

    public override string? KeysOrNull(string table) => $"SELECT nextval(pg_get_serial_sequence('{table}', 'key')) FROM generate_series(1, {KeysAtOnce})";

    public override string Translate(string sql)
    {
        string translated = Lists().Replace(OnlyHere().Replace(sql, "$1"), "unnest($1) WITH ORDINALITY $2 (value, rowid)").Replace("COLLATE BINARY", "COLLATE \"C\"", StringComparison.Ordinal);
        translated = Bytes().Replace(translated, "decode($1, 'hex')");
        List<string> names = SqlSession.ParameterNames(sql);
        return Parameters().Replace(translated, match => string.Create(CultureInfo.InvariantCulture, $"${names.IndexOf(match.Value) + 1}"));
    }

    public override string BeginSnapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    public override void Name(DbParameter parameter, string name)
    {
        // By its place.
    }

    public override void Bind(DbParameter parameter, object? value)
    {
        var bound = (NpgsqlParameter)parameter;
        (bound.NpgsqlDbType, bound.Value) = value switch
        {
            null => (NpgsqlDbType.Text, DBNull.Value),
            SqlNull => (value == SqlNull.Number ? NpgsqlDbType.Bigint : NpgsqlDbType.Bytea, DBNull.Value),
            string text => (NpgsqlDbType.Text, ToStored(text)),
            long => (NpgsqlDbType.Bigint, value),
            int number => (NpgsqlDbType.Bigint, (long)number),
            bool => (NpgsqlDbType.Boolean, value),
            byte[] => (NpgsqlDbType.Bytea, value),
            string[] texts => (NpgsqlDbType.Array | NpgsqlDbType.Text, System.Array.ConvertAll(texts, ToStored)),
            long[] => (NpgsqlDbType.Array | NpgsqlDbType.Bigint, value),
            _ => throw new ArgumentException($"No column holds a {value.GetType().Name}.", nameof(value)),
        };
    }

    public override string FromStored(string text) => !text.Contains(Escape, StringComparison.Ordinal)
        ? text
        : text.Replace(EscapedNull, "\0", StringComparison.Ordinal).Replace(EscapedEscape, "\u0001", StringComparison.Ordinal);

    public static string ToStored(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return !text.AsSpan().ContainsAny('\0', Escape)
            ? text
            : text.Replace("\u0001", EscapedEscape, StringComparison.Ordinal).Replace("\0", EscapedNull, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"json_each\((@\w+)\) (\w+)")]
    private static partial Regex Lists();

    /// <summary>What SQLite takes for a comment.</summary>
    [GeneratedRegex(@"/\*pg (.*?)\*/")]
    private static partial Regex OnlyHere();

    [GeneratedRegex(@"unhex\(([\w.]+)\)")]
    private static partial Regex Bytes();

    [GeneratedRegex("@[A-Za-z0-9_]+")]
    private static partial Regex Parameters();
}
