using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tributary.Cli;

/// <summary>An explanation of access as people read it.</summary>
internal static class AccessReport
{
    private const int Width = 10_000;

    public static void Write(TextWriter output, JsonElement answer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

        // Ids are to be copied and searched for: a line that is too long is the terminal's to break.
        console.Profile.Width = Width;
        Write(console, "", answer, "verdict");
        Write(console, "Before: ", answer, "before");
        Write(console, "After:  ", answer, "after");
        if (answer.TryGetProperty("effects", out JsonElement effects))
        {
            WriteEffects(console, effects);
        }

        string change = answer.GetProperty("connectionChange") is { ValueKind: JsonValueKind.Number } number ? $"change {number.GetInt64()} of " : "";
        console.WriteLine($"As of {Text(answer, "at")}, {change}connection {Text(answer, "connectionId")}.");
    }

    private static void Write(IAnsiConsole console, string title, JsonElement answer, string name)
    {
        if (!answer.TryGetProperty(name, out JsonElement verdict))
        {
            return;
        }

        console.WriteLine($"{title}{(verdict.GetProperty("isVisible").GetBoolean() ? "VISIBLE" : "NOT VISIBLE")}  {Text(verdict, "explanation")}");
        JsonElement user = verdict.GetProperty("user");
        var tree = new Tree(Markup.Escape($"{Named("user", user)}{Unknowns(user)}"));
        IHasTreeNodes at = tree;
        if (verdict.TryGetProperty("chain", out JsonElement chain) && chain.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement step in chain.EnumerateArray().Skip(1))
            {
                string version = Text(step, "version") is { } text ? $"  version {text}" : "";
                at = at.AddNode(Markup.Escape($"is in {Named(Text(step, "type")!, step)}{version}"));
            }
        }

        if (verdict.TryGetProperty("entry", out JsonElement entry) && entry.ValueKind == JsonValueKind.Object)
        {
            at = at.AddNode(Markup.Escape($"acl[{entry.GetProperty("index").GetInt32()}]: {Text(entry, "accessType")} {Text(entry, "type")} {Text(entry, "value")}"));
        }

        if (verdict.GetProperty("item") is { ValueKind: JsonValueKind.Object } item)
        {
            // Of the past the list is known, and not which change had written it.
            string change = item.GetProperty("change") is { ValueKind: JsonValueKind.Number } number ? $"  change {number.GetInt64()}"
                : item.GetProperty("aclNumber").ValueKind == JsonValueKind.Number ? "" : "  not stored";
            at.AddNode(Markup.Escape($"item {Text(item, "id")}{change}"));
        }

        console.Write(tree);
    }

    private static void WriteEffects(IAnsiConsole console, JsonElement effects)
    {
        var tree = new Tree("Items that would open or close");
        foreach (JsonElement list in effects.GetProperty("lists").EnumerateArray())
        {
            string[] items = [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetString()!)];
            long count = list.GetProperty("itemCount").GetInt64();
            TreeNode node = tree.AddNode(Markup.Escape(string.Create(
                CultureInfo.InvariantCulture, $"{count} item{(count == 1 ? "" : "s")}: {string.Join(", ", items)}{(items.Length < count ? " …" : "")}")));
            AddUsers(node, "opens for", list, "opensFor");
            AddUsers(node, "closes for", list, "closesFor");
        }

        if (tree.Nodes.Count == 0)
        {
            console.WriteLine("No item would open or close for anybody who was looked at.");
        }
        else
        {
            console.Write(tree);
        }

        foreach ((string member, string told) in new[] { ("shutOut", "Searches will refuse, for too many external groups: "), ("letIn", "Searches will no longer refuse, for too many external groups: ") })
        {
            if (effects.GetProperty(member).GetArrayLength() > 0)
            {
                console.WriteLine(told + string.Join(", ", Users(effects, member)));
            }
        }

        console.WriteLine($"Looked at {effects.GetProperty("usersLookedAt").GetInt32()} users and {effects.GetProperty("listsLookedAt").GetInt32()} access lists.");
        if (effects.GetProperty("isTruncated").GetBoolean())
        {
            IEnumerable<string> missing = effects.GetProperty("notLookedAt").EnumerateArray().Select(what => what.GetString()!);
            IEnumerable<string> unlisted = effects.GetProperty("unlistedPrincipals").EnumerateArray().Select(principal => $"{Text(principal, "type")} {Text(principal, "id")}".TrimEnd());
            console.WriteLine($"This is not all: there are more of {string.Join(", ", missing)}. {string.Join(", ", unlisted)}".TrimEnd());
        }
    }

    private static string Unknowns(JsonElement user)
    {
        string unknown = string.Join(", ", user.GetProperty("unknown").EnumerateArray().Select(one => one.GetString()));
        return unknown.Length > 0 ? $"  ({unknown})" : "";
    }

    private static void AddUsers(TreeNode node, string told, JsonElement list, string member)
    {
        foreach (string user in Users(list, member))
        {
            node.AddNode(Markup.Escape($"{told} {user}"));
        }
    }

    private static IEnumerable<string> Users(JsonElement list, string member) =>
        list.GetProperty(member).EnumerateArray().Select(user => Text(user, "displayName") is { } name ? $"{name} ({Text(user, "id")})" : Text(user, "id")!);

    private static string Named(string kind, JsonElement one) => Text(one, "displayName") is { } name ? $"{kind} {name} ({Text(one, "id")})" : $"{kind} {Text(one, "id")}";

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
