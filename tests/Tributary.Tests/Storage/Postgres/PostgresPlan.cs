using System.Text.RegularExpressions;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>How PostgreSQL means to carry out a query of a store whose values it does not know beforehand.</summary>
internal static partial class PostgresPlan
{
    /// <summary>Fails if a table of those names or aliases is gone through, or looked into by other columns than one of these that has to be equal.</summary>
    public static async Task ShouldLookUpAsync(ISqlDatabase database, string sql, string[] tables, string[] columns)
    {
        string[] plan = await database.ReadAsync(session => Of(session, sql), TestContext.Current.CancellationToken);
        bool isLookedInto = false;
        for (int line = 0; line < plan.Length; line++)
        {
            if (Scan().Match(plan[line]) is not { Success: true } scan
                || !tables.Contains(scan.Groups[scan.Groups["alias"].Success ? "alias" : "table"].Value))
            {
                continue;
            }

            isLookedInto = true;
            string condition = line + 1 < plan.Length ? plan[line + 1] : "";
            Assert.True(
                (condition.Contains("Index Cond:", StringComparison.Ordinal) || condition.Contains("Recheck Cond:", StringComparison.Ordinal)) && columns.Any(column => condition.Contains($"({column} = ", StringComparison.Ordinal)),
                $"{plan[line]}\nin\n{string.Join('\n', plan)}\nof\n{sql}");
        }

        Assert.True(isLookedInto, string.Join('\n', plan));
    }

    private static string[] Of(SqlSession session, string sql)
    {
        // The types, which a session sends along.
        string translated = PostgresDialect.Instance.Translate(sql).Replace("$1 COLLATE", "$1::text COLLATE", StringComparison.Ordinal);
        session.Execute($"PREPARE asked AS {Lists().Replace(translated, "unnest($$$1::text[])")}");
        try
        {
            string nothing = string.Join(", ", SqlSession.ParameterNames(sql).Select(_ => "NULL"));
            var plan = new List<string>();
            using SqlReader reader = session.Query($"EXPLAIN EXECUTE asked({nothing})");
            while (reader.Read())
            {
                plan.Add(reader.GetString(0));
            }

            return [.. plan];
        }
        finally
        {
            session.Execute("DEALLOCATE asked");
        }
    }

    /// <summary>Such as <c>-&gt;  Index Only Scan using directory_member_of on directory_member m_1  (cost=…</c>.</summary>
    [GeneratedRegex(@"(Seq|Index|Only|Heap) Scan (using \w+ )?on (?<table>\w+)( (?<alias>[a-z]+)(_\d+)?)?  \(")]
    private static partial Regex Scan();

    [GeneratedRegex(@"unnest\(\$(\d+)\)")]
    private static partial Regex Lists();
}
