using System.Globalization;
using System.Text;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Profiles;
using Tributary.Quirks;

namespace Tributary.Tests.Compatibility;

/// <summary>Writes docs/compatibility.md out of the built server and the <see cref="Ledger"/>. The same input makes the same bytes.</summary>
internal static class CompatibilityDocument
{
    private const string Intro =
        """
        # Compatibility

        What of Microsoft Graph's external connectors is there, how each point compares with the real service, and how we know. This file is generated: the paths,
        permissions, types, errors and quirks are read off the built server, the rest stands in `tests/Tributary.Tests/Compatibility`. A test fails while the file is
        not current; `TRIBUTARY_UPDATE_LEDGER=1` makes it write the file anew.

        ## How to read it

        | Parity | Means |
        |---|---|
        | same | as the real service, on the evidence named; never on our own word |
        | differs by switch | a setting, quirk or profile decides; the row names it |
        | differs | known to be otherwise, on purpose |
        | missing | not there; refused by name, never silently accepted |
        | unverified | nothing public settles it: a choice of ours (**choice**), or a text of which not all is on record |

        The evidence is *documented* (the official reference), *metadata* (the published model), *observed* (seen on the real service by somebody who published it) or
        *proposal* (ours). Its sections are those that the comments of the code cite. Each row names at least one test in the data that it is made of.

        """;

