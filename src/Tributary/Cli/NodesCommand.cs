using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tributary.Cli;

/// <summary><c>tributary nodes</c>: which nodes serve the store of a running server, and how far their indexes are behind.</summary>
internal static class NodesCommand
{
    private const int Width = 10_000;

    public static Command Create() => OperatorCall.Create(
        "nodes", "tributary nodes", "List the nodes that serve a running server's store, and how far their indexes are behind.", HttpMethod.Get, "/tributary/nodes", Write);

    private static void Write(TextWriter output, JsonElement answer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Width;
        var table = new Table();
        foreach (string column in (string[])["Node", "State", "Build", "Started", "Seen", "Indexes", "Behind by", "For"])
        {
            table.AddColumn(column);
        }

        foreach (JsonElement node in answer.GetProperty("value").EnumerateArray())
        {
            table.AddRow([
                .. new[]
                {
                    node.GetProperty("name").GetString()! + (node.GetProperty("isThis").GetBoolean() ? " (asked)" : ""),
                    node.GetProperty("state").GetString()!,
                    node.GetProperty("build").GetString()!,
                    node.GetProperty("startedDateTime").GetString()!,
                    node.GetProperty("seenDateTime").GetString()!,
                    node.GetProperty("openIndexes").GetInt64().ToString(CultureInfo.InvariantCulture),
                    string.Create(CultureInfo.InvariantCulture, $"{node.GetProperty("lagChanges").GetInt64()} changes"),
                    string.Create(CultureInfo.InvariantCulture, $"{node.GetProperty("lagSeconds").GetDouble()} s"),
                }.Select(Markup.Escape)]);
        }

        console.Write(table);
    }
}
