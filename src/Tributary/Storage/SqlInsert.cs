namespace Tributary.Storage;

/// <summary>A new row of a table, of which many may be written by one statement.</summary>
/// <param name="table">Into which.</param>
/// <param name="isAppended">No held statement changes or removes rows of the table, so new ones may be written after all of those.</param>
/// <param name="columns">What is given for each row.</param>
internal sealed class SqlInsert(string table, bool isAppended, params string[] columns)
{
    public string Table { get; } = table;

    public bool IsAppended { get; } = isAppended;

    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>The first column, where SQLite has none of that name; what is given for it is not written there.</summary>
    public bool IsFirstOfPostgres { get; init; }

    /// <summary>Writes one row.</summary>
    public string Text => field ??= $"INSERT INTO {Table} ({List("")}) VALUES ({List("@")})";

    private string List(string prefix)
    {
        string rest = string.Join(", ", Columns.Skip(IsFirstOfPostgres ? 1 : 0).Select(column => prefix + column));
        return IsFirstOfPostgres ? $"/*pg {prefix}{Columns[0]}, */ {rest}" : rest;
    }
}
