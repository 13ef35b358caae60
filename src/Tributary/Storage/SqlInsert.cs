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

    /// <summary>Writes one row.</summary>
    public string Text { get; } = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
}