    public static string Write(IReadOnlyList<MappedEndpoint> endpoints)
    {
        var text = new StringBuilder(Intro.ReplaceLineEndings("\n"));
        WriteSummary(text);
        WritePaths(text, endpoints);
        WriteMembers(text);
        WriteErrors(text);
        WriteQuirks(text);
        WriteRules(text);
        WriteRefused(text);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void WriteSummary(StringBuilder text)
    {
        Heading(text, "##", "Summary");
        text.Append("| Of | same | differs by switch | differs | missing | unverified |\n|---|---|---|---|---|---|\n");
        Row(text, "Paths and verbs of Graph", Ledger.Endpoints.Where(row => row.Versions != "none"));
        Row(text, "Entries of the catalogues of errors", Ledger.Errors);
        Row(text, "Rules", Ledger.Rules);
        Line(text, ["Types, members, enum values", .. Enum.GetValues<Parity>().Select(parity => Count(ModelMembers.All.Count(member => ParityOf(member) == parity)))]);

        static void Row(StringBuilder text, string of, IEnumerable<Evidence> rows) =>
            Line(text, [of, .. Enum.GetValues<Parity>().Select(parity => Count(rows.Count(row => row.Parity == parity)))]);

        static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
    }

    private static void WritePaths(StringBuilder text, IReadOnlyList<MappedEndpoint> endpoints)
    {
        var rows = Ledger.Endpoints.ToDictionary(row => row.Endpoint);
        Heading(text, "##", "Paths");
        text.Append("Below `/v1.0` and `/beta`, in both key forms, segments in any letter case; `HEAD` goes with `GET`, `OPTIONS` with all.\n\n");
        text.Append("| Path | Versions | Permission | Parity | Evidence | Note |\n|---|---|---|---|---|---|\n");
        foreach (MappedEndpoint endpoint in endpoints.Where(endpoint => endpoint.Versions.Count > 0))
        {
            EndpointRow? row = rows.GetValueOrDefault(endpoint.Name);
            Line(text, [$"`{endpoint.Name}`", endpoint.VersionNames, endpoint.Permission, Name(row), EvidenceOf(row), row?.Note ?? ""]);
        }

        Heading(text, "###", "Permissions");
        text.Append("One of those named is needed, the least privileged one stands first. Where there is *none* the way of calling is not supported.\n\n");
        text.Append("| Rule | Versions | Applications: least | higher | Users: least | higher | Administrator |\n|---|---|---|---|---|---|---|\n");
        foreach (PermissionRow row in PermissionTable.Rows)
        {
            Line(
                text,
                [
                    $"`{row.Operation}`",
                    string.Join(", ", Enum.GetValues<GraphVersion>().Where(version => row.Versions.Has(version)).Select(version => version.Segment())),
                    Names(row.Application.Least, "none"),
                    Names(row.Application.Higher, ""),
                    Names(row.Delegated.Least, "none"),
                    Names(row.Delegated.Higher, ""),
                    row.Delegated == AcceptedPermissions.NotSupported ? "" : row.NeedsAdministrator ? "needed" : "not needed",
                ]);
        }

        static string Names(GraphPermission permissions, string none) =>
            permissions == GraphPermission.None ? none : string.Join(", ", GraphPermissions.Names(permissions));

        Heading(text, "###", "Beside Graph");
        text.Append("Of this server itself, with no counterpart in Graph; the development issuer speaks Entra's protocol for tests.\n\n");
        text.Append("| Path | Permission | What it is |\n|---|---|---|\n");
        foreach (MappedEndpoint endpoint in endpoints.Where(endpoint => endpoint.Versions.Count == 0))
        {
            Line(text, [$"`{endpoint.Name}`", endpoint.Permission, rows.GetValueOrDefault(endpoint.Name)?.Note ?? ""]);
        }
    }

    private static void WriteMembers(StringBuilder text)
    {
        Heading(text, "##", "Types and members");
        text.Append("All of both models. ᵝ marks what only beta has; ~~struck out~~ is published and not there. Whatever has no row of its own below is *same* on the evidence of\n");
        text.Append("the published metadata, with which tests compare it name by name; of the directory's types only what is served is listed.\n\n");
        text.Append("| Type | Members |\n|---|---|\n");
        foreach (IGrouping<string, ModelMember> type in ModelMembers.All.GroupBy(member => member.Type).OrderBy(type => type.Key, StringComparer.Ordinal))
        {
            string members = string.Join(", ", type.Where(member => member.Member.Length > 0).Select(member => Marked(member, member.Member)));
            Line(text, [Marked(type.FirstOrDefault(member => member.Member.Length == 0) ?? type.First(), type.Key), members]);
        }

        text.Append("\n| Type or member | Parity | Evidence | Note |\n|---|---|---|---|\n");
        foreach (MemberRow row in Ledger.Members.OrderBy(row => row.Member, StringComparer.Ordinal))
        {
            Line(text, [$"`{row.Member}`", Name(row), EvidenceOf(row), row.Note]);
        }

        static string Marked(ModelMember member, string name) => member.Versions switch
        {
            GraphVersions.None => $"~~{name}~~",
            GraphVersions.Beta => name + "ᵝ",
            _ => name,
        };
    }

    private static void WriteErrors(StringBuilder text)
    {
        var rows = Ledger.Errors.ToDictionary(row => row.Entry);
        Heading(text, "##", "Errors");
        text.Append("Both catalogues whole, by status. What a request puts into a text stands in braces; the precise reason with its JSON path is in `innerError.message`.\n\n");
        text.Append("| Status | Code | Message | Inner code | Parity | Evidence | Entry |\n|---|---|---|---|---|---|---|\n");
        foreach (CatalogueEntry entry in ErrorCatalogue.Entries.OrderBy(entry => entry.Status).ThenBy(entry => entry.Name, StringComparer.Ordinal))
        {
            ErrorRow? row = rows.GetValueOrDefault(entry.Name);
            Line(
                text,
                [
                    entry.Status.ToString(CultureInfo.InvariantCulture),
                    $"`{entry.Code}`",
                    entry.Message.Length == 0 ? "(empty)" : entry.Message.Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal),
                    entry.InnerCode is null ? "" : $"`{entry.InnerCode}`",
                    Name(row),
                    EvidenceOf(row),
                    $"`{entry.Name}`" + (row is { Note.Length: > 0 } ? $" {row.Note}" : ""),
                ]);
        }
    }

