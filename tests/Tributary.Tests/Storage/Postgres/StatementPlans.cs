using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Nodes;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>A server that writes down how it carried out each statement of its databases, and what is wrong with that.</summary>
internal sealed partial class StatementPlans : IDisposable
{
    /// <summary>Few rows, whatever is stored: some, or some for each connection, tenant or node.</summary>
    private static readonly string[] Small =
        ["store", "store_version", "access_history", "connection", "connection_past", "connection_schema", "operation", "connection_export", "connection_import", "directory_tenant", "node", "node_position", "index_snapshot"];

    /// <summary>Their keys begin with the connection, and so does whatever looks into them. Groups and their members are asked for otherwise: see <see cref="PostgresQueriesTests"/>.</summary>
    private static readonly string[] OfConnections = ["item", "item_content", "item_activity", "item_acl_past", "acl", "acl_left", "acl_past", "change"];

    /// <summary>What is asked of a row that its key has found. Any other filter means that an index is missing, or not used.</summary>
    private static readonly string[] Filters =
    [
        "(key = $n)", "(octet_length(value) <= $n)", "(type <> n)", "(item = $n)", "(until > $n)", "(was = n)", "(until < p.until)",
    ];

    private readonly InstalledPostgres _server = InstalledPostgres.Start(isDurable: false);

    public StatementPlans()
    {
        _server.Execute("ALTER SYSTEM SET autovacuum = off");
        _server.Execute("SELECT pg_reload_conf()");
    }

    public void Dispose() => _server.Remove();

    /// <summary>A database with our tables, of whose statements it is written down how they are carried out.</summary>
    public string CreateDatabase()
    {
        string connectionString = _server.CreateDatabase(isEmpty: true);
        using (SqlSession session = PostgresServer.OpenSession(connectionString))
        {
            PostgresMigrations.Run(session, ThisNode.Alone(TimeProvider.System));
        }

        string database = new Npgsql.NpgsqlConnectionStringBuilder(connectionString).Database!;
        foreach (string setting in (string[])["session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_format = 'json'", "auto_explain.log_nested_statements = on"])
        {
            _server.Execute($"ALTER DATABASE {database} SET {setting}");
        }

        return connectionString;
    }

    /// <summary>All statements so far, each with the ways in which it was carried out.</summary>
    public IReadOnlyList<(string Sql, JsonElement Plan)> Read()
    {
        using SqlSession session = PostgresServer.OpenSession(_server.ConnectionString);
        using SqlReader reader = session.Query("SELECT pg_read_file(@log)", _server.Log);
        Assert.True(reader.Read());
        return [.. Logged().Matches(reader.GetString(0)).Select(match => JsonDocument.Parse(match.Groups[1].Value).RootElement).Select(logged => (logged.GetProperty("Query Text").GetString()!, logged.GetProperty("Plan")))];
    }

    /// <summary>What is wrong with plans of statements of a database; nothing if each looks up what is asked for, in one part of each table.</summary>
    public static IReadOnlyList<string> ProblemsOf(string connectionString, IEnumerable<(string Sql, JsonElement Plan)> statements)
    {
        Dictionary<string, string[]> indexes = IndexesOf(connectionString);
        return [.. statements.SelectMany(one => ProblemsOf(one.Plan, indexes).Select(problem => $"{problem}:\n{one.Sql}")).Distinct()];
    }

    private static IEnumerable<string> ProblemsOf(JsonElement plan, Dictionary<string, string[]> indexes)
    {
        var parts = new HashSet<string>();
        foreach (Step step in Steps(plan, new Step(plan, "", IsLimited: false, IsSorted: false)))
        {
            string type = Text(step.Node, "Node Type");
            if (!type.EndsWith("Scan", StringComparison.Ordinal) || Text(step.Node, "Relation Name") is not { Length: > 0 } relation || relation.StartsWith("pg_", StringComparison.Ordinal))
            {
                continue;
            }

            string table = Part().Replace(relation, "");
            if (table != relation)
            {
                parts.Add(relation[table.Length..]);
            }

            if (!Small.Contains(table))
            {
                foreach (string problem in ProblemsOf(step, table, indexes))
                {
                    yield return problem;
                }
            }
        }

        if (parts.Count > 1)
        {
            yield return $"looks into {parts.Count} parts";
        }
    }

