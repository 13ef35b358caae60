using System.Text.Json;
using Tributary.Connections;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search;

public class PropertyRuleEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    private static bool Holds(RuleOperation operation, string? json, string values, BinaryOperator join = BinaryOperator.Or, DayOfWeek firstDay = DayOfWeek.Monday)
    {
        var rule = new PropertyRule(operation, "x", values.Split('|', StringSplitOptions.RemoveEmptyEntries), join);
        return new PropertyRuleEvaluator(rule, new QueryTime(Now, firstDay)).Holds(json is null ? null : JsonDocument.Parse(json).RootElement);
    }

    [Theory]
    [InlineData("Null", null, "", true)]
    [InlineData("Null", "null", "", true)]
    [InlineData("Null", "\"\"", "", true)]
    [InlineData("Null", "[]", "ignored", true)]
    [InlineData("Null", "0", "", false)]
    [InlineData("Null", "false", "", false)]
    [InlineData("Equals", "\"Open\"", "open", true)]
    [InlineData("Equals", "\"Opened\"", "open", false)]
    [InlineData("Equals", "[\"a\", \"b\"]", "B", true)]
    [InlineData("Equals", "5", "5.0", true)]
    [InlineData("Equals", "9007199254740993", "9007199254740992", false)]
    [InlineData("Equals", "true", "True", true)]
    [InlineData("Equals", "\"2026-01-01T15:00:00Z\"", "2026-01-01", true)]
    [InlineData("Equals", "\"2026-01-01T15:00:00Z\"", "2026-01-01T16:00:00+01:00", true)]
    [InlineData("Equals", null, "a", false)]
    [InlineData("NotEquals", "\"Open\"", "open", false)]
    [InlineData("NotEquals", "[\"a\", \"b\"]", "b", false)]
    [InlineData("NotEquals", "[\"a\", \"b\"]", "c", true)]
    [InlineData("NotEquals", null, "a", true)]
    [InlineData("Contains", "\"Reopened\"", "OPEN", true)]
    [InlineData("Contains", "\"Closed\"", "open", false)]
    [InlineData("Contains", "[\"red\", \"blue\"]", "lu", true)]
    [InlineData("Contains", "{\"displayName\": \"Jo Doe\"}", "doe", true)]
    [InlineData("NotContains", "\"Reopened\"", "open", false)]
    [InlineData("NotContains", "\"Closed\"", "open", true)]
    [InlineData("NotContains", null, "open", true)]
    [InlineData("StartsWith", "\"Open now\"", "open", true)]
    [InlineData("StartsWith", "\"Reopened\"", "open", false)]
    [InlineData("LessThan", "4", "5", true)]
    [InlineData("LessThan", "5", "5", false)]
    [InlineData("LessThan", "4.5", "5", true)]
    [InlineData("LessThan", "\"4\"", "5", false)]
    [InlineData("LessThan", "\"2025-12-31T23:59:59Z\"", "2026-01-01", true)]
    [InlineData("LessThan", "\"2026-01-01T00:00:00Z\"", "2026-01-01", false)]
    [InlineData("LessThan", null, "5", false)]
    [InlineData("GreaterThan", "6", "5", true)]
    [InlineData("GreaterThan", "5", "5", false)]
    [InlineData("GreaterThan", "\"2026-03-15T23:00:00Z\"", "today", false)]
    [InlineData("GreaterThan", "\"2026-03-16T00:00:00Z\"", "today", true)]
    public void An_operation_compares_by_the_kind_of_value(string operation, string? json, string values, bool holds) =>
        Assert.Equal(holds, Holds(Enum.Parse<RuleOperation>(operation), json, values));

    [Theory]
    [InlineData("2026-03-15T00:00:00Z", DayOfWeek.Monday, true)]
    [InlineData("2026-03-09T00:00:00Z", DayOfWeek.Monday, true)]
    [InlineData("2026-03-16T00:00:00Z", DayOfWeek.Monday, false)]
    [InlineData("2026-03-14T23:59:59Z", DayOfWeek.Sunday, false)]
    [InlineData("2026-03-15T00:00:00Z", DayOfWeek.Sunday, true)]
    [InlineData("2026-03-21T23:59:59Z", DayOfWeek.Sunday, true)]
    public void This_week_begins_where_the_caller_lives(string value, DayOfWeek firstDay, bool holds) =>
        Assert.Equal(holds, Holds(RuleOperation.Equals, $"\"{value}\"", "this week", firstDay: firstDay));

    [Theory]
    [InlineData("a|b", "Or", true)]
    [InlineData("a|b", "And", false)]
    [InlineData("a|c", "And", true)]
    [InlineData("x|y", "Or", false)]
    [InlineData("", "And", false)]
    [InlineData("", "Or", false)]
    public void Values_are_joined_as_the_rule_says_and_without_values_it_does_not_hold(string values, string join, bool holds) =>
        Assert.Equal(holds, Holds(RuleOperation.Equals, """["a", "c"]""", values, Enum.Parse<BinaryOperator>(join)));
}
