using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Index;

/// <summary>
/// The same items in one table of PostgreSQL, with one GIN index over words and access list, and the same questions in SQL. Words are cut by us, as the product's are, so
/// that both look for the same ones.
/// </summary>
internal sealed class PostgresItems : IAsyncDisposable
{
    private const string Variable = "TRIBUTARY_BENCH_POSTGRES";

    /// <summary>
    /// The overlap operator compares every pair of a row, and with the index all principals are looked up there; with more than this, looking each entry of a row up in
    /// a hash is faster. Both were measured with 3 to 1,000 principals, and so were principals as words of the query, which is slower than the better one from 60 on and
    /// within a sixth of it for one group and for who sees everything.
    /// </summary>
    private const int FewPrincipals = 200;

    /// <summary>As far apart as the product's fields, so that no phrase reaches from the title into the content.</summary>
    private const int FieldGap = 100;

    private const int Loaders = 2;
    private const string Everyone = "everyone";

    private readonly NpgsqlDataSource _source;
    private readonly string _table;

    private PostgresItems(string connectionString, string table)
    {
        // Plans that know the principals: a general one walks the access lists of all of them, whatever the word.
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Options = "-c plan_cache_mode=force_custom_plan", CommandTimeout = 0 });
        _table = table;
    }

    /// <summary>Null, and a word about it, where no server is named.</summary>
    public static PostgresItems? CreateOrNull(string table)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connectionString)
        {
            return new PostgresItems(connectionString, table);
        }

        Console.WriteLine($"PostgreSQL is left out: {Variable} names no server (bench/postgres.sh start prints what to put there).");
        return null;
    }

    /// <summary>Loads by COPY, builds the indexes afterwards, and has the planner's statistics taken.</summary>
    public async Task<(TimeSpan Copy, TimeSpan Indexes)> LoadAsync(int items)
    {
        await RunAsync(
            $"""
            drop table if exists {_table};
            create unlogged table {_table} (
                id text not null, terms tsvector not null, acl text[] not null, deny text[] not null,
                department text not null, category text not null, modified timestamptz not null, views bigint not null)
            """);
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Loaders).Select(loader => Task.Run(() => CopyAsync(loader, items))));
        TimeSpan copy = Stopwatch.GetElapsedTime(started);
        started = Stopwatch.GetTimestamp();
        await RunAsync(
            $"""
            create index on {_table} using gin (terms, acl) with (fastupdate = off);
            create index on {_table} (modified desc, id);
            """);

        // Sets the visibility map too, without which counts go to the table.
        await RunAsync($"vacuum analyze {_table}");
        return (copy, Stopwatch.GetElapsedTime(started));
    }

    public Task DropAsync() => RunAsync($"drop table if exists {_table}");

    /// <summary>The table with its long values, and all indexes.</summary>
    public async Task<(long Table, long Indexes)> BytesAsync()
    {
        await using NpgsqlCommand command = _source.CreateCommand($"select pg_table_size('{_table}'), pg_indexes_size('{_table}')");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <returns>The total and the counts of the buckets, by name and value.</returns>
    public async Task<(long Total, IReadOnlyDictionary<string, long> Buckets)> SearchAsync(Question question, string[] principals)
    {
        await using NpgsqlCommand command = _source.CreateCommand(Sql(question, principals.Length));
        command.Parameters.Add(new NpgsqlParameter<string[]>("principals", principals));
        if (question.Department is { } department)
        {
            command.Parameters.AddWithValue("department", department);
        }

        if (question.Modified is { } modified)
        {
            command.Parameters.AddWithValue("from", modified.From);
            command.Parameters.AddWithValue("to", modified.To);
        }

        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var buckets = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int column = 2; column < reader.FieldCount && !await reader.IsDBNullAsync(column); column++)
        {
            foreach (JsonElement bucket in JsonElement.Parse(reader.GetString(column)).EnumerateArray())
            {
                buckets.Add($"{reader.GetName(column)}={bucket.GetProperty("value").GetString()}", bucket.GetProperty("count").GetInt64());
            }
        }

        return (reader.GetInt64(0), buckets);
    }

    public static string[] PrincipalsOf(AccessPrincipals caller) => [.. caller.All().Select(NameOf)];

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>One pass over the matches, kept, from which total, page and buckets are taken: what an application would write that wants all three.</summary>
    private string Sql(Question question, int principals)
    {
        // Of letters and operators only.
        string words = $"'{question.TsQuery}'::tsquery";
        var conditions = new List<string>();
        if (question.TsQuery is not null)
        {
            conditions.Add($"terms @@ {words}");
        }

        if (question.Department is not null)
        {
            conditions.Add("department = @department");
        }

        if (question.Modified is not null)
        {
            conditions.Add("modified >= @from and modified < @to");
        }

        conditions.Add(principals > FewPrincipals
            ? "exists (select 1 from unnest(acl) a where a = any(@principals)) and not exists (select 1 from unnest(deny) d where d = any(@principals))"
            : "acl && @principals and not (deny && @principals)");
        string rank = question.TsQuery is null || question.IsSorted ? "0" : $"ts_rank(terms, {words})";
        string order = question.IsSorted ? "views desc, id" : "rank desc, modified desc, id";
        var sql = new StringBuilder(
            $"""
            with m as materialized (
                select id, modified, views, department, category, {rank} as rank from {_table} where {string.Join(" and ", conditions)})
            select (select count(*) from m), array(select id from m order by {order} limit {Question.PageSize} offset {question.From})
            """);
        foreach (string name in question.HasFacets ? (string[])["department", "category"] : [])
        {
            sql.Append(CultureInfo.InvariantCulture,
                $", (select json_agg(b) from (select {name} as value, count(*) as count from m group by 1 order by 2 desc, 1 limit 10) b)::text as {name}");
        }

        return sql.ToString();
    }

    private async Task CopyAsync(int loader, int items)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            $"copy {_table} (id, terms, acl, deny, department, category, modified, views) from stdin (format binary)");
        copy.Timeout = TimeSpan.FromHours(1);
        for (int number = loader; number < items; number += Loaders)
        {
            CorpusItem item = IndexCorpus.Item(number);
            JsonElement properties = JsonElement.Parse(item.Properties);
            await copy.StartRowAsync();
            await copy.WriteAsync(item.Id, NpgsqlDbType.Text);
#pragma warning disable CS0618 // It cannot do all that PostgreSQL does; words of letters with their places it can.
            await copy.WriteAsync(NpgsqlTsVector.Parse(Vector(properties.GetProperty("title").GetString()!, item.Content)), NpgsqlDbType.TsVector);
#pragma warning restore CS0618
            await copy.WriteAsync(Names(item.Acl, AccessType.Grant), NpgsqlDbType.Array | NpgsqlDbType.Text);
            await copy.WriteAsync(Names(item.Acl, AccessType.Deny), NpgsqlDbType.Array | NpgsqlDbType.Text);
            await copy.WriteAsync(properties.GetProperty("department").GetString()!, NpgsqlDbType.Text);
            await copy.WriteAsync(properties.GetProperty("category").GetString()!, NpgsqlDbType.Text);
            await copy.WriteAsync(properties.GetProperty("modified").GetDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(properties.GetProperty("views").GetInt64(), NpgsqlDbType.Bigint);
        }

        await copy.CompleteAsync();
    }

    /// <summary>Words are of letters only, so that nothing needs a quote.</summary>
    private static string Vector(string title, string content)
    {
        var places = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        int place = 0;
        foreach (string text in (string[])[title, content])
        {
            foreach (string word in text.Split(' '))
            {
                place++;
                if (places.TryGetValue(word, out List<int>? known))
                {
                    known.Add(place);
                }
                else
                {
                    places.Add(word, [place]);
                }
            }

            place += FieldGap;
        }

        return string.Join(' ', places.Select(word => $"{word.Key}:{string.Join(',', word.Value)}"));
    }

    private static string[] Names(Acl acl, AccessType type) => [.. acl.Entries.Where(entry => entry.AccessType == type).Select(entry => NameOf(Principal.Of(entry))).Distinct()];

    private static string NameOf(Principal principal) => principal.Type == AclType.Everyone ? Everyone : $"{principal.Type}:{principal.Value}";

    private async Task RunAsync(string sql)
    {
        await using NpgsqlCommand command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