    private static IEnumerable<string> ProblemsOf(Step step, string table, Dictionary<string, string[]> indexes)
    {
        (string condition, string filter) = (Text(step.Node, "Index Cond"), Text(step.Node, "Filter"));
        if (condition.Length == 0)
        {
            // The first or the last by an index is no going through.
            bool isFirst = step.Parent == "Limit" && filter.Length == 0 && Text(step.Node, "Index Name").Length > 0;
            if (!isFirst)
            {
                yield return $"goes through {table}";
            }

            yield break;
        }

        if (!OfConnections.Contains(table))
        {
            yield break;
        }

        string[] columns = indexes[Text(step.Node, "Index Name")];
        bool[] isAsked = [.. columns.Select(column => Regex.IsMatch(condition, $@"(^|\(){column}\)? (=|<|>|IS)|ROW\(.*\b{column}\b"))];
        if (isAsked.TakeWhile(asked => asked).Count() < isAsked.Count(asked => asked))
        {
            yield return $"looks into {table} by an index over {string.Join(", ", columns)} and asks {condition}";
        }

        if (columns[0] != "connection" || !isAsked[0])
        {
            yield return $"looks into {table} otherwise than by its connection";
        }

        if (step.IsInner && isAsked.Count(asked => asked) == 1)
        {
            yield return $"goes through all of a connection in {table} for each row";
        }

        if (filter.Length > 0 && !Filters.Contains(Value().Replace(filter, match => match.Value[0] == '$' ? "$n" : "n")))
        {
            yield return $"leaves out rows of {table} by {filter}";
        }

        if (step is { IsSorted: true, IsLimited: true })
        {
            yield return $"sorts {table} to take the first";
        }
    }

    /// <summary>Of each index the columns.</summary>
    private static Dictionary<string, string[]> IndexesOf(string connectionString)
    {
        var indexes = new Dictionary<string, string[]>();
        using SqlSession session = PostgresServer.OpenSession(connectionString);
        using SqlReader reader = session.Query(
            "SELECT indexrelid::regclass::text, (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = indexrelid) FROM pg_index WHERE indisvalid AND indrelid >= 16384");
        while (reader.Read())
        {
            indexes.Add(reader.GetString(0), reader.GetString(1).Split(','));
        }

        return indexes;
    }

    private static IEnumerable<Step> Steps(JsonElement node, Step step)
    {
        yield return step;
        if (!node.TryGetProperty("Plans", out JsonElement children))
        {
            yield break;
        }

        string type = Text(node, "Node Type");
        foreach (JsonElement child in children.EnumerateArray())
        {
            // What a subquery of each row finds is no matter of the rows' order.
            bool isOfEach = Text(child, "Parent Relationship") is "SubPlan" or "InitPlan";
            var below = new Step(
                child, type, type == "Limit" || (step.IsLimited && !isOfEach), type.EndsWith("Sort", StringComparison.Ordinal) || (step.IsSorted && type != "Limit" && !isOfEach));
            foreach (Step each in Steps(child, below))
            {
                yield return each;
            }
        }
    }

    /// <param name="Node">A node of a plan.</param>
    /// <param name="Parent">The type of the one above.</param>
    /// <param name="IsLimited">One above takes the first rows only.</param>
    /// <param name="IsSorted">One above sorts, below the one that takes the first.</param>
    private sealed record Step(JsonElement Node, string Parent, bool IsLimited, bool IsSorted)
    {
        public bool IsInner => Parent == "Nested Loop" && Text(Node, "Parent Relationship") == "Inner";
    }

    private static string Text(JsonElement node, string name) => node.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";

    [GeneratedRegex(@"LOG:  duration: [\d.]+ ms  plan:\n((\t.*\n)+)")]
    private static partial Regex Logged();

    [GeneratedRegex(@"(?<=^item|^item_content)_\d+$")]
    private static partial Regex Part();

    [GeneratedRegex(@"(?<!\w)(\$\d+|'?\d+'?(::bigint)?)(?!\w)")]
    private static partial Regex Value();
}
