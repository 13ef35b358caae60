namespace Tributary.Storage;

/// <summary>What a database wants said otherwise than the stores say it. They write SQL that SQLite takes as it stands.</summary>
internal abstract class SqlDialect
{
    /// <summary>SQLite: nothing.</summary>
    public static SqlDialect None { get; } = new Plain();

    /// <summary>The statement as this database takes it. Asked once for each statement of a session.</summary>
    public abstract string Translate(string sql);

    /// <summary>A text as this database can store it, in the same order as others; <see cref="FromStored"/> takes it back.</summary>
    public abstract string ToStored(string text);

    /// <summary>A text as it was before <see cref="ToStored"/>.</summary>
    public abstract string FromStored(string text);

    /// <summary>Begins a transaction that reads only and sees one committed state for all its statements.</summary>
    public virtual string BeginSnapshot => "BEGIN";

    private sealed class Plain : SqlDialect
    {
        public override string Translate(string sql) => sql;

        public override string ToStored(string text) => text;

        public override string FromStored(string text) => text;
    }
}
