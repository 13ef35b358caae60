using System.CommandLine;
using System.Text.Json;

namespace Tributary.Cli;

/// <summary><c>tributary index snapshot</c>: has a running server copy its indexes to where a new node takes them from.</summary>
internal static class IndexCommand
{
    public static Command Create()
    {
        Command index = new("index", "Look after the indexes of a running server.");
        index.Subcommands.Add(OperatorCall.Create(
            "snapshot",
            "tributary index snapshot",
            "Copy the indexes of a running server to Indexing:SnapshotDirectory, from where a new node takes them.",
            HttpMethod.Post,
            "/tributary/index/snapshot",
            Write));
        return index;
    }

    private static void Write(TextWriter output, JsonElement answer)
    {
        foreach (JsonElement snapshot in answer.GetProperty("value").EnumerateArray())
        {
            output.WriteLine($"{snapshot.GetProperty("connectionId").GetString()}: change {snapshot.GetProperty("change").GetInt64()}, {snapshot.GetProperty("bytes").GetInt64()} bytes.");
        }
    }
}