    private static void WriteQuirks(StringBuilder text)
    {
        Heading(text, "##", "Profiles and quirks");
        text.Append("The profile `fast` (default) answers without artificial waits or limits; `graph` is as the real service is known to be. Every oddity that we imitate is a named quirk\n");
        text.Append("that can be switched alone, and so is every limit and wait: see [configuration.md](configuration.md) and `tributary quirks`. All of these *differ by switch*.\n\n");
        text.Append("| Quirk | What it does | Source | fast | graph |\n|---|---|---|---|---|\n");
        foreach (Quirk quirk in Quirk.All.OrderBy(quirk => quirk.Id, StringComparer.Ordinal))
        {
            Line(text, [$"`{quirk.Id}`", quirk.Description, quirk.Source, Profile.Fast.TurnsOn(quirk) ? "on" : "off", Profile.Graph.TurnsOn(quirk) ? "on" : "off"]);
        }

        text.Append("\n| Setting | fast | graph |\n|---|---|---|\n");
        foreach (ProfileSetting setting in ProfileSetting.All.Where(setting => !setting.IsQuirk).OrderBy(setting => setting.Name, StringComparer.Ordinal))
        {
            Line(text, [$"`{setting.Name}`", $"`{setting.Fast}`", $"`{setting.Graph}`"]);
        }
    }

    private static void WriteRules(StringBuilder text)
    {
        Heading(text, "##", "Rules");
        foreach (IGrouping<string, RuleRow> area in Ledger.Rules.GroupBy(row => row.Area))
        {
            Heading(text, "###", area.Key);
            text.Append("| Point | What we do | Parity | Evidence |\n|---|---|---|---|\n");
            foreach (RuleRow row in area)
            {
                Line(text, [row.Point, row.Does, Name(row), EvidenceOf(row)]);
            }
        }
    }

    private static void WriteRefused(StringBuilder text)
    {
        Heading(text, "##", "Refused by name (501 `NotImplemented`)");
        foreach (EndpointRow row in Ledger.Endpoints.Where(row => row.Parity == Parity.Missing).OrderBy(row => row.Endpoint, StringComparer.Ordinal))
        {
            text.Append("- `").Append(row.Endpoint).Append("`\n");
        }

        foreach (MemberRow row in Ledger.Members.Where(row => row.Parity == Parity.Missing && row.Note.Contains("501", StringComparison.Ordinal)).OrderBy(row => row.Member, StringComparer.Ordinal))
        {
            text.Append("- `").Append(row.Member).Append("`: ").Append(row.Note).Append('\n');
        }

        foreach (RuleRow row in Ledger.Rules.Where(row => row.Parity == Parity.Missing))
        {
            text.Append("- ").Append(row.Area).Append(": ").Append(row.Point).Append('\n');
        }

        text.Append("- `GET …/items`, unless it is switched on (`Items:AllowListing`)\n");
    }

    /// <summary>A member's own row decides; else it is as it is published, or ours.</summary>
    public static Parity ParityOf(ModelMember member) =>
        Ledger.Members.FirstOrDefault(row => row.Member == member.Name)?.Parity
        ?? (member.Versions == GraphVersions.None ? Parity.Missing : member.IsPublished ? Parity.Same : Parity.Unverified);

    private static string Name(Evidence? row) => row?.Parity switch
    {
        Parity.Same => "same",
        Parity.DiffersBySwitch => "differs by switch",
        Parity.Differs => "differs",
        Parity.Missing => "missing",
        Parity.Unverified => "unverified",
        _ => "",
    };

    private static string EvidenceOf(Evidence? row)
    {
        string standing = row?.Standing switch
        {
            Standing.Documented => "documented",
            Standing.Metadata => "metadata",
            Standing.Observed => "observed",
            Standing.Proposal => "proposal",
            _ => "",
        };
        return row is { Source.Length: > 0 } ? $"{standing} ({row.Source})" : standing;
    }

    private static void Heading(StringBuilder text, string level, string name) => text.Append('\n').Append(level).Append(' ').Append(name).Append("\n\n");

    private static void Line(StringBuilder text, string[] cells)
    {
        // One line a row, and no bar that would end a cell.
        foreach (string cell in cells)
        {
            text.Append("| ").Append(cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)).Append(cell.Length == 0 ? "" : " ");
        }

        text.Append("|\n");
    }
}
