using System.Data.Common;
using System.Text.RegularExpressions;
using Tributary.Storage;

namespace Tributary.Tests.Storage.Sqlite;

/// <summary>How SQLite means to carry out a query of a store.</summary>
internal static partial class QueryPlan
{
    /// <summary>Fails unless every table of those names or aliases is looked into by columns that have to be equal, the last of which is one of these.</summary>
    public static async Task ShouldLookUpAsync(ISqlDatabase database, string sql, string[] tables, string[] columns)
    {
        List<string> plan = await database.ReadAsync(session => Of(session, sql), TestContext.Current.CancellationToken);
        string[] reads = [.. plan.Where(step => step.Split(' ') is ["SCAN" or "SEARCH", var table, ..] && tables.Contains(table))];
        Assert.NotEmpty(reads);
        Assert.All(reads, step => Assert.True(
            columns.Any(column => EqualColumns().Matches(step).Any(match => match.Groups[1].Value == column)), $"{step}\nin\n{string.Join('\n', plan)}\nof\n{sql}"));
    }

    private static List<string> Of(SqlSession session, string sql)
    {
        var plan = new List<string>();
        using DbCommand command = session.Connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the stores.
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
#pragma warning restore CA2100
        foreach (string name in Parameter().Matches(sql).Select(match => match.Value).Distinct())
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = "1";
            command.Parameters.Add(parameter);
        }

        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            plan.Add(reader.GetString(3));
        }

        return plan;
    }

    [GeneratedRegex("@[A-Za-z]+")]
    private static partial Regex Parameter();

    [GeneratedRegex("([a-z_]+)=\\?")]
    private static partial Regex EqualColumns();
}
