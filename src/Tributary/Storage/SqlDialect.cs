using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Storage;

/// <summary>What a database wants said otherwise than the stores say it. They write SQL that SQLite takes as it stands.</summary>
internal abstract class SqlDialect
{
    /// <summary>SQLite: nothing.</summary>
    public static SqlDialect None { get; } = new Plain();

    /// <summary>Whether each statement costs a way to a server and back.</summary>
    public virtual bool IsRemote => false;

    /// <summary>A query for a block of keys for new rows of a table; null where a row gets its key when it is written.</summary>
    public virtual string? KeysOrNull(string table) => null;

    /// <summary>One of several statements that are sent together; only where that is of use.</summary>
    public virtual DbBatchCommand BatchCommand() => throw new NotSupportedException();

    /// <summary>A statement that writes all of the rows, likewise.</summary>
    public virtual DbBatchCommand RowsCommand(SqlInsert row, IReadOnlyList<object?[]> rows) => throw new NotSupportedException();

    /// <summary>The statement as this database takes it. Asked once for each statement of a session.</summary>
    public abstract string Translate(string sql);

    /// <summary>A new parameter, of that name in the stores' SQL.</summary>
    public abstract void Name(DbParameter parameter, string name);

    /// <summary>Gives a parameter its value: a number, a text, bytes, true or false, null (<see cref="SqlNull"/>), or a list of texts for <c>json_each</c>.</summary>
    public abstract void Bind(DbParameter parameter, object? value);

    /// <summary>A text as it was before it was bound.</summary>
    public abstract string FromStored(string text);

    /// <summary>Begins a transaction that reads only and sees one committed state for all its statements.</summary>
    public virtual string BeginSnapshot => "BEGIN";

    private sealed class Plain : SqlDialect
    {
        public override string Translate(string sql) => sql;

        public override void Name(DbParameter parameter, string name) => parameter.ParameterName = name;

        public override void Bind(DbParameter parameter, object? value) => parameter.Value = value switch
        {
            null or SqlNull => DBNull.Value,
            string[] texts => JsonSerializer.Serialize(texts, SqlLists.Default.StringArray),
            _ => value,
        };

        public override string FromStored(string text) => text;
    }
}

/// <summary>Nothing, of a type: where a database must know it. A plain null is that of a text.</summary>
internal sealed class SqlNull
{
    private SqlNull()
    {
    }

    public static SqlNull Number { get; } = new();

    public static SqlNull Bytes { get; } = new();
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class SqlLists : JsonSerializerContext;
